// Drafts of appups: what they say of each module, that they are read as they are meant, and that the planner takes what is complete.
#include "release/plan/appup_draft.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::migration;
using fixture::sequence_1;
using fixture::sequence_2;
using fixture::server;
using fixture::state_1;
using fixture::state_2;

appup_file read_back(const appup_draft& draft) {
  const fixture::temp_dir dir;
  const auto file = dir.path() / (draft.application + ".appup.toml");
  fixture::write(file, to_toml(draft));
  const auto read = read_appup(file);
  EXPECT_TRUE(read.ok()) << read.failure().text << "\n" << to_toml(draft);
  return read.ok() ? *read : appup_file{};
}

// As make_plan takes it, both ways; empty, or what it refuses.
std::string refusal(const application_view& from, application_view to) {
  const auto draft = draft_appup(from, to);
  to.appup = read_back(draft);
  EXPECT_EQ(to.appup, draft.appup) << to_toml(draft);
  const auto first = fixture::release("1.0.0", {from});
  const auto second = fixture::release("2.0.0", {to});
  const auto up = make_plan(first, second);
  if (!up) return up.failure().code + ": " + up.failure().text;
  return up->way_back ? std::string() : "way back: " + up->way_back_refusal;
}

TEST(appup_draft, of_a_migrated_server_is_what_its_author_wrote) {
  const auto draft = draft_appup(sequence_1(), sequence_2());
  EXPECT_TRUE(draft.complete());
  EXPECT_EQ(
      to_toml(draft),
      "# sequence 1.0.0 -> 2.0.0 and back, drafted by `relup appup` from build-ids and schemas: read it before you "
      "use it.\n"
      "vsn = \"2.0.0\"\n"
      "\n"
      "[[up]]\n"
      "from = \"1.0.0\"\n"
      "instructions = [\n"
      "  { update = \"sequence_server\", change = \"advanced\" },\n"
      "  { load_module = \"stash\" },\n"
      "  { load_module = \"sequence_sup\" },\n"
      "]\n"
      "\n"
      "[[down]]\n"
      "to = \"1.0.0\"\n"
      "instructions = [\n"
      "  { update = \"sequence_server\", change = \"advanced\", lossy = [\"delta\"] },\n"
      "  { load_module = \"stash\" },\n"
      "  { load_module = \"sequence_sup\" },\n"
      "]\n");
  EXPECT_EQ(refusal(sequence_1(), sequence_2()), "");
}

TEST(appup_draft, adds_and_deletes_modules) {
  auto to = sequence_2();
  to.facts.modules[1].name = "vault";
  const auto draft = draft_appup(sequence_1(), to);
  const auto has = [](const appup_file::entry& in, instruction_kind kind, const char* module) {
    return std::count(in.instructions.begin(), in.instructions.end(), instruction{kind, module, change_kind::soft, {}});
  };
  EXPECT_EQ(has(draft.appup.up[0], instruction_kind::add_module, "vault"), 1);
  EXPECT_EQ(has(draft.appup.up[0], instruction_kind::delete_module, "stash"), 1);
  EXPECT_EQ(has(draft.appup.down[0], instruction_kind::delete_module, "vault"), 1);
  EXPECT_EQ(has(draft.appup.down[0], instruction_kind::add_module, "stash"), 1);
  EXPECT_EQ(refusal(sequence_1(), to), "");
}

TEST(appup_draft, shows_what_has_to_be_written) {
  auto to = sequence_2();
  to.facts.modules[0].migrations.clear();
  const auto draft = draft_appup(sequence_1(), to);
  EXPECT_FALSE(draft.complete());
  ASSERT_EQ(draft.notes.size(), 1U);
  EXPECT_EQ(draft.notes[0].lines,
            (std::vector<std::string>{
                "sequence_server: 2.0.0 has no code_change for state version 1 (1.0.0); somebody must write it. Its "
                "skeleton, for sequence_server of 2.0.0:",
                "  struct state_v1 {  // as 1.0.0 declares it: copy that one, unchanged", "    std::int64_t number{};",
                "    void serialize(auto& ar) { ar(PATCHBAY_FIELD(number)); }", "  };",
                "  static state code_change(patchbay::upgrade<1>, const state_v1& old) {", "    return {",
                "      .number = old.number,", "      .delta = {},  // gained: i64", "    };", "  }",
                "  static state_v1 code_change(patchbay::downgrade<1>, const state& now) {", "    return {",
                "      .number = now.number,", "      // lost: now.delta, i64", "    };", "  }"}));
  EXPECT_NE(to_toml(draft).find("# TO DO: sequence_server: 2.0.0 has no code_change"), std::string::npos);
  EXPECT_NE(to_toml(draft).find("#   static state code_change(patchbay::upgrade<1>, const state_v1& old) {\n"),
            std::string::npos);
  EXPECT_EQ(refusal(sequence_1(), to).substr(0, 14), "schema_changed");
}

TEST(appup_draft, says_that_a_version_has_to_be_raised) {
  auto to = sequence_2();
  to.facts.modules[0].migrations.clear();
  to.facts.modules[0].state.version = 1;
  EXPECT_NE(to_toml(draft_appup(sequence_1(), to)).find("PATCHBAY_GEN_SERVER(sequence_server, 2)"), std::string::npos);
}

TEST(appup_draft, asks_only_for_the_code_change_that_is_missing) {
  auto to = sequence_2();
  to.facts.modules[0].migrations = {migration(1, state_1, true, false)};
  const auto text = to_toml(draft_appup(sequence_1(), to));
  EXPECT_NE(text.find("goes up only; somebody must write the other"), std::string::npos) << text;
  EXPECT_NE(text.find("patchbay::downgrade<1>"), std::string::npos) << text;
  EXPECT_EQ(text.find("patchbay::upgrade<1>"), std::string::npos) << text;
  EXPECT_EQ(text.find("struct state_v1"), std::string::npos) << text;
  EXPECT_EQ(refusal(sequence_1(), to).substr(0, 7), "one_way");
  to.facts.modules[0].migrations = {migration(1, state_2)};
  EXPECT_NE(to_toml(draft_appup(sequence_1(), to)).find("declares another old state"), std::string::npos);
}

TEST(appup_draft, names_lossy_what_the_planner_would_refuse) {
  const auto nested = [](const std::string& a, const std::string& b) {
    return R"({"struct":[["list",{"list":{"struct":[["a","i8"])" + a + R"(]}}],["o",{"optional":{"struct":[)" + b +
           "]}}]]}";
  };
  auto from = sequence_1();
  from.facts.modules[0].state.schema = nested("", "");
  auto to = sequence_2();
  to.facts.modules[0].state.schema = nested(R"(,["b","i8"],["c","i8"])", R"(["d","i8"])");
  to.facts.modules[0].migrations = {migration(1, from.facts.modules[0].state.schema)};
  const auto draft = draft_appup(from, to);
  EXPECT_EQ(draft.appup.down[0].instructions[0].lossy, (std::vector<std::string>{"list", "o.d"}))
      << "elements by their container";
  EXPECT_TRUE(draft.appup.up[0].instructions[0].lossy.empty());
  EXPECT_EQ(refusal(from, to), "");
}

// A renamed field: whether code_change carries it, only its author knows.
TEST(appup_draft, leaves_to_people_what_may_live_on) {
  auto to = sequence_2();
  to.facts.modules[0].state.schema = R"({"struct":[["total","i64"]]})";
  const auto draft = draft_appup(sequence_1(), to);
  EXPECT_TRUE(draft.complete());
  ASSERT_EQ(draft.notes.size(), 2U);
  EXPECT_EQ(draft.notes[0].lines[0],
            "sequence_server: going up, number may live on in total; what code_change does not carry there has to be "
            "named in `lossy`");
  EXPECT_EQ(refusal(sequence_1(), to), "");
}

TEST(appup_draft, runs_a_code_change_that_is_there_though_the_shape_stayed) {
  auto to = sequence_2();
  to.facts.modules[0].state.schema = state_1;
  EXPECT_EQ(draft_appup(sequence_1(), to).appup.up[0].instructions[0].change, change_kind::advanced);
  EXPECT_EQ(refusal(sequence_1(), to), "");
  to.facts.modules[0].migrations.clear();
  const auto kept = draft_appup(sequence_1(), to);
  EXPECT_EQ(kept.appup.up[0].instructions[0].kind, instruction_kind::load_module);
  EXPECT_TRUE(kept.complete());
  EXPECT_EQ(kept.notes.size(), 1U) << "state version 1 -> 2";
  EXPECT_EQ(refusal(sequence_1(), to), "");
}

TEST(appup_draft, of_a_changed_behaviour_asks_for_another_name) {
  auto to = sequence_2();
  to.facts.modules[1].behaviour = PB_BEHAVIOUR_GEN_STATEM;
  const auto draft = draft_appup(sequence_1(), to);
  EXPECT_FALSE(draft.complete());
  EXPECT_NE(to_toml(draft).find("TO DO: stash: its behaviour changed"), std::string::npos);
  EXPECT_EQ(refusal(sequence_1(), to).substr(0, 11), "unsupported");
}

TEST(appup_draft, has_the_skeleton_of_a_statem) {
  const auto schema = [](const std::string& more) {
    return R"({"struct":[["state",{"enum":"i32"}],["data",{"struct":[["code","string"])" + more + "]}]]}";
  };
  auto from = sequence_1();
  auto to = sequence_2();
  for (auto* view : {&from, &to}) view->facts.modules[0].behaviour = PB_BEHAVIOUR_GEN_STATEM;
  from.facts.modules[0].state.schema = schema("");
  to.facts.modules[0].state.schema = schema(R"(,["wrong",{"map":["string",{"list":"i64"}]}])");
  to.facts.modules[0].migrations.clear();
  const auto text = to_toml(draft_appup(from, to));
  for (const char* expected :
       {"#   enum class old_state { /* … */ };  // as 1.0.0 has them\n", "#     std::string code{};\n",
        "#   using state_v1 = patchbay::state_and_data<old_state, old_data>;\n",
        "#   static patchbay::state_and_data<state, data> code_change(patchbay::upgrade<1>, const state_v1& old) {\n",
        "#     return {state{} /* from old.state */, {\n", "#       .code = old.data.code,\n",
        "#       .wrong = {},  // gained: map of string to list of i64\n",
        "#       // lost: now.data.wrong, map of string to list of i64\n"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
  EXPECT_NE(text.find(R"(lossy = ["data.wrong"])"), std::string::npos) << text;
}

// Names in facts files are anybody's: none of them ends its comment or string.
TEST(appup_draft, of_hostile_names_is_still_an_appup) {
  auto to = sequence_2();
  to.facts.modules[0].state.schema = R"({"struct":[["number","i64"],["x\n[[up]]\n\"\u007f'","i64"]]})";
  to.facts.modules[0].migrations.clear();
  const auto draft = draft_appup(sequence_1(), to);
  EXPECT_EQ(read_back(draft), draft.appup);
  EXPECT_EQ(draft.appup.down[0].instructions[0].lossy.size(), 1U);
}

TEST(appup_draft, of_states_that_are_no_structs_asks_for_one) {
  auto from = sequence_1();
  auto to = sequence_2();
  from.facts.modules[0].state.schema = R"({"list":{"struct":[["a","i8"]]}})";
  to.facts.modules[0].state.schema = R"({"list":{"struct":[["a","i8"],["b","i8"]]}})";
  to.facts.modules[0].migrations = {migration(1, from.facts.modules[0].state.schema)};
  EXPECT_FALSE(draft_appup(from, to).complete());
  to.facts.modules[0].migrations.clear();
  EXPECT_NE(to_toml(draft_appup(from, to)).find("list of {a: i8} -> list of {a: i8, b: i8}: from old"),
            std::string::npos)
      << to_toml(draft_appup(from, to));
}

TEST(appup_draft, names_the_entries_that_it_does_not_hold) {
  auto to = sequence_2();
  to.appup.up.push_back({R"(0\..*)", {}, true});
  const auto text = to_toml(draft_appup(sequence_1(), to));
  EXPECT_NE(text.find(R"(# Not in here: the entry up from versions like '0\..*' that the appup of 2.0.0 has.)"),
            std::string::npos)
      << text;
}

TEST(appup_drafts, are_made_for_each_application_that_changes) {
  const auto counter = [](const char* vsn) {
    return fixture::application("counter", vsn, {server("counter", 1, state_1)});
  };
  const auto from = fixture::release("1.0.0", {sequence_1(), counter("1.0.0")});
  const auto to = fixture::release("2.0.0", {sequence_2(), counter("1.1.0")});
  const auto both = draft_appups(from, to);
  ASSERT_TRUE(both.ok()) << both.failure().text;
  ASSERT_EQ(both->size(), 2U);
  const auto one = draft_appups(from, to, "counter");
  ASSERT_TRUE(one.ok()) << one.failure().text;
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ((*one)[0].application, "counter");
  const auto none = draft_appups(from, to, "conter");
  EXPECT_EQ(none.failure().code, "no_such_application");
  EXPECT_NE(none.failure().text.find("did you mean \"counter\""), std::string::npos) << none.failure().text;
}

TEST(appup_drafts, are_refused_where_there_is_nothing_to_say) {
  const auto first = fixture::release("1.0.0", {sequence_1()});
  EXPECT_EQ(draft_appups(first, fixture::release("1.0.1", {sequence_1()})).failure().code, "nothing_to_write");
  EXPECT_EQ(draft_appups(first, fixture::release("1.0.1", {sequence_1()}), "sequence").failure().code,
            "nothing_to_write");
  const auto fresh = fixture::application("counter", "1.0.0", {});
  EXPECT_EQ(draft_appups(first, fixture::release("2.0.0", {sequence_1(), fresh}), "counter").failure().code,
            "nothing_to_write");
  auto again = sequence_1();
  again.facts.build_id = "ff";
  EXPECT_EQ(draft_appups(first, fixture::release("1.0.1", {again})).failure().code, "build_id_conflict");
}

}  // namespace
}  // namespace patchbay::release
