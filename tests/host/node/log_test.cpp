// host/node/log.md: formats, levels, kinds that are hidden, the rotating file.
#include "node/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>

namespace patchbay::node {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using process::report_kind;

struct log_test : ::testing::Test {
  /// A log whose lines come here.
  std::unique_ptr<host_log> open(log_options options = {}) {
    options.sink = [this](log_level level, std::string_view line) {
      const std::lock_guard lock(mutex);
      lines.emplace_back(line);
      levels.push_back(level);
    };
    auto opened = host_log::open(options);
    EXPECT_TRUE(opened.ok());
    return std::move(*opened);
  }
  static log_options as(const std::string& format) {
    log_options options;
    options.format = format;
    return options;
  }
  static process::report crash() {
    process::report what;
    what.level = PB_LOG_ERROR;
    what.pid = (pb_pid{2} << 32U) | 7;
    what.kind = report_kind::terminate;
    what.label = "{gen_server,terminate}";
    what.text = "gen_server counter terminating: boom";
    what.name = "counter";
    what.application = "counter";
    what.module = "counter";
    what.version = "1.0.0";
    what.generation = "g1";
    what.request = 77;
    what.reason = "boom";
    what.last_message = R"({"message":"counter/counter.bump","value":{"by":1}})";
    what.state = R"({"total":4})";
    return what;
  }
  static process::report of(report_kind kind, std::uint32_t level = PB_LOG_INFO) {
    process::report what;
    what.level = level;
    what.kind = kind;
    what.text = "x";
    return what;
  }

  std::mutex mutex;
  std::vector<std::string> lines;
  std::vector<log_level> levels;
};

TEST_F(log_test, a_report_as_json_is_a_structured_record) {
  auto log = open(as("json"));
  log->set_release("counter-1.0.0");
  log->write(crash());
  log->flush();
  ASSERT_EQ(lines.size(), 1U);
  json line = json::parse(lines[0]);
  EXPECT_EQ(line["time"].get<std::string>().size(), std::string("2026-11-20T14:10:18.123Z").size());
  line.erase("time");
  EXPECT_EQ(line, json::parse(R"({"level":"error","text":"gen_server counter terminating: boom","report":"terminate",
      "label":"{gen_server,terminate}","domain":["otp"],"pid":"<0.7.2>","name":"counter","application":"counter",
      "module":"counter","version":"1.0.0","generation":"g1","release":"counter-1.0.0","request":77,"reason":"boom",
      "last_message":{"message":"counter/counter.bump","value":{"by":1}},"state":{"total":4}})"));
}

TEST_F(log_test, a_report_as_text_is_one_line) {
  auto log = open();
  log->set_release("counter-1.0.0");
  log->write(crash());
  log->flush();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find(" error <0.7.2> gen_server counter terminating: boom; last message: {\"message\":"
                          "\"counter/counter.bump\",\"value\":{\"by\":1}}; state: {\"total\":4} "
                          "[counter/counter 1.0.0 g1, counter-1.0.0, request 77]"),
            std::string::npos)
      << lines[0];
}

TEST_F(log_test, crash_supervisor_and_progress_are_of_the_domain_otp_sasl) {
  auto options = as("json");
  options.hide.clear();
  auto log = open(options);
  for (const report_kind each : {report_kind::crash, report_kind::supervisor, report_kind::progress})
    log->write(of(each));
  log->write(PB_LOG_INFO, "a plugin's line");
  log->flush();
  ASSERT_EQ(lines.size(), 4U);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(json::parse(lines[static_cast<std::size_t>(i)])["domain"], (json{"otp", "sasl"}));
  EXPECT_FALSE(json::parse(lines[3]).contains("domain"));
}

TEST_F(log_test, progress_is_info_and_hidden_by_default) {
  auto log = open();
  log->write(of(report_kind::progress));
  log->flush();
  EXPECT_TRUE(lines.empty());
  log_options debug;
  debug.level = "debug";
  log = open(debug);
  log->write(of(report_kind::progress));
  log->flush();
  EXPECT_EQ(lines.size(), 1U);
}

TEST_F(log_test, a_level_lets_through_what_is_as_serious) {
  log_options options;
  options.level = "warning";
  auto log = open(options);
  log->write(PB_LOG_INFO, "no");
  log->write(PB_LOG_WARNING, "yes");
  log->write(PB_LOG_ERROR, "yes");
  log->flush();
  EXPECT_EQ(levels, (std::vector<log_level>{log_level::warning, log_level::error}));
}

TEST_F(log_test, a_host_that_runs_unsigned_plugins_says_so_in_every_line) {
  for (const char* format : {"text", "json"}) {
    auto options = as(format);
    options.marks_unsigned = true;
    auto log = open(options);
    log->write(PB_LOG_INFO, "x");
    log->flush();
  }
  EXPECT_NE(lines.at(0).find("[unsigned]"), std::string::npos);
  EXPECT_EQ(json::parse(lines.at(1))["unsigned"], true);
}

TEST_F(log_test, a_file_rotates_by_size_and_keeps_so_many) {
  const fs::path folder = fs::temp_directory_path() / ("patchbay-log-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  log_options options;
  options.file = folder / "host.log";
  options.max_size = 2048;
  options.max_files = 2;
  auto log = open(options);
  for (int i = 0; i < 100; ++i) log->write(PB_LOG_INFO, std::string(100, 'x'));
  log->flush();
  std::size_t files = 0;
  for (const auto& each : fs::directory_iterator(folder)) {
    ++files;
    EXPECT_LE(each.file_size(), 2048U) << each.path();
  }
  EXPECT_EQ(files, 3U);
  EXPECT_TRUE(fs::exists(folder / "host.2.log"));
  log.reset();
  fs::remove_all(folder);
}

TEST_F(log_test, what_it_cannot_be_is_refused_in_words) {
  log_options options;
  options.level = "inof";
  EXPECT_NE(host_log::open(options).failure().text.find("did you mean"), std::string::npos);
  options = as("jsn");
  EXPECT_EQ(host_log::open(options).failure().code, "bad_format");
  options = {};
  options.file = "/proc/nowhere/host.log";
  EXPECT_EQ(host_log::open(options).failure().code, "io");
}

}  // namespace
}  // namespace patchbay::node
