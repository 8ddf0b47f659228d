// A release directory is checked against itself: each way in which it can contradict itself is told by file.
#include <gtest/gtest.h>

#include <functional>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::temp_dir;
namespace fs = std::filesystem;

release_view two_applications() {
  auto sequence = fixture::sequence_2();
  sequence.app.applications = {"counter"};
  sequence.app.mod_module = "sequence_sup";
  sequence.app.env = {{"start_at", 100}, {"tags", json::array({"a"})}};
  auto counter = fixture::application("counter", "0.1.0", {fixture::server("counter", 1, fixture::state_1)});
  auto out = fixture::release("2.0.0", {sequence, counter});
  out.file.env = {{"sequence", {{"start_at", 7}}}};
  return out;
}

TEST(release_view, is_read_whole_in_start_order_with_the_release_s_env) {
  const temp_dir dir;
  fixture::write_release(dir.path(), two_applications());
  const auto read = read_release(dir.path());
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_EQ(read->id(), "bank-2.0.0");
  ASSERT_EQ(read->applications.size(), 2U);
  EXPECT_EQ(read->applications[0].app.name, "counter");
  const auto* sequence = read->find("sequence");
  ASSERT_NE(sequence, nullptr);
  EXPECT_EQ(read->find("nobody"), nullptr);
  EXPECT_EQ(sequence->env, json({{"start_at", 7}, {"tags", json::array({"a"})}}));
  EXPECT_EQ(sequence->app.env["start_at"], 100);
  EXPECT_EQ(sequence->library(), dir.path() / "lib/sequence-2.0.0/sequence.so");
  EXPECT_EQ(sequence->facts, fixture::sequence_2().facts);
  ASSERT_EQ(sequence->appup.up.size(), 1U);
  EXPECT_EQ(sequence->appup.up[0].instructions[0].change, change_kind::advanced);
}

TEST(release_view, a_first_version_needs_no_appup) {
  const temp_dir dir;
  fixture::write_release(dir.path(), fixture::release("1.0.0", {fixture::sequence_1()}));
  const auto read = read_release(dir.path());
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_TRUE(read->applications[0].appup.vsn.empty());
}

TEST(release_view, a_file_that_cannot_be_looked_at_is_told_with_the_reason) {
  const temp_dir dir;
  fixture::write_release(dir.path(), fixture::release("1.0.0", {fixture::sequence_1()}));
  fs::remove_all(dir.path() / "lib");
  fs::create_symlink("lib", dir.path() / "lib");  // as a directory without permissions does for all but root
  const auto read = read_release(dir.path());
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.failure().code, "io");
  const auto& text = read.failure().text;
  EXPECT_NE(text.find("Too many levels of symbolic links"), std::string::npos) << text;
  EXPECT_NE(text.find("application sequence 1.0.0"), std::string::npos) << text;
}

struct damage {
  const char* what;
  std::function<void(release_view&)> before;       ///< in the data
  std::function<void(const fs::path& lib)> after;  ///< on disk, in lib/sequence-2.0.0
  const char* code;
  std::vector<const char*> contains;
};
const auto nothing_in_data = [](release_view&) {};
const auto nothing_on_disk = [](const fs::path&) {};

class damaged_release : public testing::TestWithParam<damage> {};

TEST_P(damaged_release, is_refused) {
  const auto& c = GetParam();
  const temp_dir dir;
  auto release = two_applications();
  c.before(release);
  fixture::write_release(dir.path(), release);
  c.after(dir.path() / "lib/sequence-2.0.0");
  const auto read = read_release(dir.path());
  ASSERT_FALSE(read.ok()) << c.what;
  EXPECT_EQ(read.failure().code, c.code) << c.what << ": " << read.failure().text;
  for (const auto* part : c.contains)
    EXPECT_NE(read.failure().text.find(part), std::string::npos) << read.failure().text;
}

damage gone(const char* file) {
  return {file,
          nothing_in_data,
          [file](const fs::path& lib) { fs::remove(lib / file); },
          "no_such_file",
          {file, "sequence 2.0.0", "bank-2.0.0"}};
}
instruction names(instruction_kind kind, const char* module) { return {kind, module, change_kind::soft, {}}; }

INSTANTIATE_TEST_SUITE_P(
    all, damaged_release,
    testing::Values(
        gone("sequence.so"), gone("sequence.facts.json"), gone("sequence.app.toml"),
        damage{"no release.toml",
               nothing_in_data,
               [](const fs::path& lib) { fs::remove(lib / "../../release.toml"); },
               "no_such_file",
               {"release.toml"}},
        damage{"no folder",
               nothing_in_data,
               [](const fs::path& lib) { fs::remove_all(lib); },
               "no_such_file",
               {"lib/sequence-2.0.0"}},
        damage{
            "app vsn",
            [](release_view& r) { r.applications[0].app.vsn = "2.0.0"; },
            [](const fs::path& lib) { fixture::write(lib / "sequence.app.toml", "vsn = \"2.0.1\"\nmodules = []\n"); },
            "conflicting_versions",
            {"sequence.app.toml", "\"2.0.1\"", "\"2.0.0\""}},
        damage{"facts version",
               [](release_view& r) { r.applications[0].facts.version = "1.9.9"; },
               nothing_on_disk,
               "conflicting_versions",
               {"sequence.facts.json", "version is \"1.9.9\""}},
        damage{"facts application",
               [](release_view& r) { r.applications[0].facts.application = "other"; },
               nothing_on_disk,
               "conflicting_versions",
               {"application is \"other\""}},
        damage{"appup vsn",
               [](release_view& r) { r.applications[0].appup.vsn = "3.0.0"; },
               nothing_on_disk,
               "conflicting_versions",
               {"sequence.appup.toml", "\"3.0.0\""}},
        damage{"app names no module of the plugin",
               [](release_view& r) { r.applications[0].app.modules[0] = "sequence_servr"; },
               nothing_on_disk,
               "undef_module",
               {"sequence.app.toml", "\"sequence_servr\"", "did you mean \"sequence_server\""}},
        damage{"app forgets a module",
               [](release_view& r) { r.applications[0].app.modules.erase(r.applications[0].app.modules.begin()); },
               nothing_on_disk,
               "undef_module",
               {"\"sequence_server\"", "add it to modules"}},
        damage{"mod",
               [](release_view& r) { r.applications[0].app.mod_module = "sequence_spu"; },
               nothing_on_disk,
               "undef_module",
               {"\"sequence_spu\" is not in modules"}},
        damage{"dependency",
               [](release_view& r) { r.applications[0].app.applications = {"countr"}; },
               nothing_on_disk,
               "undefined_applications",
               {"sequence needs countr", "did you mean \"counter\""}},
        damage{"cycle",
               [](release_view& r) { r.applications[1].app.applications = {"sequence"}; },
               nothing_on_disk,
               "circular_dependencies",
               {"sequence -> counter -> sequence"}},
        damage{"registered twice",
               [](release_view& r) {
                 r.applications[0].app.registered = {"seq"};
                 r.applications[1].app.registered = {"seq"};
               },
               nothing_on_disk,
               "duplicate_register",
               {"both register \"seq\""}},
        damage{"up names no module",
               [](release_view& r) { r.applications[0].appup.up[0].instructions[0].module = "sequence_serve"; },
               nothing_on_disk,
               "undef_module",
               {"up from 1.0.0", "\"sequence_serve\"", "did you mean \"sequence_server\""}},
        damage{"up deletes what is there",
               [](release_view& r) {
                 r.applications[0].appup.up[0].instructions.push_back(names(instruction_kind::delete_module, "stash"));
               },
               nothing_on_disk,
               "undef_module",
               {"up from 1.0.0: deletes \"stash\""}},
        damage{"down adds what is there",
               [](release_view& r) {
                 r.applications[0].appup.down[0].instructions.push_back(names(instruction_kind::add_module, "stash"));
               },
               nothing_on_disk,
               "undef_module",
               {"down to 1.0.0: adds \"stash\""}},
        damage{"facts are not JSON",
               nothing_in_data,
               [](const fs::path& lib) { fixture::write(lib / "sequence.facts.json", "{"); },
               "bad_facts",
               {"sequence.facts.json"}}),
    [](const auto& one) {
      std::string name = one.param.what;
      for (auto& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
      return name;
    });

}  // namespace
}  // namespace patchbay::release
