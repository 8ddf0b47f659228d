// What a server waits for on the clock, and modules that come and go: up and down.
#include <thread>

#include <patchbay/table/server_module.hpp>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

namespace clockwork_messages {
PATCHBAY_MESSAGES_OF("app", "clockwork")
/// Sends itself a chime after so many milliseconds; the answer is the timer.
struct wind {
  using reply = std::uint64_t;
  std::int64_t after_ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(after_ms)); }
};
/// An idle timeout from now on.
struct rest {
  using reply = bool;
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};
struct heard {
  using reply = std::vector<std::string>;
  void serialize(auto&) {}
};
/// Of the timer wound last: false where it had fired.
struct unwind {
  using reply = bool;
  void serialize(auto&) {}
};
struct chime {
  std::int64_t number = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(number)); }
};
}  // namespace clockwork_messages
using namespace clockwork_messages;

struct version_1 {
  static constexpr const char* name = "v1 ";
  struct state {
    std::vector<std::string> heard;
    timer_ref last{};
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(heard), PATCHBAY_FIELD(last)); }
  };
};
struct version_2 {
  static constexpr const char* name = "v2 ";
  struct state {
    std::vector<std::string> heard;
    timer_ref last{};
    std::int64_t swaps = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(heard), PATCHBAY_FIELD(last), PATCHBAY_FIELD(swaps)); }
  };
};

template <class Version>
struct clockwork {
  using state = typename Version::state;
  using calls = messages<wind, rest, heard, unwind>;
  using infos = messages<chime>;
  static state init() { return {}; }
  static std::uint64_t handle_call(const wind& m, from, state& s) {
    s.last = send_after(self(), std::chrono::milliseconds(m.after_ms), chime{m.after_ms});
    return static_cast<std::uint64_t>(s.last);
  }
  static call_result<bool> handle_call(const rest& m, from, state&) {
    return reply(true, std::chrono::milliseconds(m.ms));
  }
  static std::vector<std::string> handle_call(const heard&, from, state& s) { return s.heard; }
  static bool handle_call(const unwind&, from, state& s) { return cancel_timer(s.last).has_value(); }
  static void handle_info(const chime& m, state& s) {
    s.heard.push_back(Version::name + std::string("chime ") + std::to_string(m.number));
  }
  static void handle_info(const timeout&, state& s) { s.heard.push_back(Version::name + std::string("timeout")); }
};
using clockwork_1 = clockwork<version_1>;
struct clockwork_2 : clockwork<version_2> {
  using state_v1 = version_1::state;
  static state code_change(upgrade<1>, const state_v1& old) { return {old.heard, old.last, 1}; }
  static state_v1 code_change(downgrade<1>, const state& now) { return {now.heard, now.last}; }
};

/// Only the first version has it.
struct relic {
  using calls = messages<heard>;
  struct state {
    void serialize(auto&) {}
  };
  static state init() { return {}; }
  static std::vector<std::string> handle_call(const heard&, from, state&) { return {"here"}; }
};

class timers_swap : public testing::TestWithParam<release::direction> {
 protected:
  timers_swap()
      : all_{{{detail::server_module<clockwork_1, 1>::table("app", "clockwork")},
              {detail::server_module<clockwork_2, 2>::table("app", "clockwork")}}} {
    if (!up()) {
      EXPECT_TRUE(all_.swap(release::direction::up).ok());
    }
  }
  [[nodiscard]] bool up() const { return GetParam() == release::direction::up; }
  void swap() {
    const auto done = all_.swap(GetParam());
    ASSERT_TRUE(done) << done.failure().text;
  }
  [[nodiscard]] std::string new_version() const { return up() ? "v2 " : "v1 "; }
  two_versions all_;
};
INSTANTIATE_TEST_SUITE_P(both_ways, timers_swap, testing::Values(release::direction::up, release::direction::down),
                         [](const auto& way) { return way.param == release::direction::up ? "up" : "down"; });

TEST_P(timers_swap, a_send_after_that_is_pending_fires_once_in_the_new_version) {
  const pid server = all_.spawn("clockwork", 0);
  call<wind>(server, 2000);
  swap();
  EXPECT_TRUE(call<heard>(server).empty()) << "the test is too slow for its timer";
  EXPECT_TRUE(eventually([&] { return !call<heard>(server).empty(); }));
  EXPECT_EQ(call<heard>(server), std::vector<std::string>{new_version() + "chime 2000"});
}

TEST_P(timers_swap, a_timer_is_cancelled_by_the_other_version) {
  const pid server = all_.spawn("clockwork", 0);
  call<wind>(server, 3'600'000);
  swap();
  EXPECT_TRUE(call<unwind>(server));
  EXPECT_FALSE(call<unwind>(server));
}

TEST_P(timers_swap, an_idle_timeout_that_is_pending_comes_in_the_new_version) {
  const pid server = all_.spawn("clockwork", 0);
  call<rest>(server, 2000);
  swap();
  // Not asked meanwhile: a message would end the wait.
  const auto& group = up() ? all_.two.group : all_.one.group;
  EXPECT_EQ(group.resident_count(), 1U);
  const auto handled = [&] { return all_.host->info(static_cast<pb_pid>(server))->handled; };
  const auto before = handled();
  ASSERT_TRUE(eventually([&] { return handled() > before; }));
  EXPECT_EQ(call<heard>(server), std::vector<std::string>{new_version() + "timeout"});
}

class deleted_module_test : public testing::Test {
 protected:
  two_versions all_{{{detail::server_module<relic, 1>::table("app", "relic")}, {}}};
};

TEST_F(deleted_module_test, with_a_process_that_lives_is_refused_by_name_and_nothing_changes) {
  const pid server = all_.spawn("counter", 5);
  const pid kept = all_.spawn("relic", 0, "relic");
  const auto done = all_.swap(release::direction::up);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "processes_of_deleted_module");
  for (const char* part : {"relic", "app/relic", "2.0.0", "stop it first"}) {
    EXPECT_NE(done.failure().text.find(part), std::string::npos) << done.failure().text;
  }
  EXPECT_EQ(call<version>(server), 1);
  EXPECT_EQ(call<heard>(kept), std::vector<std::string>{"here"});
}

TEST_F(deleted_module_test, of_processes_that_began_after_the_look_is_refused_too) {
  const auto done = all_.swap(release::direction::up, last_moment([this] { all_.spawn("relic", 0); }));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.failure().code, "processes_of_deleted_module");
}

TEST_F(deleted_module_test, goes_once_its_process_has_stopped_and_comes_back_on_the_way_down) {
  const pid server = all_.spawn("counter", 5);
  const pid gone = all_.spawn("relic", 0);
  all_.host->exit(static_cast<pb_pid>(gone), {PB_EXIT_KILL, {}});
  ASSERT_TRUE(eventually([&] { return !all_.host->alive(static_cast<pb_pid>(gone)); }));
  ASSERT_TRUE(all_.swap(release::direction::up));
  EXPECT_EQ(call<version>(server), 2);
  ASSERT_TRUE(all_.swap(release::direction::down));
  EXPECT_EQ(call<heard>(all_.spawn("relic", 0)), std::vector<std::string>{"here"});
}

}  // namespace
}  // namespace patchbay::test
