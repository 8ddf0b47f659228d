// Agents: Elixir's Agent, line by line.
#include <patchbay/agent.hpp>

#include "../process/runtime.hpp"

namespace patchbay::test {
namespace {

struct shelf {
  using state = std::map<std::string, std::int64_t>;
  static state init(const args& a) {
    if (!a.get<bool>("full", false)) return {};
    return {{"nails", 3}, {"bolts", 4}};
  }
};
struct number {
  using state = std::int64_t;
};
struct owner_asks {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct owner {
  using calls = messages<owner_asks>;
  struct state {
    pid agent;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(agent)); }
  };
  static state init() {
    return {agent::start_link<number>([] { return std::int64_t{7}; })};
  }
  static std::int64_t handle_call(const owner_asks&, from, state& s) {
    return agent::get<number>(s.agent, [](std::int64_t n) { return n; });
  }
};
PATCHBAY_AGENT(shelf, 1);
PATCHBAY_AGENT(number, 1);
PATCHBAY_GEN_SERVER(owner, 1);

class agent_test : public testing::Test {
 protected:
  runtime host_{{patchbay_module_shelf, patchbay_module_number, patchbay_module_owner}};
};

TEST_F(agent_test, starts_with_args) {
  const pid agent = agent::start<shelf>({.name = "shelf", .args = {{"full", true}}});
  EXPECT_EQ(agent::get<shelf>(agent, [](const auto& s) { return s.size(); }), 2U);
}

TEST_F(agent_test, starts_with_a_function_that_runs_in_the_agent) {
  const pid agent = agent::start<shelf>([] { return shelf::state{{"self", static_cast<std::int64_t>(self())}}; });
  EXPECT_EQ(agent::get<shelf>(agent, [](const auto& s) { return s.at("self"); }), static_cast<std::int64_t>(agent));
  // The function was that start's alone.
  EXPECT_EQ(agent::get<shelf>(agent::start<shelf>(), [](const auto& s) { return s.size(); }), 0U);
}

TEST_F(agent_test, a_function_that_fails_at_start_is_the_failure_of_the_start) {
  try {
    agent::start<shelf>([]() -> shelf::state { throw std::runtime_error("no shelf"); }, {.name = "shelf"});
    FAIL() << "it started";
  } catch (const status_error& failure) {
    EXPECT_EQ(failure.status(), PB_E_INIT);
    EXPECT_NE(failure.reason().find("no shelf"), std::string::npos);
  }
  EXPECT_EQ(whereis("shelf"), pid::nobody);
  EXPECT_EQ(agent::get<shelf>(agent::start<shelf>(), [](const auto& s) { return s.size(); }), 0U);
}

TEST_F(agent_test, start_link_links_it_to_who_started_it) {
  const auto server = static_cast<pid>(host_.spawn("owner"));
  EXPECT_EQ(call<owner_asks>(server), 7);
  EXPECT_EQ(host_->process_count(), 2U);
  exit(server, shutdown);
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; }));
}

TEST_F(agent_test, get_update_get_and_update_and_cast) {
  const pid agent = agent::start<number>([] { return std::int64_t{1}; });
  agent::update<number>(agent, [](std::int64_t n) { return n + 1; });
  agent::update<number>(agent, [](std::int64_t& n) { n *= 10; });
  EXPECT_EQ(agent::get<number>(agent, [](std::int64_t n) { return n; }), 20);
  EXPECT_EQ(agent::get_and_update<number>(agent, [](std::int64_t& n) { return std::exchange(n, 5); }), 20);
  EXPECT_EQ((agent::get_and_update<number>(agent,
                                           [](std::int64_t n) {
                                             return std::pair{std::to_string(n), std::int64_t{6}};
                                           })),
            "5");
  agent::cast<number>(agent, [](std::int64_t& n) { n += 100; });
  EXPECT_EQ(agent::get<number>(agent, [](std::int64_t n) { return n; }), 106);
  agent::cast<number>("nobody", [](std::int64_t& n) { n = 0; });
}

TEST_F(agent_test, functions_carry_what_they_captured_once) {
  const pid agent = agent::start<number>();
  auto held = std::make_shared<int>(3);
  agent::update<number>(agent, [held](std::int64_t n) { return n + *held; });
  agent::cast<number>(agent, [held = std::make_unique<int>(4)](std::int64_t& n) { n += *held; });
  EXPECT_EQ(agent::get<number>(agent, [](std::int64_t n) { return n; }), 7);
  EXPECT_EQ(held.use_count(), 1);
}

TEST_F(agent_test, get_waits_5000_ms_unless_told_otherwise) {
  EXPECT_EQ(callee("x").timeout, 5000ms);
  const pid agent = agent::start<number>();
  std::atomic<bool> go{false};
  agent::cast<number>(agent, [&go](std::int64_t& n) {
    n = 1;
    while (!go) std::this_thread::yield();
  });
  try {
    agent::get<number>(with_timeout(agent, 20ms), [](std::int64_t n) { return std::to_string(n); });
    ADD_FAILURE() << "it answered";
  } catch (const call_error& failure) {
    EXPECT_EQ(failure.status(), PB_E_TIMEOUT);
  }
  go = true;
  EXPECT_EQ(agent::get<number>(agent, [](std::int64_t n) { return n; }), 1);
}

TEST_F(agent_test, an_exception_ends_the_agent_and_the_caller_hears_why) {
  const pid agent = agent::start<number>();
  try {
    agent::get<number>(agent, [](std::int64_t) -> int { throw std::runtime_error("bad arithmetic"); });
    ADD_FAILURE() << "it answered";
  } catch (const call_error& failure) {
    EXPECT_EQ(failure.status(), PB_E_EXIT);
    EXPECT_NE(failure.reason().find("bad arithmetic"), std::string::npos) << failure.reason();
  }
  EXPECT_FALSE(host_->alive(static_cast<pb_pid>(agent)));
}

TEST_F(agent_test, stop_ends_it) {
  const pid agent = agent::start<number>({.name = "number"});
  agent::stop("number");
  EXPECT_FALSE(host_->alive(static_cast<pb_pid>(agent)));
}

TEST_F(agent_test, its_state_is_shown_and_functions_are_no_bytes) {
  const pid agent = agent::start<number>([] { return std::int64_t{42}; }, {.name = "number"});
  const auto seen = host_->get_state(static_cast<pb_pid>(agent), 5s);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->schema, R"("i64")");
  const auto& type = detail::message_cell<detail::agent_server<number>::get>;
  EXPECT_EQ(type.flags & PB_TYPE_LOCAL, PB_TYPE_LOCAL);
  const auto typed = host_->call_encoded(static_cast<pb_pid>(agent), "test/number.get", type.schema_fp, "", 5s);
  ASSERT_FALSE(typed);
  EXPECT_EQ(typed.failure().code, "undef_message");
  EXPECT_TRUE(
      host_->post_encoded(static_cast<pb_pid>(agent), message::signal::cast, "test/number.cast", type.schema_fp, ""));
  EXPECT_TRUE(eventually([&] { return host_->dropped() == 1; }));
  EXPECT_TRUE(host_.logged("test/number.cast in this form: dropped") || host_.logged("test/number.cast"));
}

}  // namespace
}  // namespace patchbay::test
