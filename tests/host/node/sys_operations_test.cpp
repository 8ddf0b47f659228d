// The sys functions over the control operations, on a real host with a real plugin; its crash in the log.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "patchbay/host.hpp"

namespace patchbay {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct sys_operations : ::testing::Test {
  sys_operations() {
    std::string pattern = fs::temp_directory_path() / "patchbay-sys-XXXXXX";
    data = ::mkdtemp(pattern.data());
    std::ofstream(data / "patchbay.toml") << "[log]\nformat = \"json\"\nlevel = \"info\"\nredact = [\"n\"]\n";
    auto started = host::start({.release_dir = fs::path(PATCHBAY_RELEASES) / "counter-1.0.0",
                                .data_dir = data,
                                .libexec_dir = PATCHBAY_LIBEXEC,
                                .config_file = {},
                                .workers = 2,
                                .allow_unsigned = true,
                                .log = [this](log_level, std::string_view line) {
                                  const std::lock_guard lock(mutex);
                                  lines.push_back(json::parse(line));
                                }});
    EXPECT_TRUE(started.ok()) << started.failure().text;
    if (started.ok()) running = std::move(*started);
  }
  ~sys_operations() override {
    running.reset();
    fs::remove_all(data);
  }
  json op(const std::string& name, const json& fields) {
    const auto answer = running->control(name, fields.dump());
    return answer.ok() ? json::parse(*answer) : json(answer.failure().code);
  }
  json on_counter(const std::string& name, const json& value = nullptr) {
    json fields{{"name", "counter"}};
    if (!value.is_null()) fields["value"] = value;
    return op(name, fields);
  }

  fs::path data;
  std::mutex mutex;
  std::vector<json> lines;
  std::unique_ptr<host> running;
};

TEST_F(sys_operations, each_sys_function_can_be_called) {
  EXPECT_EQ(on_counter("sys_suspend"), json());
  EXPECT_EQ(on_counter("sys_get_status")["status"], "suspended");
  EXPECT_EQ(running->call("counter", "inc", "{}", std::chrono::milliseconds(20)).failure().code, "timeout");
  EXPECT_EQ(on_counter("sys_change_code")["changed"], false) << "nothing newer is loaded";
  EXPECT_EQ(on_counter("sys_resume"), json());
  EXPECT_EQ(on_counter("sys_change_code"), "unknown_system_msg");
  EXPECT_EQ(on_counter("sys_trace", true), json());
  EXPECT_EQ(on_counter("sys_log", 5), json());
  EXPECT_EQ(on_counter("sys_statistics", true), json());
  EXPECT_EQ(running->call("counter", "inc").value(), "2");
  EXPECT_EQ(on_counter("sys_statistics", "get")["messages_in"], 1);
  EXPECT_EQ(on_counter("sys_log", "get").size(), 2U);
  EXPECT_EQ(on_counter("sys_log_to_file", (data / "events").string()), json());
  EXPECT_EQ(on_counter("sys_log_to_file", "/nowhere/at/all"), "badarg");
  ASSERT_EQ(::mkfifo((data / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(on_counter("sys_log_to_file", (data / "fifo").string()), "badarg") << "opening it would wait for a reader";
  EXPECT_EQ(on_counter("sys_no_debug"), json());
  const json state = on_counter("sys_get_state");
  EXPECT_EQ(on_counter("sys_replace_state", state), state);
  EXPECT_EQ(on_counter("sys_replace_state", 5), "callback_failed");
  EXPECT_EQ(on_counter("sys_terminate", "shutdown"), json());
  EXPECT_EQ(op("sys_suspend", {{"name", "nobody"}}), "noproc");
}

TEST_F(sys_operations, a_live_trace_ends_with_its_time_or_its_process) {
  std::vector<json> events;
  std::thread watcher([&] {
    const auto answer = running->control("trace", R"({"name":"counter","duration_ms":60000})",
                                         [&](std::string_view phase, std::string_view text) {
                                           EXPECT_EQ(phase, "event");
                                           events.push_back(json::parse(text));
                                         });
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(json::parse(*answer)["events"], 2);
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (on_counter("sys_get_status")["debug"].empty() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::yield();
  EXPECT_TRUE(running->call("counter", "inc").ok());
  on_counter("sys_terminate", "shutdown");
  watcher.join();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["event"], "in");
  EXPECT_EQ(events[1]["event"], "out");
  json second = "noproc";
  while (second == "noproc" && std::chrono::steady_clock::now() < deadline) {
    second = op("trace", {{"name", "counter"}, {"duration_ms", 10}});
  }
  EXPECT_EQ(second["events"], 0);
}

TEST_F(sys_operations, a_crash_is_in_the_log_with_release_generation_and_state) {
  on_counter("sys_terminate", "boom");
  running->stop();
  const std::lock_guard lock(mutex);
  const auto found =
      std::find_if(lines.begin(), lines.end(), [](const json& l) { return l.value("report", "") == "terminate"; });
  ASSERT_NE(found, lines.end());
  EXPECT_EQ((*found)["release"], "counter-1.0.0");
  EXPECT_EQ((*found)["generation"].get<std::string>().substr(0, 1), "g");
  EXPECT_EQ((*found)["reason"], "boom");
  EXPECT_EQ((*found)["name"], "counter");
  EXPECT_TRUE((*found)["state"].is_object());
  EXPECT_EQ((*found)["unsigned"], true);
  EXPECT_TRUE(std::any_of(lines.begin(), lines.end(), [](const json& l) { return l.value("report", "") == "crash"; }));
}

}  // namespace
}  // namespace patchbay
