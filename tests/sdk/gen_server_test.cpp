// A gen_server's table: which rows it has, and what its other callbacks do.
#include <gtest/gtest.h>

#include <patchbay/patchbay.hpp>

#include "fake_host.hpp"

namespace peer {
PATCHBAY_MESSAGES_OF("other", "peer")
struct question {
  using reply = std::int64_t;
};
struct notice {};
struct alarm {};
}  // namespace peer

namespace {

struct bump {
  using reply = std::int64_t;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};

struct whole {
  using calls = patchbay::messages<bump>;
  using imports = patchbay::messages<peer::question, peer::notice, patchbay::as_info<peer::alarm>>;
  struct state {
    std::string log;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(log)); }
  };
  struct status {
    std::uint64_t length = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(length)); }
  };
  static state init() { return {"up"}; }
  static std::int64_t handle_call(const bump& m, patchbay::from_of<bump> who, const state&) {
    return m.by + static_cast<std::int64_t>(who.tag);
  }
  static void handle_info(const patchbay::exit_signal& m, state& s) { s.log += " exit " + m.reason.text(); }
  static void handle_info(const patchbay::down& m, state& s) {
    s.log += " down " + std::to_string(static_cast<pb_ref>(m.monitor));
  }
  static void handle_info(patchbay::timeout, state& s) { s.log += " timeout"; }
  static void handle_info(const patchbay::response<peer::question>& m, state& s) {
    s.log += m.outcome ? " answer " + std::to_string(*m.outcome)
                       : " failed " + std::string(patchbay::error_word(m.outcome.status())) + m.outcome.reason();
  }
  static void terminate(const patchbay::exit_reason& why, state& s) {
    if (why.text() == "throw") throw std::runtime_error("thrown in terminate");
    s.log += why.orderly() ? " ends" : " breaks";
  }
  static status format_status(const state& s) { return {s.log.size()}; }
};
PATCHBAY_GEN_SERVER(whole, 7)

struct smallest {
  struct state {};
  static state init(const patchbay::args&) { return {}; }
};
PATCHBAY_GEN_SERVER(smallest, 1)

class gen_server : public testing::Test {
 protected:
  sdk_test::fake_host host;
  sdk_test::bench server{patchbay_module_whole("app")};
  sdk_test::answer result;
  void SetUp() override { ASSERT_EQ(server.init(result), PB_OK); }
  void signal(std::uint32_t kind, void* object, std::string_view name = {}) {
    const auto* row = server.find(kind, name);
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->handle(server.raw_state(), object, nullptr, nullptr, &result), PB_OK);
  }
  std::string log() { return server.state<whole::state>().log; }
};

TEST_F(gen_server, table) {
  const auto& module = server.module();
  EXPECT_EQ(sdk_test::text_of(module.name), "whole");
  EXPECT_EQ(module.behaviour, static_cast<std::uint32_t>(PB_BEHAVIOUR_GEN_SERVER));
  EXPECT_EQ(sdk_test::text_of(module.state->name), "whole");
  EXPECT_EQ(module.state->version, 7u);
  EXPECT_EQ(module.message_count, 5u);
  EXPECT_EQ(sdk_test::text_of(server.find(PB_KIND_CALL, "bump")->type->name), "app/whole.bump");
  EXPECT_EQ(sdk_test::text_of(server.find(PB_KIND_CALL, "bump")->reply->name), "app/whole.bump.reply");
  ASSERT_EQ(module.import_count, 3u);
  EXPECT_EQ(sdk_test::text_of(module.imports[0]->type->name), "other/peer.question");
  EXPECT_EQ(module.imports[0]->kind, static_cast<std::uint32_t>(PB_KIND_CALL));
  EXPECT_EQ(module.imports[1]->kind, static_cast<std::uint32_t>(PB_KIND_CAST));
  EXPECT_EQ(module.imports[2]->kind, static_cast<std::uint32_t>(PB_KIND_INFO));
  EXPECT_EQ(patchbay_module_whole("app"), &module);
}

TEST_F(gen_server, the_smallest_has_only_init) {
  const auto& module = *patchbay_module_smallest("app");
  EXPECT_EQ(module.message_count, 0u);
  EXPECT_EQ(module.terminate, nullptr);
  EXPECT_EQ(module.format_status, nullptr);
  EXPECT_EQ(module.status, nullptr);
  EXPECT_EQ(module.migration_count, 0u);
}

TEST_F(gen_server, a_call_knows_its_caller) {
  bump message{5};
  const pb_from from{1, 30};
  std::int64_t reply = 0;
  EXPECT_EQ(server.find(PB_KIND_CALL, "bump")->handle(server.raw_state(), &message, &from, &reply, &result), PB_OK);
  EXPECT_EQ(reply, 35);
}

TEST_F(gen_server, signals) {
  pb_exit exit{9, {PB_EXIT_ERROR, patchbay::detail::to_str("gone")}};
  signal(PB_KIND_EXIT, &exit);
  pb_down down{12, 9, {PB_EXIT_NOPROC, {}}};
  signal(PB_KIND_DOWN, &down);
  signal(PB_KIND_TIMEOUT, nullptr);
  EXPECT_EQ(log(), "up exit gone down 12 timeout");
}

TEST_F(gen_server, responses) {
  std::int64_t number = 42;
  pb_response good{1, PB_OK, &number, {}};
  signal(PB_KIND_RESPONSE, &good, "question");
  pb_response bad{1, PB_E_EXIT, nullptr, patchbay::detail::to_str(" crashed")};
  signal(PB_KIND_RESPONSE, &bad, "question");
  EXPECT_EQ(log(), "up answer 42 failed exit crashed");
}

TEST_F(gen_server, terminate_and_status) {
  const auto& module = server.module();
  sdk_test::string_sink error;
  const pb_reason shutdown{PB_EXIT_SHUTDOWN, {}};
  EXPECT_EQ(module.terminate(&shutdown, server.raw_state(), &error.sink), PB_OK);
  EXPECT_EQ(log(), "up ends");
  const pb_reason bad{PB_EXIT_ERROR, patchbay::detail::to_str("throw")};
  EXPECT_EQ(module.terminate(&bad, server.raw_state(), &error.sink), PB_E_EXCEPTION);
  EXPECT_EQ(error.text, "thrown in terminate");
  whole::status status;
  EXPECT_EQ(module.format_status(server.raw_state(), &status, nullptr), PB_OK);
  EXPECT_EQ(status.length, 7u);
  EXPECT_EQ(sdk_test::text_of(module.status->schema), R"({"struct":[["length","u64"]]})");
}

}  // namespace
