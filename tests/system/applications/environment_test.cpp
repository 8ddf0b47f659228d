// OTP.md section 2, application: env priority and config_change, with whole releases.
#include "depot_host.hpp"

namespace patchbay::test {
namespace {

constexpr auto command_line = R"({"depot":{"from_command_line":"command line"}})";

bool told(const std::vector<std::string>& said) {
  return std::any_of(said.begin(), said.end(),
                     [](const std::string& line) { return line.find("config_change") != std::string::npos; });
}

TEST(environment, priority_command_line_over_release_config_over_app_file) {
  depot_host host(command_line);
  EXPECT_EQ(host.env("from_app"), "app");
  EXPECT_EQ(host.env("from_release"), "release 1.0.0");
  EXPECT_EQ(host.env("from_command_line"), "command line");
  EXPECT_EQ(host.env("nowhere"), "undefined");
}

TEST(environment, config_change_after_an_install_up_and_down) {
  depot_host host(command_line);
  host.unpack("2.0.0");
  ASSERT_TRUE(host.ask("install", {{"release", "2.0.0"}}).is_object());
  EXPECT_TRUE(
      host.says(R"(depot 2.0.0: config_change {"from_release":"release 2.0.0"} {"only_in_2":true} ["only_in_1"])"));
  EXPECT_EQ(host.env("from_release"), "release 2.0.0");
  EXPECT_EQ(host.env("from_command_line"), "command line") << "it wins over every release";
  EXPECT_EQ(host.call("seen"), "release 2.0.0, release 2.0.0") << "code_change and its continue see the new release's";
  ASSERT_TRUE(host.ask("install", {{"release", "1.0.0"}}).is_object());
  EXPECT_TRUE(
      host.says(R"(depot 1.0.0: config_change {"from_release":"release 1.0.0"} {"only_in_1":true} ["only_in_2"])"));
  EXPECT_EQ(host.env("from_release"), "release 1.0.0");
}

// OTP's weakness 6: there env and version stay new, and config_change has run.
TEST(environment, an_install_that_fails_changes_nothing_of_it) {
  depot_host host;
  host.unpack("2.0.0");
  EXPECT_EQ(host.call("spoil"), true);
  EXPECT_EQ(host.ask("install", {{"release", "2.0.0"}}), "code_change_failed");
  EXPECT_EQ(host.env("from_release"), "release 1.0.0");
  EXPECT_FALSE(told(host.said()));
  EXPECT_EQ(host.ask("which_applications").back().at("vsn"), "1.0.0");
}

TEST(environment, an_application_that_the_release_does_not_have_is_refused) {
  depot_host host;
  host.stop();
  const auto refused = host.try_start(R"({"dopet":{"x":1}})");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "unknown_application");
  EXPECT_NE(refused.failure().text.find("depot"), std::string::npos) << refused.failure().text;
  EXPECT_EQ(host.try_start(R"({"depot":1})").failure().code, "bad_json");
}

}  // namespace
}  // namespace patchbay::test
