// Every file that people write: what is read, and how each mistake is told.
#include <gtest/gtest.h>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::temp_dir;

struct refusal {
  const char* file;  ///< its name decides the reader
  const char* text;
  const char* code;
  const char* contains;
};

outcome<void> read_any(const std::filesystem::path& file) {
  const auto done = [](const auto& read) -> outcome<void> {
    if (read.ok()) return {};
    return read.failure();
  };
  const auto name = file.filename().string();
  if (name.ends_with(".app.toml")) return done(read_app(file));
  if (name.ends_with(".appup.toml")) return done(read_appup(file));
  if (name == "release.toml") return done(read_release_file(file));
  return done(read_host_config(file));
}

class refused_files : public testing::TestWithParam<refusal> {};

TEST_P(refused_files, with_file_line_and_advice) {
  const auto& c = GetParam();
  const temp_dir dir;
  const auto file = dir.path() / c.file;
  fixture::write(file, c.text);
  const auto read = read_any(file);
  ASSERT_FALSE(read.ok()) << c.text;
  EXPECT_EQ(read.failure().code, c.code) << read.failure().text;
  EXPECT_NE(read.failure().text.find(file.string() + c.contains), std::string::npos) << read.failure().text;
}

constexpr auto app = "counter.app.toml";
constexpr auto appup = "counter.appup.toml";
constexpr auto rel = "release.toml";
constexpr auto config = "patchbay.toml";

INSTANTIATE_TEST_SUITE_P(
    app, refused_files,
    testing::Values(
        refusal{app, "vsn = \"1\"\nmodules = []\nmodule = [\"counter\"]\n", "unknown_key",
                ":3: unknown key \"module\" (did you mean \"modules\"?)"},
        refusal{app, "vsn = \"1\"\nmodules = []\nqqqqqqqq = 1\n", "unknown_key",
                ":3: unknown key \"qqqqqqqq\"; known: description, vsn"},
        refusal{app, "zzz = 1\naaa = 2\n", "unknown_key", ":1: unknown key \"zzz\""},
        refusal{app, "vsn = 1\nmodules = []\n", "wrong_type", ":1: vsn: is an integer, must be a string"},
        refusal{app, "vsn = \"1\"\nmodules = \"counter\"\n", "wrong_type",
                ":2: modules: is a string, must be an array"},
        refusal{app, "vsn = \"1\"\nmodules = [\n\"counter\",\n3]\n", "wrong_type",
                ":4: modules: an element is an integer, must be a string"},
        refusal{app, "modules = []\n", "missing_key", ":1: \"vsn\" is missing"},
        refusal{app, "vsn = \"1\"\n", "missing_key", ":1: \"modules\" is missing"},
        refusal{app, "vsn = \"../1\"\nmodules = []\n", "bad_value", ":1: vsn: \"../1\" is not a version"},
        refusal{app, "vsn = \"\"\nmodules = []\n", "bad_value", ":1: vsn: \"\" is not a version"},
        refusal{app, "vsn = \"1\"\nmodules = [\"Counter\"]\n", "bad_value", ":2: modules: \"Counter\" is not a name"},
        refusal{app, "vsn = \"1\"\nmodules = [\"a\", \"a\"]\n", "bad_value", ":2: modules: \"a\" is listed twice"},
        refusal{app, "vsn = \"1\"\nmodules = []\napplications = [\"counter\"]\n", "bad_value",
                ":3: applications: \"counter\" cannot depend on itself"},
        refusal{app, "vsn = \"1\"\nmodules = [\"counter\"]\nmod = { module = \"conter\" }\n", "undef_module",
                ":3: module: \"conter\" is not in modules (did you mean \"counter\"?)"},
        refusal{app, "vsn = \"1\"\nmodules = []\nmod = { args = {} }\n", "missing_key",
                ":3: \"module\" is missing in mod"},
        refusal{app, "vsn = \"1\"\nmodules = [\"a\"]\nmod = { module = \"a\", arg = {} }\n", "unknown_key",
                ":3: unknown key \"arg\" in mod (did you mean \"args\"?)"},
        refusal{app, "vsn = \"1\"\nmodules = []\n[env]\nsince = 2020-01-01\n", "wrong_type",
                ":4: a date or time cannot be passed"},
        refusal{app, "vsn = \"1\"\nmodules = []\n[env]\nlimit = nan\n", "bad_value",
                ":4: nan and inf cannot be passed"},
        refusal{app, "vsn = \"1\"\nmodules = [\n", "bad_toml", ":2:13: "},
        refusal{app, "vsn = \"1\nmodules = []\n", "bad_toml", ":1:"},
        refusal{app, "vsn = \"1\"\nvsn = \"2\"\n", "bad_toml", ":2:"},
        refusal{"Counter.app.toml", "", "bad_value", ": the file's name must be NAME.app.toml"}));

INSTANTIATE_TEST_SUITE_P(
    appup, refused_files,
    testing::Values(
        refusal{appup, "vsn = \"2\"\n[[ups]]\nfrom = \"1\"\n", "unknown_key",
                ":2: unknown key \"ups\" (did you mean \"up\"?)"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nform = \"1\"\ninstructions = []\n", "unknown_key",
                ":3: unknown key \"form\" in [[up]] (did you mean \"from\"?)"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nto = \"1\"\ninstructions = []\n", "unknown_key",
                ":3: unknown key \"to\" in [[up]]"},
        refusal{appup, "vsn = \"2\"\n[[down]]\ninstructions = []\n", "missing_key",
                ":2: \"to\" is missing in [[down]]; name one version there, or several with to_pattern"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\n", "missing_key",
                ":2: \"instructions\" is missing in [[up]]"},
        refusal{appup, "vsn = \"2\"\n[up]\nfrom = \"1\"\n", "wrong_type", ":2: up: is a table, must be an array"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"2\"\ninstructions = []\n", "bad_value",
                ":3: from: \"2\" is the version of this appup itself"},
        refusal{appup,
                "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = []\n[[up]]\nfrom = \"1\"\ninstructions = []\n",
                "bad_value", ":6: from: \"1\" has an entry already"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [\n  { updte = \"a\" },\n]\n", "unknown_key",
                ":5: unknown key \"updte\" in an instruction (did you mean \"update\"?)"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [{}]\n", "bad_value",
                ":4: an instruction: must hold exactly one of update"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [{ update = \"a\", add_module = \"b\" }]\n",
                "bad_value", ":4: an instruction: must hold exactly one"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [\"update\"]\n", "wrong_type",
                ":4: instructions: an element is a string, must be a table"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [{ update = \"a\", change = \"hard\" }]\n",
                "bad_value", ":4: change: is \"hard\", must be \"soft\" or \"advanced\""},
        refusal{appup,
                "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [{ load_module = \"a\", change = \"soft\" }]\n",
                "bad_value", ":4: change: belongs to update only"},
        refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [{ update = \"a\", lossy = [\"x\"] }]\n",
                "bad_value", ":4: lossy: belongs to change = \"advanced\" only"},
        refusal{appup,
                "vsn = \"2\"\n[[up]]\nfrom = \"1\"\ninstructions = [\n{ update = \"a\" },\n{ load_module = \"a\" }]\n",
                "muldef_module", ":6: module \"a\" has two instructions"}));

INSTANTIATE_TEST_SUITE_P(
    appup_patterns, refused_files,
    testing::Values(refusal{appup, "vsn = \"2\"\n[[up]]\nfrom = \"1\"\nfrom_pattern = '1'\ninstructions = []\n",
                            "bad_value", ":4: from_pattern: stands beside from in [[up]]; keep one of the two"},
                    refusal{appup, "vsn = \"2\"\n[[up]]\ninstructions = []\n", "missing_key",
                            ":2: \"from\" is missing in [[up]]; name one version there, or several with from_pattern"},
                    refusal{appup, "vsn = \"2\"\n[[up]]\nfrom_patern = '1'\ninstructions = []\n", "unknown_key",
                            ":3: unknown key \"from_patern\" in [[up]] (did you mean \"from_pattern\"?)"},
                    refusal{appup, "vsn = \"2\"\n[[up]]\nto_pattern = '1'\ninstructions = []\n", "unknown_key",
                            ":3: unknown key \"to_pattern\" in [[up]]"},
                    refusal{appup, "vsn = \"2\"\n[[up]]\nfrom_pattern = 1\ninstructions = []\n", "wrong_type",
                            ":3: from_pattern: is an integer, must be a string"},
                    refusal{appup, "vsn = \"2\"\n[[down]]\nto_pattern = '1.(0'\ninstructions = []\n", "bad_value",
                            ":3: to_pattern: '1.(0' is no regular expression: "},
                    refusal{appup, "vsn = \"2\"\n[[down]]\nto_pattern = ''\ninstructions = []\n", "bad_value",
                            ":3: to_pattern: '' is empty and matches no version; write one such as"},
                    refusal{
                        appup,
                        "vsn = \"2\"\n[[up]]\nfrom_pattern = '1.*'\ninstructions = []\n[[up]]\nfrom_pattern = '1.*'\n"
                        "instructions = []\n",
                        "bad_value", ":6: from_pattern: \"1.*\" has an entry already"}));

INSTANTIATE_TEST_SUITE_P(
    release, refused_files,
    testing::Values(
        refusal{rel, "name = \"a\"\nvsn = \"1\"\napps = []\n", "unknown_key", ":3: unknown key \"apps\""},
        refusal{rel, "name = \"a-b\"\nvsn = \"1\"\napplications = []\n", "bad_value",
                ":1: name: \"a-b\" is not a name"},
        refusal{rel, "name = \"a\"\nvsn = \"1\"\napplications = []\n", "bad_value",
                ":3: applications: a release needs at least one"},
        refusal{rel, "name = \"a\"\nvsn = \"1\"\napplications = [{ name = \"c\" }]\n", "missing_key",
                ":3: \"vsn\" is missing in applications"},
        refusal{rel, "name = \"a\"\nvsn = \"1\"\napplications = [{ name = \"c\", vsn = \"1\", type = \"perm\" }]\n",
                "bad_value", ":3: type: is \"perm\", must be permanent, transient, temporary, load or none"},
        refusal{rel,
                "name = \"a\"\nvsn = \"1\"\napplications = [{ name = \"c\", vsn = \"1\" }, { name = \"c\", vsn = \"2\" "
                "}]\n",
                "bad_value", ":3: applications: \"c\" is listed twice"},
        refusal{
            rel,
            "name = \"a\"\nvsn = \"1\"\napplications = [{ name = \"counter\", vsn = \"1\" }]\n[env.conter]\nx = 1\n",
            "unknown_key", ":4: unknown key \"conter\" in env (did you mean \"counter\"?)"},
        refusal{rel, "name = \"a\"\nvsn = \"1\"\napplications = [{ name = \"c\", vsn = \"1\" }]\nenv = { c = 1 }\n",
                "wrong_type", ":4: c: is an integer, must be a table"}));

INSTANTIATE_TEST_SUITE_P(
    config, refused_files,
    testing::Values(
        refusal{config, "worker = 2\n", "unknown_key", ":1: unknown key \"worker\" (did you mean \"workers\"?)"},
        refusal{config, "workers = -1\n", "bad_value", ":1: workers: -1 is out of range; it must be from 0 to 1024"},
        refusal{config, "workers = 1.5\n", "wrong_type", ":1: workers: is a float, must be an integer"},
        refusal{config, "[log]\nlevel = \"inof\"\n", "bad_value",
                ":2: level: \"inof\" is no level (did you mean \"info\"?)"},
        refusal{config, "[log]\nformat = \"jsn\"\n", "bad_value",
                ":2: format: \"jsn\" is no format (did you mean \"json\"?)"},
        refusal{config, "[log]\nhide = [\"progres\"]\n", "bad_value",
                ":2: hide: \"progres\" is no kind of report (did you mean \"progress\"?)"},
        refusal{config, "log_level = \"inof\"\n", "bad_value",
                ":1: log_level: \"inof\" is no level (did you mean \"info\"?)"},
        refusal{config, "generations_limit_mb = 0\n", "bad_value", ":1: generations_limit_mb: 0 is out of range"}));

TEST(files, an_absent_file_is_an_error_but_for_the_configuration) {
  const temp_dir dir;
  EXPECT_EQ(read_app(dir.path() / "a.app.toml").failure().code, "no_such_file");
  EXPECT_EQ(read_appup(dir.path() / "a.appup.toml").failure().code, "no_such_file");
  EXPECT_EQ(read_release_file(dir.path() / "release.toml").failure().code, "no_such_file");
  const auto defaults = read_host_config(dir.path() / "patchbay.toml");
  ASSERT_TRUE(defaults.ok());
  EXPECT_EQ(defaults->log_level, "info");
  EXPECT_EQ(defaults->generations_limit_mb, 512U);
}

TEST(files, a_configuration_that_somebody_named_must_be_there) {
  const temp_dir dir;
  const auto file = dir.path() / "patchbay.toml";
  const auto refused = read_host_config(file, absent_config::is_refused);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "no_such_file");
  EXPECT_NE(refused.failure().text.find(file.string()), std::string::npos) << refused.failure().text;
  fixture::write(file, "workers = 3\n");
  const auto read = read_host_config(file, absent_config::is_refused);
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_EQ(read->workers, 3U);
}

TEST(files, a_directory_or_a_huge_file_is_refused) {
  const temp_dir dir;
  std::filesystem::create_directory(dir.path() / "a.app.toml");
  EXPECT_EQ(read_app(dir.path() / "a.app.toml").failure().code, "io");
  fixture::write(dir.path() / "b.app.toml", std::string((1U << 20) + 1, '#'));
  EXPECT_EQ(read_app(dir.path() / "b.app.toml").failure().code, "bad_value");
}

}  // namespace
}  // namespace patchbay::release
