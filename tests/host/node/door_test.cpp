// The plugin `door`, a gen_statem, upgraded and taken back in an embedded host.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "patchbay/host.hpp"

namespace patchbay {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class door_test : public ::testing::Test {
 protected:
  door_test() {
    std::string pattern = fs::temp_directory_path() / "patchbay-door-XXXXXX";
    data_ = ::mkdtemp(pattern.data());
    auto started = host::start({.release_dir = release("door-1.0.0"),
                                .data_dir = data_,
                                .libexec_dir = PATCHBAY_LIBEXEC,
                                .config_file = {},
                                .workers = 2,
                                .allow_unsigned = true,
                                .log = [](log_level, std::string_view) {}});
    EXPECT_TRUE(started.ok()) << started.failure().text;
    host_ = std::move(*started);
    answer(host_->control("unpack", json{{"directory", release("door-2.0.0").string()}}.dump()));
  }
  ~door_test() override {
    host_.reset();
    fs::remove_all(data_);
  }
  static fs::path release(const std::string& id) { return fs::path(PATCHBAY_RELEASES) / id; }
  static std::string answer(const outcome<std::string>& of) {
    EXPECT_TRUE(of.ok()) << of.failure().code << ": " << of.failure().text;
    return of.ok() ? of.value() : std::string();
  }
  std::string look() { return answer(host_->call("code_lock", "look")); }
  void enter(const std::string& code) {
    for (const char digit : code) {
      EXPECT_TRUE(host_->cast("code_lock", "button", std::string("{\"digit\":") + digit + "}").ok());
    }
  }
  /// Installs, and proves that the version before is gone.
  void install(const char* version) {
    const auto report = json::parse(answer(host_->install(version)), nullptr, false);
    ASSERT_TRUE(report.is_object());
    EXPECT_EQ(report["servers_in_set"], report["servers_migrated"]);
    for (const auto& purge : report["purged"]) EXPECT_EQ(purge["unmapped"], true) << purge;
  }
  std::thread knock(const std::string& expected) {
    return std::thread([this, expected] {
      EXPECT_EQ(answer(host_->call("code_lock", "knock", "{}", std::chrono::seconds(30))), '"' + expected + '"');
    });
  }

  fs::path data_;
  std::unique_ptr<host> host_;
};

TEST_F(door_test, who_knocked_before_the_upgrade_comes_in_after_it) {
  EXPECT_EQ(look(), "\"locked\"");
  enter("12");
  std::thread visitor = knock("do come in");
  install("2.0.0");
  EXPECT_EQ(look(), "\"locked\"");
  enter("34");  // the digits entered before count
  visitor.join();
  EXPECT_EQ(look(), "\"unlocked\"");
  // The running timeout holds nothing of 2.0.0, and the state has its old name again.
  install("1.0.0");
  EXPECT_EQ(look(), "\"open\"");
}

TEST_F(door_test, a_blocked_lock_is_locked_in_the_version_before) {
  install("2.0.0");
  enter("999999999999");
  EXPECT_EQ(look(), "\"blocked\"");
  std::thread visitor = knock("come in");
  install("1.0.0");
  EXPECT_EQ(look(), "\"locked\"");
  enter("1234");
  visitor.join();
}

}  // namespace
}  // namespace patchbay
