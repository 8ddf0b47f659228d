// What differs between two releases, to people and to programs.
#include "release/plan/release_difference.hpp"

#include <gtest/gtest.h>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

release_difference between(application_view from, application_view to) {
  return compare(fixture::release("1.0.0", {std::move(from)}), fixture::release("2.0.0", {std::move(to)}));
}

const module_difference& first_module(const release_difference& of) { return of.applications.at(0).modules.at(0); }

TEST(release_difference, of_equal_applications_is_none) {
  const auto same = between(fixture::sequence_1(), fixture::sequence_1());
  EXPECT_TRUE(same.equal());
  EXPECT_EQ(describe(same),
            "bank-1.0.0 -> bank-2.0.0\n"
            "sequence: equal, 1.0.0, build-id 73657175656e\n"
            "no application differs\n");
  EXPECT_EQ(to_json(same)["equal"], true);
}

TEST(release_difference, is_told_both_ways) {
  const auto up = between(fixture::sequence_1(), fixture::sequence_2());
  EXPECT_FALSE(up.equal());
  EXPECT_EQ(describe(up),
            "bank-1.0.0 -> bank-2.0.0\n"
            "sequence: changed, 1.0.0 -> 2.0.0, build-id 73657175656e -> 73657175656e\n"
            "  sequence_server: changed, gen_server, state version 1 -> 2\n"
            "    +delta: i64\n"
            "    code_change: +from state version 1, up and down\n"
            "  stash: equal\n"
            "  sequence_sup: equal\n");
  const auto down = between(fixture::sequence_2(), fixture::sequence_1());
  EXPECT_EQ(first_module(down).state, std::vector<std::string>{"-delta: i64"});
  EXPECT_EQ(first_module(down).from_version, 2U);
  EXPECT_EQ(first_module(down).to_version, 1U);
  EXPECT_EQ(first_module(down).code_changes.removed, std::vector<std::string>{"from state version 1, up and down"});
}

TEST(release_difference, of_a_build_is_one_though_no_schema_differs) {
  auto again = fixture::sequence_1();
  again.facts.build_id = "ff00";
  const auto found = between(fixture::sequence_1(), again);
  EXPECT_EQ(found.applications[0].kind, difference_kind::changed);
  EXPECT_NE(describe(found).find("sequence: changed, 1.0.0, build-id 73657175656e -> ff00\n"), std::string::npos)
      << describe(found);
  auto stripped = fixture::sequence_1();
  stripped.facts.sha256 = "ab";
  EXPECT_EQ(between(fixture::sequence_1(), stripped).applications[0].also, std::vector<std::string>{"library"});
}

TEST(release_difference, of_messages_is_told_by_request_and_reply) {
  const std::string by = R"({"struct":[["by","i64"]]})";
  const std::string none = R"({"struct":[]})";
  auto from = fixture::sequence_1();
  auto to = fixture::sequence_1();
  using fixture::message;
  from.facts.modules[0].messages = {message(PB_KIND_CALL, "s.kept", by, R"("i64")"),
                                    message(PB_KIND_CAST, "s.gone", by),
                                    message(PB_KIND_CALL, "s.changed", none, R"("i32")")};
  to.facts.modules[0].messages = {message(PB_KIND_CALL, "s.changed", by, R"("i64")"),
                                  message(PB_KIND_CALL, "s.kept", by, R"("i64")"),
                                  message(PB_KIND_CALL, "s.added", by, R"("string")")};
  to.facts.modules[0].imports = {message(PB_KIND_CALL, "stash/stash.fetch", none, R"("i64")")};
  const auto found = between(from, to);
  const auto& module = first_module(found);
  ASSERT_EQ(module.messages.size(), 3U) << describe(found);
  EXPECT_EQ(module.messages[0].message, "call s.changed");
  EXPECT_EQ(module.messages[0].request, std::vector<std::string>{"+by: i64"});
  EXPECT_EQ(module.messages[0].reply, std::vector<std::string>{"the whole: i32 -> i64"});
  ASSERT_EQ(module.imports.size(), 1U);
  EXPECT_EQ(describe(found),
            "bank-1.0.0 -> bank-2.0.0\n"
            "sequence: changed, 1.0.0, build-id 73657175656e\n"
            "  sequence_server: changed, gen_server, state version 1, same schema\n"
            "    changed: call s.changed (request: +by: i64; reply: the whole: i32 -> i64)\n"
            "    added: call s.added ({by: i64}; reply string)\n"
            "    removed: cast s.gone ({by: i64})\n"
            "    import added: call stash/stash.fetch ({}; reply i64)\n"
            "  stash: equal\n"
            "  sequence_sup: equal\n");
}

TEST(release_difference, of_modules_that_come_and_go) {
  auto to = fixture::sequence_1();
  to.facts.modules[1] = fixture::server("vault", 3, fixture::state_2);
  to.facts.modules[0].behaviour = PB_BEHAVIOUR_GEN_STATEM;
  const auto text = describe(between(fixture::sequence_1(), to));
  EXPECT_NE(text.find("  sequence_server: changed, gen_server -> gen_statem, state version 1, same schema\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  vault: added, gen_server, state version 3\n    state {number: i64, delta: i64}\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("  stash: removed, gen_server, state version 1\n    state {number: i64}\n"), std::string::npos)
      << text;
}

TEST(release_difference, of_what_only_memory_shows_is_named) {
  auto to = fixture::sequence_1();
  to.facts.modules[0].state.layout = "x";
  to.facts.modules[0].state.flags = PB_TYPE_TRANSPARENT;
  to.facts.modules[1].status = {"shown", 0, 0, R"("string")", ""};
  const auto found = between(fixture::sequence_1(), to);
  EXPECT_EQ(first_module(found).also, (std::vector<std::string>{"layout", "flags"}));
  EXPECT_EQ(found.applications[0].modules[1].also, std::vector<std::string>{"status"});
}

// Values may be secrets.
TEST(release_difference, of_an_env_shows_names_alone) {
  auto from = fixture::sequence_1();
  auto to = fixture::sequence_1();
  from.env = {{"password", "old_value"}, {"gone", "gone_value"}, {"kept", 1}};
  to.env = {{"password", "new_value"}, {"fresh", "fresh_value"}, {"kept", 1}};
  const auto found = between(from, to);
  EXPECT_NE(describe(found).find("  env: +fresh, -gone, password changed\n"), std::string::npos) << describe(found);
  EXPECT_EQ((describe(found) + to_json(found).dump()).find("_value"), std::string::npos);
}

TEST(release_difference, of_what_an_application_needs_and_is) {
  auto to = fixture::sequence_1();
  to.type = start_type::transient;
  to.app.applications = {"audit"};
  to.app.optional_applications = {"audit"};
  to.app.included_applications = {"inner"};
  to.app.registered = {"sequence"};
  to.app.mod_module = "sequence_sup";
  to.app.max_t = 5;
  EXPECT_EQ(describe(between(fixture::sequence_1(), to)),
            "bank-1.0.0 -> bank-2.0.0\n"
            "sequence: changed, 1.0.0, build-id 73657175656e\n"
            "  start type: permanent -> transient\n"
            "  applications: +audit\n"
            "  optional_applications: +audit\n"
            "  included_applications: +inner\n"
            "  registered: +sequence\n"
            "  also differs: mod, maxT\n"
            "  sequence_server: equal\n"
            "  stash: equal\n"
            "  sequence_sup: equal\n");
}

TEST(release_difference, of_applications_that_come_and_go) {
  const auto counter = fixture::application("counter", "1.0.0", {fixture::server("counter", 1, fixture::state_1)});
  const auto audit = fixture::application("audit", "2.1.0", {fixture::supervisor("audit_sup")});
  const auto found = compare(fixture::release("1.0.0", {fixture::sequence_1(), counter}),
                             fixture::release("2.0.0", {audit, fixture::sequence_1()}));
  EXPECT_EQ(describe(found),
            "bank-1.0.0 -> bank-2.0.0\n"
            "audit: added, 2.1.0, build-id 617564697432\n"
            "  start type: permanent\n"
            "  audit_sup: added, supervisor\n"
            "sequence: equal, 1.0.0, build-id 73657175656e\n"
            "counter: removed, 1.0.0, build-id 636f756e7465\n"
            "  start type: permanent\n"
            "  counter: removed, gen_server, state version 1\n"
            "    state {number: i64}\n");
}

TEST(release_difference, is_described_for_programs) {
  const auto out = to_json(between(fixture::sequence_1(), fixture::sequence_2()));
  EXPECT_EQ(out["from"], "bank-1.0.0");
  EXPECT_EQ(out["equal"], false);
  const auto& application = out["applications"][0];
  EXPECT_EQ(application["difference"], "changed");
  EXPECT_EQ(application["from_build_id"], fixture::sequence_1().facts.build_id) << "whole";
  EXPECT_EQ(
      application["modules"][0],
      json(
          {{"module", "sequence_server"},
           {"difference", "changed"},
           {"from_behaviour", "gen_server"},
           {"to_behaviour", "gen_server"},
           {"from_version", 1},
           {"to_version", 2},
           {"state", {"+delta: i64"}},
           {"messages", json::array()},
           {"imports", json::array()},
           {"code_changes",
            {{"added", {"from state version 1, up and down"}}, {"removed", json::array()}, {"changed", json::array()}}},
           {"also", json::array()}}));
  EXPECT_EQ(application["modules"][1]["difference"], "equal");
}

}  // namespace
}  // namespace patchbay::release
