// What people write: TOML files with mistakes, and messages that do not fit.
#include "refusals.hpp"

namespace patchbay::test {
namespace {

struct bad_files : refusals {
  void SetUp() override { start_counting(); }

  /// Not even unpacked.
  void refused(std::string_view code, const std::vector<std::string>& parts) {
    says(op.refusal({"unpack", bad.path().string()}, relup_program), code, parts);
    says(op.refusal({"plan", (releases / "sequence-1.0.0").string(), bad.path().string()}, relup_program), code, parts);
    EXPECT_EQ(op.status_of("sequence-2.0.0"), "unknown");
    EXPECT_FALSE(fs::exists(data.path / "releases/sequence-2.0.0"));
    serves_as_before();
    upgrades();
  }
  spoilt_release bad{"sequence-2.0.0"};
};

TEST_F(bad_files, a_typo_in_release_toml) {
  bad.replace(bad.path() / "release.toml", "applications", "aplications");
  refused("unknown_key", {"release.toml:3", "aplications", "did you mean \"applications\""});
}

TEST_F(bad_files, a_typo_in_an_app_file) {
  bad.replace(bad.lib("sequence-2.0.0", ".app.toml"), "registered", "registred");
  refused("unknown_key", {"sequence.app.toml:", "registred", "did you mean \"registered\""});
}

TEST_F(bad_files, a_typo_in_an_appup_file) {
  bad.replace(bad.lib("sequence-2.0.0", ".appup.toml"), "change", "chnage");
  refused("unknown_key", {"sequence.appup.toml:6", "chnage", "did you mean \"change\""});
}

TEST_F(bad_files, no_toml) {
  bad.replace(bad.path() / "release.toml", "name =", "name");
  refused("bad_toml", {"release.toml:1"});
}

TEST_F(bad_files, a_release_whose_first_file_has_a_typo_does_not_start) {
  spoilt_release first("sequence-1.0.0");
  spoilt_release::replace(first.path() / "release.toml", "vsn", "version");
  const scratch other;
  const auto refused =
      run(patchbay_program, {"start", first.path().string(), "--data", other.path.string(), "--allow-unsigned"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.errors.find("release.toml:2"), std::string::npos) << refused.errors;
  EXPECT_EQ(refused.output, "");
}

// An appup is read whole when it is needed: it must lead from the version that serves.
TEST_F(bad_files, an_appup_from_an_unknown_version) {
  bad.replace(bad.lib("sequence-2.0.0", ".appup.toml"), R"(from = "1.0.0")", R"(from = "0.9.0")");
  EXPECT_EQ(op.relup_ask({"unpack", bad.path().string()})["id"], "sequence-2.0.0");
  for (const char* command : {"plan", "check", "install"}) {
    says(op.refusal({command, "2.0.0"}, relup_program), "no_matching_relup",
         {"sequence.appup.toml of 2.0.0", "1.0.0", "0.9.0", "add an entry"});
    EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
    serves_as_before();
  }
  upgrades();
}

// What 1.0.0 has no field for is lost on the way back: an appup that does not say so leads neither there nor away.
TEST_F(bad_files, an_appup_that_hides_what_going_down_loses) {
  bad.replace(bad.lib("sequence-2.0.0", ".appup.toml"), R"(, lossy = ["delta"])", "");
  EXPECT_EQ(op.relup_ask({"unpack", bad.path().string()})["id"], "sequence-2.0.0");
  for (const char* command : {"plan", "check", "install"}) {
    says(op.refusal({command, "2.0.0"}, relup_program), "undeclared_loss",
         {"sequence 2.0.0", "sequence_server", "going down loses delta", R"(lossy = ["delta"])", "down to 1.0.0"});
    EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
    serves_as_before();
  }
  upgrades();

  const scratch other;
  const operator_at newer{other.path};
  const running_host on_2(other.path, {bad.path().string()});
  EXPECT_EQ(newer.relup_ask({"unpack", (releases / "sequence-1.0.0").string()})["id"], "sequence-1.0.0");
  says(newer.refusal({"install", "1.0.0"}, relup_program), "undeclared_loss", {"going down loses delta"});
  EXPECT_EQ(newer.ask({"status"})["release"], "sequence-2.0.0");
}

// No refusal, but a text with nothing in it.
TEST_F(refusals, a_check_with_no_library_to_load_says_so) {
  start_counting();
  spoilt_release same("sequence-1.0.0");
  same.replace(same.path() / "release.toml", "vsn = \"1.0.0\"", "vsn = \"1.0.1\"");
  EXPECT_EQ(op.relup_ask({"unpack", same.path().string()})["id"], "sequence-1.0.1");
  const auto checked = op.relup({"check", "1.0.1"});
  EXPECT_EQ(checked.code, 0) << checked.errors;
  EXPECT_NE(checked.output.find("no library to load: no application changes\n"), std::string::npos) << checked.output;
  EXPECT_EQ(checked.output.find("running release: \n"), std::string::npos) << checked.output;
}

struct bad_messages : refusals {
  void SetUp() override { start_counting(); }
};

TEST_F(bad_messages, list_what_is_known) {
  const auto refused = [&](std::vector<std::string> call, std::string_view code,
                           const std::vector<std::string>& parts) {
    call.insert(call.begin(), "call");
    says(op.refusal(call), code, parts);
  };
  refused({"sequence", "set_number", "{}"}, "bad_message", {"set_number", "\"n\" is missing", "n: i64"});
  refused({"sequence", "set_number", R"({"n":5,"m":6})"}, "bad_message", {"unknown field \"m\"", "n: i64"});
  refused({"sequence", "set_number", R"({"N":5})"}, "bad_message", {"n: i64"});
  refused({"sequence", "set_number", R"({"n":"five"})"}, "bad_message", {"n: i64"});
  refused({"sequence", "set_number", R"({"n":9223372036854775808})"}, "bad_message", {"n: i64"});
  refused({"sequence", "next"}, "undef_message", {"factors, next_number, set_number"});
  refused({"sequnce", "next_number"}, "noproc", {"sequence", "stash", "load"});
  serves_as_before();
  upgrades();
}

}  // namespace
}  // namespace patchbay::test
