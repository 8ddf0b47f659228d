// OTP.md section 4: trace, log (10), log_to_file, statistics, install/remove, no_debug; debug options at start.
#include "sys_server.hpp"

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace patchbay::test {
namespace {

using nlohmann::json;

std::vector<std::string> kinds(const json& events) {
  std::vector<std::string> list;
  for (const json& each : events) list.push_back(each["event"]);
  return list;
}

TEST_F(sys_test, trace_prints_in_out_and_noreply) {
  start();
  sys::trace("w", true);
  bump_by(2);
  send_note("hello");
  sys::trace("w", false);
  bump_by(2);
  const auto lines = host.reports(process::report_kind::debug);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].text, "*DBG* w got call test/watched.bump {\"by\":2}");
  EXPECT_NE(lines[1].text.find("*DBG* w sent 2, new state {"), std::string::npos) << lines[1].text;
  EXPECT_EQ(lines[2].text, "*DBG* w got cast test/watched.note {\"what\":\"hello\"}");
  EXPECT_NE(lines[3].text.find("*DBG* w new state {"), std::string::npos) << lines[3].text;
  for (const auto& each : lines) EXPECT_EQ(each.text.find("s3cret"), std::string::npos) << each.text;
}

TEST_F(sys_test, log_keeps_the_last_10) {
  start();
  sys::log("w", true);
  for (int i = 0; i < 20; ++i) send_note(std::to_string(i));
  const json events = json::parse(sys::log("w", sys::get));
  ASSERT_EQ(events.size(), 10U);
  EXPECT_EQ(kinds(events)[0], "in");
  EXPECT_EQ(events[8]["value"]["what"], "19");
  EXPECT_EQ(events[8]["kind"], "cast");
  EXPECT_EQ(events[9]["event"], "noreply");
  EXPECT_EQ(events[9]["state"]["token"], "***");
}

TEST_F(sys_test, log_keeps_as_many_as_it_is_told_until_false) {
  start();
  sys::log("w", 3);
  bump_by(1);
  bump_by(1);
  EXPECT_EQ(kinds(json::parse(sys::log("w", sys::get))), (std::vector<std::string>{"out", "in", "out"}));
  sys::log("w", sys::print);
  EXPECT_TRUE(host.logged("\"event\":\"out\""));
  sys::log("w", false);
  bump_by(1);
  EXPECT_EQ(sys::log("w", sys::get), "[]");
}

TEST_F(sys_test, log_to_file_appends_every_event) {
  start();
  const auto file = std::filesystem::temp_directory_path() / ("patchbay-sys-" + std::to_string(::getpid()));
  sys::log_to_file("w", file.string());
  bump_by(1);
  sys::log_to_file("w", nullptr);
  bump_by(1);
  std::ifstream in(file);
  std::vector<std::string> events;
  for (std::string line; std::getline(in, line);) events.push_back(json::parse(line)["event"]);
  EXPECT_EQ(events, (std::vector<std::string>{"in", "out"}));
  std::filesystem::remove(file);
}

TEST_F(sys_test, statistics_count_messages_or_are_no_statistics) {
  start();
  EXPECT_EQ(sys::statistics("w", sys::get), "\"no_statistics\"");
  sys::statistics("w", true);
  bump_by(1);
  send_note("x");
  const json seen = json::parse(sys::statistics("w", sys::get));
  EXPECT_EQ(seen["messages_in"], 2);
  EXPECT_EQ(seen["messages_out"], 1);
  EXPECT_EQ(seen["reductions"], 2);
  EXPECT_LE(seen["start_time"], seen["current_time"]);
  sys::statistics("w", false);
  EXPECT_EQ(sys::statistics("w", sys::get), "\"no_statistics\"");
}

TEST_F(sys_test, an_installed_function_sees_every_event_until_it_is_removed) {
  start();
  auto seen = std::make_shared<std::vector<std::string>>();
  std::weak_ptr<std::vector<std::string>> alive = seen;
  const auto watch = [seen](pid, std::string_view event) {
    seen->push_back(json::parse(event)["event"]);
    return true;
  };
  sys::install("w", "watch", watch);
  bump_by(1);
  EXPECT_EQ(*seen, (std::vector<std::string>{"in", "out"}));
  sys::install("w", "watch", [](pid, std::string_view) { return true; });
  EXPECT_EQ(json::parse(sys::get_status("w"))["debug"], (json{"{install,watch}"}));
  sys::remove("w", "watch");
  bump_by(1);
  EXPECT_EQ(seen->size(), 2U);
}

TEST_F(sys_test, an_installed_function_that_is_done_or_fails_is_removed) {
  start();
  int calls = 0;
  sys::install("w", "once", [&calls](pid, std::string_view) { return ++calls < 2; });
  sys::install("w", "fails", [](pid, std::string_view) -> bool { throw std::runtime_error("no"); });
  bump_by(1);
  bump_by(1);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(json::parse(sys::get_status("w"))["debug"], json::array());
}

TEST_F(sys_test, an_installed_function_is_dropped_when_its_process_ends) {
  start();
  auto kept = std::make_shared<int>(1);
  std::weak_ptr<int> alive = kept;
  sys::install("w", "holds", [kept = std::move(kept)](pid, std::string_view) { return true; });
  EXPECT_FALSE(alive.expired());
  sys::terminate("w", shutdown);
  EXPECT_TRUE(eventually([&] { return alive.expired(); }));
  EXPECT_EQ(host.group().needs(), 0);
}

TEST_F(sys_test, no_debug_turns_all_of_it_off) {
  start();
  sys::trace("w", true);
  sys::log("w", true);
  sys::statistics("w", true);
  sys::install("w", "f", [](pid, std::string_view) { return true; });
  EXPECT_EQ(json::parse(sys::get_status("w"))["debug"], (json{"trace", "{log,10}", "statistics", "{install,f}"}));
  sys::no_debug("w");
  EXPECT_EQ(json::parse(sys::get_status("w"))["debug"], json::array());
  const auto before = host.reports(process::report_kind::debug).size();
  bump_by(1);
  EXPECT_EQ(host.reports(process::report_kind::debug).size(), before);
}

// {debug,[trace|log|{log,N}|statistics|…]}: section 1.
TEST_F(sys_test, debug_options_at_start) {
  const std::string options = "log:5, statistics, nonsense";
  pb_start how{};
  how.struct_size = sizeof how;
  how.module = message::str("watched");
  how.name = message::str("w");
  how.timeout_ms = PB_INFINITY;
  how.debug = message::str(options);
  pb_pid made = 0;
  ASSERT_EQ(host.table().start(&host.table(), &how, &made, nullptr), PB_OK);
  bump_by(1);
  EXPECT_EQ(json::parse(sys::get_status("w"))["debug"], (json{"{log,5}", "statistics"}));
  EXPECT_EQ(json::parse(sys::log("w", sys::get)).size(), 2U);
  EXPECT_TRUE(host.logged("ignoring erroneous debug options - nonsense"));
}

}  // namespace
}  // namespace patchbay::test
