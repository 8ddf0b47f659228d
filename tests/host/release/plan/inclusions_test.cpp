// Included and optional applications and start phases, in files and in whole releases.
#include "release/plan/inclusions.hpp"

#include <gtest/gtest.h>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::temp_dir;

code::module_facts callbacks(const std::string& name) {
  code::module_facts out;
  out.name = name;
  out.behaviour = PB_BEHAVIOUR_APPLICATION;
  return out;
}

application_view app(const std::string& name, std::vector<std::string> needs, std::vector<std::string> includes = {},
                     const std::vector<std::string>& phases = {}) {
  auto view = fixture::application(name, "1.0.0", {callbacks(name + "_app")});
  view.app.applications = std::move(needs);
  view.app.included_applications = std::move(includes);
  view.app.mod_module = name + "_app";
  for (const auto& phase : phases) view.app.start_phases.push_back({phase, json::object()});
  return view;
}

std::string order(const std::vector<application_view>& all) {
  const auto nodes = start_nodes(all);
  const auto found = start_order(nodes);
  if (!found) return found.failure().code + ": " + found.failure().text;
  std::string text;
  for (const auto index : *found) text += nodes[index].name + " ";
  return text;
}
std::string refusal(const std::vector<application_view>& all) {
  const auto failed = inclusions_agree(all);
  return failed ? failed->code + " " + failed->text : "none";
}

TEST(app_file, reads_what_is_optional_included_and_in_which_phases_it_starts) {
  const temp_dir dir;
  const auto file = dir.path() / "a.app.toml";
  fixture::write(file, R"(vsn = "1"
modules = ["a_app"]
applications = ["b", "c"]
optional_applications = ["c"]
included_applications = ["d"]
mod = { module = "a_app" }
start_phases = [{ phase = "init" }, { phase = "go", args = { n = 1 } }]
maxT = 60000
)");
  const auto read = read_app(file);
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_EQ(read->optional_applications, (std::vector<std::string>{"c"}));
  EXPECT_EQ(read->included_applications, (std::vector<std::string>{"d"}));
  ASSERT_EQ(read->start_phases.size(), 2U);
  EXPECT_EQ(read->start_phases[1].phase, "go");
  EXPECT_EQ(read->max_t, 60'000U);
  EXPECT_EQ(read->start_phases[1].args.dump(), R"({"n":1})");
}

TEST(app_file, refuses_what_contradicts_itself) {
  const temp_dir dir;
  const auto file = dir.path() / "a.app.toml";
  const auto refused = [&](const std::string& rest) {
    fixture::write(file, "vsn = \"1\"\nmodules = [\"a_app\"]\n" + rest);
    const auto read = read_app(file);
    return read.ok() ? "none" : read.failure().text.substr(file.string().size());
  };
  EXPECT_EQ(
      refused("applications = [\"b\"]\noptional_applications = [\"bb\"]\n"),
      ":4: optional_applications: \"bb\" is not in applications (did you mean \"b\"?); an optional one stands in both");
  EXPECT_EQ(refused("applications = [\"b\"]\nincluded_applications = [\"b\"]\n"),
            ":4: included_applications: \"b\" cannot be in applications as well");
  EXPECT_EQ(refused("included_applications = [\"a\"]\n"), ":3: included_applications: \"a\" cannot depend on itself");
  EXPECT_EQ(refused("start_phases = [{ phase = \"go\" }]\n"),
            ":3: start_phases: there is no mod, whose callback module they would be given to");
  EXPECT_EQ(refused("mod = { module = \"a_app\" }\nstart_phases = [{ phase = \"go\" }, { phase = \"go\" }]\n"),
            ":4: phase: \"go\" is listed twice");
}

TEST(inclusions, what_is_included_and_what_that_needs_stands_first) {
  EXPECT_EQ(order({app("a", {}, {"inner"}), app("inner", {"base"}), app("base", {})}), "base inner a ");
}
TEST(inclusions, one_may_need_what_is_included_with_it) {
  EXPECT_EQ(order({app("a", {}, {"x", "y"}), app("x", {"y"}), app("y", {})}), "y x a ");
}
TEST(inclusions, an_included_application_must_be_in_the_release) {
  EXPECT_EQ(order({app("a", {}, {"inner"})}).substr(0, 22), "undefined_applications");
}
TEST(inclusions, an_optional_one_need_not_be_in_the_release) {
  auto a = app("a", {"b", "gone"});
  a.app.optional_applications = {"b", "gone"};
  EXPECT_EQ(order({a, app("b", {})}), "b a ");
}
TEST(inclusions, only_one_may_include_an_application) {
  EXPECT_EQ(refusal({app("a", {}, {"x"}), app("b", {}, {"x"}), app("x", {})}),
            "duplicate_include applications a and b both include x; only one may");
}
TEST(inclusions, an_included_applications_phases_are_among_those_of_its_primary) {
  EXPECT_EQ(refusal({app("a", {}, {"x"}, {"init", "go"}), app("x", {}, {}, {"go"})}), "none");
  const auto text = refusal({app("a", {}, {"x"}, {"init", "go"}), app("x", {}, {}, {"goo"})});
  EXPECT_NE(text.find("start phase \"goo\" is none of a, which includes it; add it there (did you mean \"go\"?)"),
            std::string::npos)
      << text;
}
TEST(inclusions, start_phases_need_a_callback_module) {
  auto a = app("a", {}, {}, {"go"});
  a.facts.modules[0].behaviour = PB_BEHAVIOUR_SUPERVISOR;
  EXPECT_EQ(refusal({a}).substr(0, 16), "bad_start_phases");
}

TEST(env, of_the_command_line_wins_over_the_releases) {
  auto a = app("a", {});
  a.env = {{"kept", 1}, {"set", {{"x", 1}}}};
  auto made = fixture::release("1", {a});
  overlay_env(made, {{"a", {{"set", 2}, {"new", 3}}}, {"nobody", {{"n", 1}}}});
  EXPECT_EQ(made.applications[0].env, (json{{"kept", 1}, {"set", 2}, {"new", 3}}));
}

TEST(callback_module, is_loaded_by_an_upgrade_and_has_nothing_to_advance) {
  auto from = app("a", {});
  auto to = app("a", {});
  to.app.vsn = to.facts.version = "2.0.0";
  to.facts.build_id = "bb";
  to.appup.vsn = "2.0.0";
  to.appup.up = {{"1.0.0", {}}};
  to.appup.down = {{"1.0.0", {}}};
  const auto planned = make_plan(fixture::release("1", {from}), fixture::release("2", {to}));
  ASSERT_TRUE(planned.ok()) << planned.failure().text;
  EXPECT_TRUE(planned->way_back);
  to.appup.up[0].instructions = {{instruction_kind::update, "a_app", change_kind::advanced, {}}};
  const auto refused = make_plan(fixture::release("1", {from}), fixture::release("2", {to}));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "unsupported");
}

}  // namespace
}  // namespace patchbay::release
