// A host embedded in this program, with real plugins.
#include "patchbay/host.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "code/facts/facts.hpp"
#include "node/control/client.hpp"
#include "port/digest.hpp"
#include "port/files.hpp"

namespace patchbay {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct host_test : ::testing::Test {
  host_test() {
    std::string pattern = fs::temp_directory_path() / "patchbay-host-XXXXXX";
    data = ::mkdtemp(pattern.data());
  }
  ~host_test() override {
    running.reset();
    fs::remove_all(data);
  }
  [[nodiscard]] host_options options() const {
    return {.release_dir = release("counter-1.0.0"),
            .data_dir = data,
            .libexec_dir = PATCHBAY_LIBEXEC,
            .config_file = {},
            .workers = 2,
            .allow_unsigned = true,
            .log = [](log_level, std::string_view) {}};
  }
  static fs::path release(const std::string& id) { return fs::path(PATCHBAY_RELEASES) / id; }
  void start() {
    auto started = host::start(options());
    ASSERT_TRUE(started.ok()) << started.failure().text;
    running = std::move(*started);
  }
  std::string must(const outcome<std::string>& answer) {
    EXPECT_TRUE(answer.ok()) << answer.failure().code << ": " << answer.failure().text;
    return answer.ok() ? answer.value() : std::string("null");
  }
  void unpack(const std::string& id) {
    must(running->control("unpack", json{{"directory", release(id).string()}}.dump()));
  }

  fs::path data;
  std::unique_ptr<host> running;
};

TEST_F(host_test, serves_calls_and_stops_more_than_once) {
  for (int round = 0; round < 2; ++round) {
    start();
    EXPECT_EQ(running->release(), "counter-1.0.0");
    EXPECT_EQ(must(running->call("counter", "inc")), "1") << "state is not kept over a stop";
    EXPECT_EQ(must(running->call("counter", "val")), "1");
    running->stop();
    EXPECT_FALSE(running->call("counter", "val").ok());
    running.reset();
  }
}

TEST_F(host_test, refuses_unsigned_plugins_and_a_directory_in_use) {
  auto strict = options();
  strict.allow_unsigned = false;
  EXPECT_EQ(host::start(strict).failure().code, "unsigned");
  start();
  EXPECT_EQ(host::start(options()).failure().code, "locked");
}

TEST_F(host_test, upgrades_under_callers_and_loses_nothing) {
  start();
  unpack("counter-2.0.0");
  std::atomic<bool> over{false};
  std::atomic<std::int64_t> answered{0};
  std::vector<std::string> failures(2);
  std::vector<std::thread> callers;
  for (auto& failure : failures) {
    callers.emplace_back([&] {
      const auto attached = running->attach();
      while (!over) {
        const auto got = running->call("counter", "inc");
        if (got.ok()) {
          ++answered;
        } else {
          failure = got.failure().code + ": " + got.failure().text;
        }
      }
    });
  }
  for (const char* to : {"2.0.0", "1.0.0", "2.0.0", "1.0.0"}) {
    const auto before = answered.load();
    while (answered.load() == before) std::this_thread::yield();
    const auto report = json::parse(must(running->install(to)));
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report["servers_in_set"], report["servers_migrated"]);
    EXPECT_GT(report["servers_in_set"], 0);
    for (const auto& purge : report["purged"]) EXPECT_EQ(purge["unmapped"], true) << purge;
  }
  over = true;
  for (auto& caller : callers) caller.join();
  for (const auto& failure : failures) EXPECT_EQ(failure, "");
  EXPECT_EQ(must(running->call("counter", "val")), std::to_string(answered.load()));
}

TEST_F(host_test, the_socket_and_the_program_see_the_same_host) {
  start();
  must(running->call("counter", "inc"));
  auto client = node::control_client::connect(running->control_socket());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(*client->ask("call", {{"name", "counter"}, {"message", "val"}}), 1);
  EXPECT_EQ((*client->ask("ping"))["unsigned"], true);
  EXPECT_EQ(client->ask("call", {{"name", "counter"}, {"message", "vla"}}).failure().code, "undef_message");
  EXPECT_EQ(client->ask("install", {{"release", "9"}}).failure().code, "no_such_release");
  const auto generations = *client->ask("generations");
  ASSERT_EQ(generations.size(), 1U);
  EXPECT_EQ(generations[0]["status"], "serving");

  ASSERT_TRUE(client->ask("stop").ok());
  EXPECT_TRUE(running->wait_for(std::chrono::seconds(10)));
  running->stop();
  EXPECT_TRUE(client->wait_closed(std::chrono::seconds(10)));
}

TEST_F(host_test, repeats_no_long_input) {
  start();
  const std::string much(500'000, 'x');
  const auto text = [&](const char* op, const json& fields) {
    const auto got = running->control(op, fields.dump());
    EXPECT_FALSE(got.ok()) << op;
    return got.ok() ? std::string() : got.failure().text;
  };
  for (const auto& said :
       {text("call", {{"name", much}, {"message", "inc"}}), text("call", {{"name", "counter"}, {"message", much}}),
        text("call", {{"name", "counter"}, {"message", "inc"}, {"args", {{much, 1}}}}),
        text("state", {{"name", "<0." + much + ".1>"}}), text("install", {{"release", much}}),
        text("unpack", {{"directory", "/" + much}}), text("unpack", {{"directory", much}}),
        text("plan", {{"release", much}}), text("application_start", {{"name", much}}),
        text("application_start", {{"name", "counter"}, {"type", much}}), text("start", {{"module", much}}),
        text("start", {{"module", "counter/" + much}}), text("reload", {{"application", much}, {"folder", "/"}}),
        text("sys_trace", {{"name", "counter"}, {"value", much}})}) {
    EXPECT_LT(said.size(), 1000U) << said.substr(0, 300);
    EXPECT_NE(said.find(" bytes) … "), std::string::npos) << said.substr(0, 300);
  }
  EXPECT_EQ(text("install", {{"release", ""}}).find("the release's name is empty"), 0U);
  EXPECT_EQ(text("unpack", {{"directory", ""}}).find("the directory's name is empty"), 0U);
  EXPECT_EQ(text("unpack", {{"directory", "here"}}).find("`here` is relative"), 0U);
}

TEST_F(host_test, keeps_no_more_copies_than_patchbay_toml_allows) {
  const auto kept = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& each : fs::directory_iterator(data / "generations/by-build-id")) bytes += each.file_size();
    return bytes;
  };
  // One fits and two do not, whatever the build: padding grows the copies, not what is loaded.
  constexpr std::uintmax_t mebibyte = std::uintmax_t{1} << 20U;
  for (const char* id : {"counter-1.0.0", "counter-2.0.0"}) {
    fs::copy(release(id), data / id, fs::copy_options::recursive);
    const auto library = data / id / "lib" / id / "counter.so";
    fs::resize_file(library, fs::file_size(library) + 8 * mebibyte);
    const auto facts_file = data / id / "lib" / id / "counter.facts.json";
    auto facts = code::read_facts(facts_file).value();
    facts.sha256 = port::sha256_hex(port::read_file(library).value());
    ASSERT_TRUE(port::write_file_atomic(facts_file, code::to_json(facts)).ok());
  }
  std::ofstream(data / "patchbay.toml") << "generations_limit_mb = 15\n";
  auto chosen = options();
  chosen.release_dir = data / "counter-1.0.0";
  auto started = host::start(chosen);
  ASSERT_TRUE(started.ok()) << started.failure().text;
  running = std::move(*started);
  must(running->control("unpack", json{{"directory", (data / "counter-2.0.0").string()}}.dump()));
  for (const char* to : {"2.0.0", "1.0.0"}) must(running->install(to));
  EXPECT_GT(kept(), 8 * mebibyte) << "the younger one";
  EXPECT_LT(kept(), 16 * mebibyte) << "the older one went";
}

TEST_F(host_test, a_release_operation_after_stop_is_refused) {
  start();
  unpack("counter-2.0.0");
  running->stop();
  EXPECT_EQ(running->install("2.0.0").failure().code, "shutting_down");
}

}  // namespace
}  // namespace patchbay
