// Each refusal of the planner, for the upgrade and, where it has one, the downgrade.
#include <gtest/gtest.h>

#include <functional>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::migration;
using fixture::server;
using fixture::state_1;
using fixture::state_2;

struct rule {
  const char* name;
  std::function<void(application_view& v1, application_view& v2)> change;
  const char* code;  ///< of the upgrade; empty: accepted
  std::vector<const char*> contains;
  const char* down_code;  ///< of the downgrade
};

// What both appup entries say.
void instruct(application_view& v2, std::vector<instruction> up, std::vector<instruction> down) {
  v2.appup.up[0].instructions = std::move(up);
  v2.appup.down[0].instructions = std::move(down);
}
void instruct(application_view& v2, const instruction& both) { instruct(v2, {both}, {both}); }
instruction update(const char* module, change_kind change = change_kind::soft, std::vector<std::string> lossy = {}) {
  return {instruction_kind::update, module, change, std::move(lossy)};
}
instruction of(instruction_kind kind, const char* module) { return {kind, module, change_kind::soft, {}}; }
const auto advanced = update("sequence_server", change_kind::advanced);
const auto back = update("sequence_server", change_kind::advanced, {"delta"});

class planner_rules : public testing::TestWithParam<rule> {};

TEST_P(planner_rules, hold_both_ways) {
  const auto& c = GetParam();
  auto v1 = fixture::sequence_1();
  auto v2 = fixture::sequence_2();
  c.change(v1, v2);
  const auto first = fixture::release("1.0.0", {v1});
  const auto second = fixture::release("2.0.0", {v2});

  const auto up = make_plan(first, second);
  EXPECT_EQ(up.ok() ? "" : up.failure().code, c.code) << (up.ok() ? "" : up.failure().text);
  for (const auto* part : c.contains) {
    ASSERT_FALSE(up.ok());
    EXPECT_NE(up.failure().text.find(part), std::string::npos) << up.failure().text;
  }
  const auto down = make_plan(second, first);
  EXPECT_EQ(down.ok() ? "" : down.failure().code, c.down_code) << (down.ok() ? "" : down.failure().text);
  if (up.ok()) {
    EXPECT_EQ(up->way_back, down.ok());
    EXPECT_EQ(up->way_back_refusal, down.ok() ? "" : down.failure().text);
  }
  if (down.ok()) {
    EXPECT_EQ(down->way_back, up.ok());
  }
}

INSTANTIATE_TEST_SUITE_P(
    all, planner_rules,
    testing::Values(
        rule{"as_is", [](auto&, auto&) {}, "", {}, ""},
        rule{"no_entry",
             [](auto&, auto& v2) {
               v2.appup.up[0].other = "0.9.0";
               v2.appup.down[0].other = "0.8.0";
             },
             "no_matching_relup",
             {"sequence: no way from 1.0.0 to 2.0.0", "goes up from: 0.9.0",
              "sequence.appup.toml of 1.0.0 does not exist"},
             "no_matching_relup"},
        rule{"up_only", [](auto&, auto& v2) { v2.appup.down.clear(); }, "", {}, "no_matching_relup"},
        rule{
            "down_only", [](auto&, auto& v2) { v2.appup.up.clear(); }, "no_matching_relup", {"goes up from: none"}, ""},
        rule{"soft_over_a_changed_schema",
             [](auto&, auto& v2) { instruct(v2, update("sequence_server")); },
             "schema_changed",
             {"sequence 2.0.0: sequence_server: state schema changed (+delta: i64) but a soft update runs no "
              "code_change",
              "{update = \"sequence_server\", change = \"advanced\"}", "(up from 1.0.0)"},
             "schema_changed"},
        rule{"load_over_a_changed_schema",
             [](auto&, auto& v2) { instruct(v2, of(instruction_kind::load_module, "sequence_server")); },
             "schema_changed",
             {"load_module runs no code_change"},
             "schema_changed"},
        rule{"unnamed_over_a_changed_schema",
             [](auto&, auto& v2) { instruct(v2, {}, {}); },
             "schema_changed",
             {"the implied load_module", "(+delta: i64)"},
             "schema_changed"},
        rule{"unnamed_and_without_code_change",
             [](auto&, auto& v2) {
               instruct(v2, {}, {});
               v2.facts.modules[0].migrations.clear();
             },
             "schema_changed",
             {"add code_change from state version 1 and back"},
             "schema_changed"},
        rule{"unnamed_though_there_is_a_code_change",
             [](auto&, auto& v2) {
               instruct(v2, {}, {});
               v2.facts.modules[0].state.schema = state_1;
             },
             "schema_changed",
             {"state version changed (1 -> 2) and there is a code_change for it"},
             "schema_changed"},
        rule{"soft_on_purpose_though_there_is_a_code_change",
             [](auto&, auto& v2) {
               instruct(v2, update("sequence_server"));
               v2.facts.modules[0].state.schema = state_1;
             },
             "",
             {},
             ""},
        rule{"advanced_without_code_change",
             [](auto&, auto& v2) { v2.facts.modules[0].migrations.clear(); },
             "schema_changed",
             {"(+delta: i64) but no code_change for state version 1 (sequence 1.0.0); add one, up and down"},
             "schema_changed"},
        rule{"advanced_with_the_same_version_number",
             [](auto&, auto& v2) {
               v2.facts.modules[0].migrations.clear();
               v2.facts.modules[0].state.version = 1;
             },
             "schema_changed",
             {"raise the version in PATCHBAY_GEN_SERVER"},
             "schema_changed"},
        rule{"advanced_without_code_change_or_difference",
             [](auto&, auto& v2) {
               v2.facts.modules[0].migrations.clear();
               v2.facts.modules[0].state.schema = state_1;
             },
             "no_code_change",
             {"there is no code_change for state version 1"},
             "no_code_change"},
        rule{"code_change_for_another_version",
             [](auto&, auto& v2) { v2.facts.modules[0].migrations = {migration(7, state_1)}; },
             "schema_changed",
             {"no code_change for state version 1"},
             "schema_changed"},
        rule{"code_change_up_only",
             [](auto&, auto& v2) { v2.facts.modules[0].migrations = {migration(1, state_1, true, false)}; },
             "one_way",
             {"goes up only; add the downgrade"},
             "one_way"},
        rule{"code_change_down_only",
             [](auto&, auto& v2) { v2.facts.modules[0].migrations = {migration(1, state_1, false, true)}; },
             "one_way",
             {"goes down only; add the upgrade"},
             "one_way"},
        rule{"code_change_of_another_old_state",
             [](auto&, auto& v2) {
               v2.facts.modules[0].migrations = {migration(1, R"({"struct":[["number","i32"]]})")};
             },
             "schema_changed",
             {"declares another old state", "number: i32 -> i64"},
             "schema_changed"},
        rule{"the_chain_s_right_link",
             [](auto&, auto& v2) {
               v2.facts.modules[0].migrations = {migration(0, R"({"struct":[]})"), migration(1, state_1)};
             },
             "",
             {},
             ""},
        rule{"lossy_of_no_field",
             [](auto&, auto& v2) {
               instruct(v2, {update("sequence_server", change_kind::advanced, {"numbr"})},
                        {update("sequence_server", change_kind::advanced, {"delta"})});
             },
             "undef_field",
             {"lossy names \"numbr\"", "in sequence 1.0.0"},
             ""},
        rule{"lossy_of_a_field_of_the_other_side",
             [](auto&, auto& v2) { instruct(v2, update("sequence_server", change_kind::advanced, {"delta"})); },
             "undef_field",
             {"\"delta\""},
             ""},
        rule{"a_loss_on_the_way_down_that_lossy_does_not_name",
             [](auto&, auto& v2) { instruct(v2, {advanced}, {advanced}); },
             "undeclared_loss",
             {"sequence 2.0.0: sequence_server: going down loses delta: the state of sequence 1.0.0 has no such field",
              "say lossy = [\"delta\"] in the update of sequence.appup.toml of 2.0.0 (down to 1.0.0)"},
             "undeclared_loss"},
        // The way back of a downgrade is no reason to stay on a version that is to be left.
        rule{"a_loss_on_the_way_up_that_lossy_does_not_name",
             [](auto& v1, auto& v2) {
               std::swap(v1.facts.modules[0].state.schema, v2.facts.modules[0].state.schema);
               v2.facts.modules[0].migrations = {migration(1, state_2)};
               instruct(v2, {advanced}, {advanced});
             },
             "undeclared_loss",
             {"going up loses delta: the state of sequence 2.0.0 has no such field", "(up from 1.0.0)"},
             ""},
        rule{"a_loss_on_the_way_up_that_lossy_names",
             [](auto& v1, auto& v2) {
               std::swap(v1.facts.modules[0].state.schema, v2.facts.modules[0].state.schema);
               v2.facts.modules[0].migrations = {migration(1, state_2)};
               instruct(v2, {back}, {advanced});
             },
             "",
             {},
             ""},
        rule{"lossy_of_one_way_does_not_hold_for_the_other",
             [](auto& v1, auto& v2) {
               v1.facts.modules[0].state.schema = R"({"struct":[["a","i8"],["b","i8"]]})";
               v2.facts.modules[0].state.schema = R"({"struct":[["a","i8"]]})";
               v2.facts.modules[0].migrations = {migration(1, v1.facts.modules[0].state.schema)};
               instruct(v2, {advanced}, {update("sequence_server", change_kind::advanced, {"a"})});
             },
             "undeclared_loss",
             {"going up loses b"},
             ""},
        rule{"a_field_that_may_live_on_under_another_name",
             [](auto&, auto& v2) {
               v2.facts.modules[0].state.schema = R"({"struct":[["renamed","i64"]]})";
               instruct(v2, {advanced}, {advanced});
             },
             "",
             {},
             ""},
        rule{"a_field_that_may_live_on_in_one_of_another_type",
             [](auto& v1, auto& v2) {
               v1.facts.modules[0].state.schema = R"({"struct":[["name","string"],["domain","string"]]})";
               v2.facts.modules[0].state.schema =
                   R"({"struct":[["name",{"struct":[["local","string"],["domain","string"]]}]]})";
               v2.facts.modules[0].migrations = {migration(1, v1.facts.modules[0].state.schema)};
               instruct(v2, {advanced}, {advanced});
             },
             "",
             {},
             ""},
        rule{"unknown_module",
             [](auto&, auto& v2) {
               instruct(v2, {advanced, update("stsh")}, {back, update("stsh")});
             },
             "undef_module",
             {"update \"stsh\": neither 1.0.0 nor 2.0.0 has that module (did you mean \"stash\"?)"},
             "undef_module"},
        rule{"two_instructions",
             [](auto&, auto& v2) {
               instruct(v2, {advanced, update("stash"), update("stash")}, {back});
             },
             "muldef_module",
             {"module \"stash\" has two instructions"},
             ""},
        rule{"new_module_unnamed",
             [](auto&, auto& v2) { v2.facts.modules.push_back(server("audit", 1, state_1)); },
             "undef_module",
             {"sequence 2.0.0: module \"audit\"", "add {add_module = \"audit\"}"},
             "undef_module"},
        rule{"new_module_named",
             [](auto&, auto& v2) {
               v2.facts.modules.push_back(server("audit", 1, state_1));
               instruct(v2, {advanced, of(instruction_kind::add_module, "audit")},
                        {back, of(instruction_kind::delete_module, "audit")});
             },
             "",
             {},
             ""},
        rule{"gone_module_unnamed",
             [](auto&, auto& v2) { v2.facts.modules.erase(v2.facts.modules.begin() + 1); },
             "undef_module",
             {"sequence 1.0.0: module \"stash\"", "add {delete_module = \"stash\"}"},
             "undef_module"},
        rule{"gone_module_named",
             [](auto&, auto& v2) {
               v2.facts.modules.erase(v2.facts.modules.begin() + 1);
               instruct(v2, {advanced, of(instruction_kind::delete_module, "stash")},
                        {back, of(instruction_kind::add_module, "stash")});
             },
             "",
             {},
             ""},
        rule{"update_of_a_new_module",
             [](auto&, auto& v2) {
               v2.facts.modules.push_back(server("audit", 1, state_1));
               instruct(v2, {advanced, update("audit")}, {back, update("audit")});
             },
             "undef_module",
             {"sequence 1.0.0 does not have it; say add_module"},
             "undef_module"},
        rule{"add_of_an_old_module",
             [](auto&, auto& v2) { instruct(v2, {of(instruction_kind::add_module, "stash")}, {back}); },
             "undef_module",
             {"sequence 1.0.0 has it already"},
             ""},
        rule{"delete_of_a_kept_module",
             [](auto&, auto& v2) { instruct(v2, {of(instruction_kind::delete_module, "stash")}, {back}); },
             "undef_module",
             {"sequence 2.0.0 still has it"},
             ""},
        rule{"advanced_supervisor",
             [](auto&, auto& v2) {
               instruct(v2, {advanced, update("sequence_sup", change_kind::advanced)}, {back});
             },
             "unsupported",
             {"supervisor \"sequence_sup\" cannot be advanced"},
             ""},
        rule{"soft_supervisor",
             [](auto&, auto& v2) {
               instruct(v2, {advanced, update("sequence_sup")}, {back});
             },
             "",
             {},
             ""},
        rule{"behaviour_changed",
             [](auto&, auto& v2) { v2.facts.modules[1] = fixture::supervisor("stash"); },
             "unsupported",
             {"stash: its behaviour changed"},
             "unsupported"},
        rule{"same_version_another_build",
             [](auto& v1, auto& v2) {
               v2 = v1;
               v2.facts.build_id = "feed";
             },
             "build_id_conflict",
             {"sequence 1.0.0 of release bank-2.0.0", "build-id feed", "new version"},
             "build_id_conflict"},
        rule{"start_type",
             [](auto&, auto& v2) { v2.type = start_type::temporary; },
             "unsupported",
             {"start type of sequence from permanent to temporary"},
             "unsupported"}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace patchbay::release
