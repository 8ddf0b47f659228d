// Messages between applications, and those that lie in a mailbox while the version changes.
#include <gtest/gtest.h>

#include "host/release/plan/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::message;

const std::string empty = R"({"struct":[]})";
const std::string by = R"({"struct":[["by","i64"]]})";
constexpr auto next_number = "sequence/sequence_server.next_number";

// sequence takes a call; client sends it in the form of 1.0.0.
struct parties {
  application_view sequence_1 = fixture::sequence_1();
  application_view sequence_2 = fixture::sequence_2();
  application_view client = fixture::application("client", "1.0.0", {fixture::server("client", 1, fixture::state_1)});
  parties() {
    sequence_1.facts.modules[0].messages = {message(PB_KIND_CALL, next_number, empty, "\"i64\"")};
    sequence_2.facts.modules[0].messages = sequence_1.facts.modules[0].messages;
    client.facts.modules[0].imports = sequence_1.facts.modules[0].messages;
  }
  [[nodiscard]] outcome<plan> up() const {
    return make_plan(fixture::release("1", {sequence_1, client}), fixture::release("2", {sequence_2, client}));
  }
  [[nodiscard]] outcome<plan> down() const {
    return make_plan(fixture::release("2", {sequence_2, client}), fixture::release("1", {sequence_1, client}));
  }
};

TEST(imports, in_the_same_form_pass) {
  const parties p;
  const auto up = p.up();
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_TRUE(up->notes.empty());
  EXPECT_EQ(up->unchanged, std::vector<std::string>{"client"});
  EXPECT_TRUE(up->applications[0].modules[0].message_notes.empty());
}

TEST(imports, of_another_request_are_refused) {
  parties p;
  p.sequence_2.facts.modules[0].messages[0].type.schema = by;
  const auto up = p.up();
  ASSERT_FALSE(up.ok());
  EXPECT_EQ(up.failure().code, "import_changed");
  EXPECT_EQ(up.failure().text,
            "client 1.0.0: client: imports call sequence/sequence_server.next_number in another form than sequence "
            "2.0.0 takes (request: "
            "+by: i64); build client against sequence 2.0.0 and put that version into the release");
  EXPECT_TRUE(p.down().ok()) << "1.0.0 takes what the client sends";
  EXPECT_FALSE(p.down()->way_back);
}

TEST(imports, of_another_reply_are_refused) {
  parties p;
  p.sequence_2.facts.modules[0].messages[0].reply.schema = "\"string\"";
  const auto up = p.up();
  ASSERT_FALSE(up.ok());
  EXPECT_EQ(up.failure().code, "import_changed");
  EXPECT_NE(up.failure().text.find("reply: the whole: i64 -> string"), std::string::npos) << up.failure().text;
}

TEST(imports, of_a_message_that_is_gone_are_refused) {
  parties p;
  p.sequence_2.facts.modules[0].messages.clear();
  const auto up = p.up();
  ASSERT_FALSE(up.ok());
  EXPECT_EQ(up.failure().code, "import_changed");
  EXPECT_NE(up.failure().text.find("which sequence 1.0.0 took and sequence 2.0.0 does not"), std::string::npos)
      << up.failure().text;
}

TEST(imports, of_an_upgraded_user_must_fit_the_unchanged_callee) {
  parties p;
  auto client_2 = p.client;
  client_2.app.vsn = client_2.facts.version = "2.0.0";
  client_2.facts.modules[0].imports[0].type.schema = by;
  client_2.appup = {"2.0.0", {{"1.0.0", {}}}, {{"1.0.0", {}}}};
  const auto up =
      make_plan(fixture::release("1", {p.sequence_1, p.client}), fixture::release("2", {p.sequence_1, client_2}));
  ASSERT_FALSE(up.ok());
  EXPECT_EQ(up.failure().code, "import_changed");
  EXPECT_NE(up.failure().text.find("client 2.0.0: client: imports"), std::string::npos) << up.failure().text;
}

TEST(imports, that_nobody_ever_took_are_noted) {
  parties p;
  p.client.facts.modules[0].imports = {message(PB_KIND_CAST, "mail/mailer.send", empty)};
  const auto up = p.up();
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_EQ(up->notes,
            std::vector<std::string>{
                "client 1.0.0: client: imports cast mail/mailer.send, which no module of release bank-2 takes"});
}

TEST(message_notes, tell_that_functions_find_no_form_in_another_version) {
  parties p;
  p.client.facts.modules[0].imports.clear();
  auto get = message(PB_KIND_CALL, "get", empty, empty);
  auto cast = message(PB_KIND_CAST, "cast", empty);
  get.type.flags = cast.type.flags = PB_TYPE_LOCAL;
  p.sequence_1.facts.modules[0].messages = p.sequence_2.facts.modules[0].messages = {get, cast};
  const auto up = p.up();
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_EQ(up->applications[0].modules[0].message_notes,
            (std::vector<std::string>{"call get holds code: queued ones are answered with undef_message",
                                      "cast cast holds code: queued ones are dropped and counted"}));
}

TEST(message_notes, tell_what_becomes_of_queued_ones) {
  parties p;
  p.client.facts.modules[0].imports.clear();
  p.sequence_1.facts.modules[0].messages = {message(PB_KIND_CALL, "a", empty, "\"i64\""),
                                            message(PB_KIND_CAST, "b", empty),
                                            message(PB_KIND_INFO, "c", empty),
                                            message(PB_KIND_CALL, "d", empty, "\"i64\""),
                                            message(PB_KIND_CAST, "e", empty),
                                            message(PB_KIND_TIMEOUT, "", "")};
  p.sequence_2.facts.modules[0].messages = {message(PB_KIND_CALL, "d", empty, "\"i32\""),
                                            message(PB_KIND_CAST, "e", by), message(PB_KIND_CAST, "c", empty),
                                            message(PB_KIND_CAST, "new", empty)};
  const auto up = p.up();
  ASSERT_TRUE(up.ok()) << up.failure().text;
  EXPECT_EQ(
      up->applications[0].modules[0].message_notes,
      (std::vector<std::string>{
          "call a is gone: queued ones are answered with undef_message",
          "cast b is gone: queued ones are dropped and counted", "info c is gone: queued ones are dropped and counted",
          "call d changed (reply: the whole: i64 -> i32): queued ones are answered with undef_message",
          "cast e changed (request: +by: i64): queued ones are dropped and counted"}));
}

}  // namespace
}  // namespace patchbay::release
