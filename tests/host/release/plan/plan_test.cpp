// What a plan says, to programs and to people, up and down.
#include <gtest/gtest.h>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

release_view first() { return fixture::release("1.0.0", {fixture::sequence_1()}); }
release_view second() { return fixture::release("2.0.0", {fixture::sequence_2()}); }

TEST(plan, of_an_upgrade) {
  const auto made = make_plan(first(), second());
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_EQ(made->from, "bank-1.0.0");
  EXPECT_EQ(made->to, "bank-2.0.0");
  ASSERT_EQ(made->applications.size(), 1U);
  const auto& application = made->applications[0];
  EXPECT_EQ(application.way, direction::up);
  ASSERT_EQ(application.modules.size(), 3U);
  EXPECT_EQ(application.modules[0].action, module_action::advanced);
  EXPECT_FALSE(application.modules[0].implied);
  EXPECT_EQ(application.modules[0].from_version, 1U);
  EXPECT_EQ(application.modules[0].to_version, 2U);
  EXPECT_EQ(application.modules[0].schema_diff, std::vector<std::string>{"+delta: i64"});
  EXPECT_EQ(application.modules[1].action, module_action::load);
  EXPECT_TRUE(application.modules[1].implied);
  EXPECT_TRUE(application.modules[2].supervisor);
}

TEST(plan, of_a_downgrade_uses_the_newer_appup) {
  const auto made = make_plan(second(), first());
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_EQ(made->applications[0].way, direction::down);
  EXPECT_EQ(made->applications[0].modules[0].schema_diff, std::vector<std::string>{"-delta: i64"});
  EXPECT_TRUE(made->way_back);
}

// A renamed field is one gone and one added: schemas do not show whether code_change carries it, so that the plan names it.
struct renamed {
  release_view older;
  release_view newer;
  renamed() {
    auto to = fixture::sequence_2();
    to.facts.modules[0].state.schema = R"({"struct":[["total","i64"],["delta","i64"]]})";
    older = first();
    newer = fixture::release("2.0.0", {to});
  }
};
TEST(plan, names_fields_that_may_live_on_under_another_name) {
  const renamed of;
  const auto up = make_plan(of.older, of.newer);
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_EQ(up->applications[0].modules[0].drops, std::vector<std::string>{"number"});
  EXPECT_EQ(up->way_back_drops, std::vector<std::string>{"total of sequence_server"});
  EXPECT_EQ(to_json(*up)["way_back_drops"], json({"total of sequence_server"}));
  EXPECT_NE(describe(*up).find("    ! going up drops number of sequence_server (not declared lossy: "),
            std::string::npos)
      << describe(*up);
  EXPECT_TRUE(
      describe(*up).ends_with("way back: yes, bank-2.0.0 -> bank-1.0.0\n"
                              "  ! it drops total of sequence_server (not declared lossy)\n"))
      << describe(*up);
  const auto down = make_plan(of.newer, of.older);
  ASSERT_TRUE(down.ok()) << down.failure().text;
  EXPECT_EQ(down->applications[0].modules[0].drops, std::vector<std::string>{"total"});
  EXPECT_EQ(down->way_back_drops, std::vector<std::string>{"number of sequence_server"});
}
TEST(plan, says_nothing_of_dropped_fields_that_are_declared_lossy) {
  const auto down = make_plan(second(), first());
  ASSERT_TRUE(down.ok()) << down.failure().text;
  EXPECT_TRUE(down->applications[0].modules[0].drops.empty());
  EXPECT_EQ(describe(*down).find("drops"), std::string::npos) << describe(*down);
  const auto up = make_plan(first(), second());
  EXPECT_TRUE(up->way_back_drops.empty());
  EXPECT_EQ(describe(*up).find("drops"), std::string::npos) << describe(*up);
}
// A lossy field covers all of it; one that lies in an optional struct has a name too.
TEST(plan, finds_lost_fields_in_nested_structs) {
  const std::string old = R"({"struct":[["list",{"list":{"struct":[["a","i8"]]}}],["o",{"optional":{"struct":[]}}]]})";
  const std::string now =
      R"({"struct":[["list",{"list":{"struct":[["a","i8"],["b","i8"]]}}],["o",{"optional":{"struct":[["c","i8"]]}}]]})";
  auto from = fixture::sequence_1();
  from.facts.modules[0].state.schema = old;
  auto to = fixture::sequence_2();
  to.facts.modules[0].state.schema = now;
  to.facts.modules[0].migrations = {fixture::migration(1, old)};
  const auto refusal = [&](std::vector<std::string> lossy) {
    to.appup.down[0].instructions[0].lossy = std::move(lossy);
    const auto made = make_plan(fixture::release("2.0.0", {to}), fixture::release("1.0.0", {from}));
    return made ? std::string() : made.failure().code + ": " + made.failure().text;
  };
  const std::string head = "undeclared_loss: sequence 2.0.0: sequence_server: going down loses ";
  EXPECT_TRUE(refusal({}).starts_with(head + "list[].b, o.c: the state of sequence 1.0.0 has no such field"))
      << refusal({});
  EXPECT_NE(refusal({}).find(R"(say lossy = ["list","o.c"] in)"), std::string::npos)
      << "what it advises is what it takes: " << refusal({});
  EXPECT_TRUE(refusal({"list"}).starts_with(head + "o.c: ")) << refusal({"list"});
  EXPECT_NE(
      refusal({"list"}).find(R"(say lossy = ["list","o.c"] in the update of sequence.appup.toml of 2.0.0 (down to )"),
      std::string::npos)
      << refusal({"list"});
  EXPECT_EQ(refusal({"list", "o.c"}), "");
}

// As in OTP, the target's own entry wins, so a "lower" version may well be the newer code.
TEST(plan, looks_into_the_target_s_appup_first) {
  auto old = fixture::sequence_1();
  old.facts.modules[0].migrations.push_back(fixture::migration(2, fixture::state_2));
  old.appup = {
      "1.0.0", {{"2.0.0", {{instruction_kind::update, "sequence_server", change_kind::advanced, {"delta"}}}}}, {}};
  const auto made = make_plan(second(), fixture::release("1.0.0", {old}));
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_EQ(made->applications[0].way, direction::up);
  EXPECT_EQ(made->applications[0].modules[0].lossy, std::vector<std::string>{"delta"});
}

TEST(plan, of_the_same_release_is_refused) { EXPECT_EQ(make_plan(first(), first()).failure().code, "same_release"); }

TEST(plan, that_adds_or_removes_an_application_is_refused) {
  const auto counter = fixture::application("counter", "1.0.0", {fixture::server("counter", 1, fixture::state_1)});
  auto both = second();
  both.applications.push_back(counter);
  const auto up = make_plan(first(), both);
  EXPECT_EQ(up.failure().code, "unsupported");
  EXPECT_NE(up.failure().text.find("release bank-2.0.0 adds application counter"), std::string::npos)
      << up.failure().text;
  const auto down = make_plan(both, first());
  EXPECT_EQ(down.failure().code, "unsupported");
  EXPECT_NE(down.failure().text.find("release bank-1.0.0 removes application counter"), std::string::npos)
      << down.failure().text;
}

TEST(plan, without_any_changed_version_is_a_plan) {
  auto same = first();
  same.file.vsn = "1.0.1";
  same.applications[0].env = {{"secret", "abc"}};
  const auto made = make_plan(first(), same);
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_TRUE(made->applications.empty());
  EXPECT_EQ(made->unchanged, std::vector<std::string>{"sequence"});
  ASSERT_EQ(made->notes.size(), 1U);
  EXPECT_NE(made->notes[0].find("env changes (secret)"), std::string::npos);
  EXPECT_EQ(made->notes[0].find("abc"), std::string::npos) << "values may be secrets";
}

TEST(plan, notes_a_raised_state_version_without_code_change) {
  auto next = fixture::sequence_2();
  next.facts.modules[1].state.version = 5;
  const auto made = make_plan(first(), fixture::release("2.0.0", {next}));
  ASSERT_TRUE(made.ok()) << made.failure().text;
  ASSERT_EQ(made->notes.size(), 1U);
  EXPECT_NE(made->notes[0].find("stash: state version 1 -> 5 with the same schema"), std::string::npos)
      << made->notes[0];
}

TEST(plan, is_described_for_people) {
  auto to = fixture::sequence_2();
  to.appup.up[0].instructions[0].lossy = {"number"};
  to.appup.up[0].instructions.push_back({instruction_kind::add_module, "audit", change_kind::soft, {}});
  to.appup.down.clear();
  to.facts.modules.push_back(fixture::server("audit", 1, fixture::state_1));
  auto from = fixture::sequence_1();
  from.facts.modules[0].messages = {
      fixture::message(PB_KIND_CAST, "sequence/sequence_server.tick", R"({"struct":[]})")};
  const auto made = make_plan(fixture::release("1.0.0", {from}), fixture::release("2.0.0", {to}));
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_EQ(describe(*made),
            "bank-1.0.0 -> bank-2.0.0\n"
            "sequence 1.0.0 -> 2.0.0 (up)\n"
            "  sequence_server: update advanced, state version 1 -> 2 by code_change\n"
            "    +delta: i64\n"
            "    lossy: number may differ after the way there and back\n"
            "    ! cast sequence/sequence_server.tick is gone: queued ones are dropped and counted\n"
            "  audit: add_module, new, no processes yet\n"
            "  stash: load_module (implied), state kept as it is\n"
            "  sequence_sup: load_module (implied), supervisor: init answers anew, children keep running\n"
            "way back: NONE: sequence: no way from 2.0.0 to 1.0.0; sequence.appup.toml of 1.0.0 does not exist; "
            "sequence.appup.toml of "
            "2.0.0 goes down to: none; add an entry, or go by a version between\n");
}

TEST(plan, is_described_for_programs) {
  const auto made = make_plan(second(), first());
  ASSERT_TRUE(made.ok());
  const auto out = to_json(*made);
  EXPECT_EQ(out["from"], "bank-2.0.0");
  EXPECT_EQ(out["way_back"], true);
  EXPECT_EQ(out["applications"][0]["way"], "down");
  EXPECT_EQ(out["applications"][0]["modules"][0], json({{"module", "sequence_server"},
                                                        {"action", "update advanced"},
                                                        {"implied", false},
                                                        {"from_version", 2},
                                                        {"to_version", 1},
                                                        {"supervisor", false},
                                                        {"schema_diff", {"-delta: i64"}},
                                                        {"lossy", {"delta"}},
                                                        {"drops", json::array()},
                                                        {"message_notes", json::array()}}));
}

}  // namespace
}  // namespace patchbay::release
