// pg: multi-join, scopes, monitor. OTP.md section 3.
#include <patchbay/entry.hpp>

#include "actor.hpp"

namespace patchbay::test {

struct poke {
  void serialize(auto&) {}
};
/// Joins a group once more while its crash report is written, which is the last that it does.
struct late_joiner {
  using casts = messages<poke>;
  struct state {
    std::int64_t n = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
  };
  static state init() { return {}; }
  static void handle_cast(const poke&, state&) { throw std::runtime_error("on purpose"); }
  static state format_status(const state& s) {
    pg::join("late", self());
    return s;
  }
};

}  // namespace patchbay::test

using patchbay::test::late_joiner;
PATCHBAY_GEN_SERVER(late_joiner, 1)

namespace patchbay::test {
namespace {

class pg_test : public testing::Test, public actors {};

TEST_F(pg_test, multi_join_a_process_joins_more_than_once_and_leaves_as_often) {
  const pid a = spawn();
  pg::join("team", a);
  pg::join("team", a);
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{a, a}));
  EXPECT_TRUE(pg::leave("team", a));
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{a}));
  EXPECT_TRUE(pg::leave("team", a));
  EXPECT_FALSE(pg::leave("team", a));
  EXPECT_TRUE(pg::which_groups().empty());
}

TEST_F(pg_test, several_processes_join_and_leave_at_once) {
  const pid a = spawn();
  const pid b = spawn();
  pg::join("team", std::vector{a, b, a});
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{a, b, a}));
  EXPECT_TRUE(pg::leave("team", std::vector{b, a}));
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{a}));
}

TEST_F(pg_test, scopes_do_not_see_each_other) {
  const pid a = spawn();
  pg::join("team", a);
  pg::join("team", a, "other");
  pg::join("crew", a, "other");
  EXPECT_EQ(pg::which_groups(), (std::vector<std::string>{"team"}));
  EXPECT_EQ(pg::which_groups("other"), (std::vector<std::string>{"crew", "team"}));
  EXPECT_TRUE(pg::leave("team", a, "other"));
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{a}));
  EXPECT_TRUE(pg::get_members("nobody", "nowhere").empty());
}

TEST_F(pg_test, monitor_answers_the_members_and_tells_each_join_and_leave) {
  const pid watcher = spawn();
  const pid a = spawn();
  pg::join("team", a);
  const auto members = in(watcher, [] { return std::to_string(pg::monitor("team").members.size()); });
  EXPECT_EQ(members, "1");
  const pid b = spawn();
  pg::join("team", std::vector{b, b});
  pg::join("crew", b);
  pg::leave("team", a);
  kill(b);
  EXPECT_TRUE(told(watcher, {"join team 2", "leave team 1", "leave team 1", "leave team 1"}));
}

TEST_F(pg_test, monitor_scope_tells_of_every_group) {
  const pid watcher = spawn();
  const pid a = spawn();
  pg::join("team", a, "s");
  EXPECT_EQ(in(watcher, [] { return pg::monitor_scope("s").second.front().first; }), "team");
  pg::join("crew", a, "s");
  pg::join("crew", a);
  pg::leave("team", a, "s");
  EXPECT_TRUE(told(watcher, {"join crew 1", "leave team 1"}));
}

TEST_F(pg_test, demonitor_flushes_what_is_under_way) {
  const pid watcher = spawn();
  const pid a = spawn();
  EXPECT_EQ(in(watcher,
               [a] {
                 const auto watched = pg::monitor("team");
                 pg::join("team", a);  // the change waits in this process's own mailbox
                 return std::string(pg::demonitor(watched.monitor) ? "ok" : "no");
               }),
            "ok");
  pg::join("team", a);
  cast<remark>(watcher, "last");
  EXPECT_EQ(told(watcher), (std::vector<std::string>{"cast last"}));
  EXPECT_EQ(in(watcher, [] { return std::string(pg::demonitor(monitor_ref{77}) ? "ok" : "false"); }), "false");
}

TEST_F(pg_test, the_dead_are_in_no_group) {
  const pid a = spawn();
  kill(a);
  ASSERT_TRUE(gone(a));
  pg::join("team", a);
  EXPECT_TRUE(pg::get_members("team").empty());
  EXPECT_THROW(pg::join("", a), status_error);
}

TEST(pg_end_test, who_joins_while_it_ends_does_not_stay_behind) {
  runtime host{patchbay_module_late_joiner};
  const pid joiner = static_cast<pid>(host.spawn("late_joiner"));
  cast<poke>(joiner);
  ASSERT_TRUE(eventually([&] { return !host->alive(static_cast<pb_pid>(joiner)); }));
  EXPECT_TRUE(host.logged("on purpose"));
  EXPECT_TRUE(eventually([] { return pg::get_members("late").empty(); }));
}

// Whatever races with the end, nobody stays behind.
TEST_F(pg_test, joins_that_race_with_the_end_leave_nothing) {
  for (int i = 0; i < 300; ++i) {
    const pid a = spawn();
    std::thread killer([&] { kill(a); });
    pg::join("team", a);
    killer.join();
  }
  EXPECT_TRUE(eventually([] { return pg::get_members("team").empty(); }));
}

}  // namespace
}  // namespace patchbay::test
