// A swap, up and down, of servers that have names in registries, listen to them, are in groups and monitor them.
#include <thread>

#include "player.hpp"

namespace patchbay::test {
namespace {

class names_swap : public player_swap {
 protected:
  std::string enter(pid who, const std::string& registry, const std::string& key, const arg_value& value = "") {
    return in(who, [=] {
      const auto made = registry::try_enter(registry, key, value);
      return made.ok() ? std::string("ok") : "already_registered " + to_text(made.owner);
    });
  }
};

TEST_P(names_swap, unique_entries_keep_owner_and_value_and_are_the_other_versions_to_change) {
  registry::start("rooms");
  registry::put_meta("rooms", "limit", 5);
  const pid a = spawn();
  const pid b = spawn();
  enter(a, "rooms", "lobby", 1);
  swap();
  EXPECT_EQ(registry::lookup("rooms", "lobby"), (std::vector<registry::entry>{{"lobby", a, "1"}}));
  EXPECT_EQ(registry::whereis("rooms", "lobby"), a);
  EXPECT_EQ(registry::meta("rooms", "limit"), "5");
  EXPECT_EQ(enter(b, "rooms", "lobby"), "already_registered " + to_text(a));
  const auto update = [] {
    const auto changed = registry::update_value("rooms", "lobby", [](const std::string& old) { return old + "1"; });
    return changed ? changed->first : std::string("error");
  };
  EXPECT_EQ(in(b, update), "error");
  EXPECT_EQ(in(a, update), "\"11\"");
  EXPECT_EQ(enter(b, "rooms", "attic", 2), "ok");
  kill(a);
  EXPECT_EQ(registry::lookup("rooms", "lobby").size(), 0U);
  swap_back();
  EXPECT_EQ(registry::select("rooms"), (std::vector<registry::entry>{{"attic", b, "2"}}));
}

TEST_P(names_swap, duplicate_entries_keep_their_order_and_each_process_takes_out_its_own) {
  registry::start("topics", registry::duplicate);
  const pid a = spawn();
  const pid b = spawn();
  enter(a, "topics", "news", 1);
  enter(b, "topics", "news", 2);
  enter(a, "topics", "news", 3);
  swap();
  EXPECT_EQ(registry::lookup("topics", "news"),
            (std::vector<registry::entry>{{"news", a, "1"}, {"news", b, "2"}, {"news", a, "3"}}));
  EXPECT_EQ(enter(b, "topics", "news", 4), "ok");
  EXPECT_EQ(in(a,
               [] {
                 registry::leave("topics", "news");
                 return std::string("ok");
               }),
            "ok");
  EXPECT_EQ(registry::lookup("topics", "news"), (std::vector<registry::entry>{{"news", b, "2"}, {"news", b, "4"}}));
  kill(b);
  EXPECT_EQ(registry::count("topics"), 0U);
}

TEST_P(names_swap, a_via_name_is_the_same_process_before_and_after_and_what_waits_for_it_arrives) {
  registry::start("rooms");
  const pid server = spawn(via("rooms", "lobby"));
  set_suspended(server, true);
  settle(server);
  std::thread caller([&] { EXPECT_TRUE(call<told>(via("rooms", "lobby")).empty()); });
  ASSERT_TRUE(eventually([&] { return all_.host->info(static_cast<pb_pid>(server))->queued == 1; }));
  swap();
  EXPECT_EQ(whereis(via("rooms", "lobby")), server);
  EXPECT_EQ(all_.version_of(server), up() ? "2.0.0" : "1.0.0");
  set_suspended(server, false);
  caller.join();
  process::spawn_request again;
  again.find_module = [this] { return all_.host.find("player"); };
  again.name = via("rooms", "lobby");
  EXPECT_EQ(all_.host->spawn(again).failure.existing, static_cast<pb_pid>(server));
  EXPECT_EQ(in(server,
               [] {
                 unregister_name(via("rooms", "lobby"));
                 register_name(via("rooms", "attic"));
                 return std::string("ok");
               }),
            "ok");
  EXPECT_EQ(whereis(via("rooms", "lobby")), pid::nobody);
  swap_back();
  EXPECT_EQ(whereis(via("rooms", "attic")), server);
  kill(server);
  EXPECT_EQ(whereis(via("rooms", "attic")), pid::nobody);
}

TEST_P(names_swap, a_listener_hears_what_was_on_its_way_and_what_comes_after_in_the_other_version) {
  registry::start("rooms");
  const pid listener = spawn();
  const pid owner = spawn();
  monitor_ref ref{};
  in(listener, [&ref] {
    ref = registry::listen("rooms");
    return std::string();
  });
  enter(owner, "rooms", "before", 0);
  ASSERT_TRUE(comes(listener, {old_version() + "registered before=0"}));
  set_suspended(listener, true);
  settle(listener);
  enter(owner, "rooms", "under way", 1);
  swap();
  enter(owner, "rooms", "after", 2);
  set_suspended(listener, false);
  const std::vector<std::string> heard = {old_version() + "registered before=0",
                                          new_version() + "registered under way=1",
                                          new_version() + "registered after=2"};
  EXPECT_TRUE(comes(listener, heard));
  in(listener, [&ref] {
    registry::unlisten(ref);
    return std::string();
  });
  kill(owner);
  EXPECT_EQ(call<told>(listener), heard);
}

TEST_P(names_swap, a_process_stays_as_often_in_its_groups_and_leaves_them_in_the_other_version) {
  const pid a = spawn();
  const pid b = spawn();
  pg::join("team", std::vector{a, b, a});
  pg::join("team", a, "other");
  swap();
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{a, b, a}));
  EXPECT_EQ(in(a, [] { return std::string(pg::leave("team", self()) ? "left" : "not_joined"); }), "left");
  EXPECT_EQ(pg::get_members("team").size(), 2U);
  EXPECT_EQ(pg::get_members("team", "other"), (std::vector<pid>{a}));
  swap_back();
  kill(a);
  EXPECT_EQ(pg::get_members("team"), (std::vector<pid>{b}));
  EXPECT_TRUE(pg::which_groups("other").empty());
}

TEST_P(names_swap, a_monitor_of_a_group_tells_each_change_once_across_the_swap) {
  const pid watcher = spawn();
  const pid a = spawn();
  monitor_ref ref{};
  in(watcher, [&ref] {
    ref = pg::monitor("team").monitor;
    return std::string();
  });
  pg::join("team", a);
  ASSERT_TRUE(comes(watcher, {old_version() + "join team 1"}));
  set_suspended(watcher, true);
  settle(watcher);
  pg::join("team", std::vector{a, a});
  swap();
  pg::leave("team", a);
  set_suspended(watcher, false);
  std::vector<std::string> heard = {old_version() + "join team 1", new_version() + "join team 2",
                                    new_version() + "leave team 1"};
  EXPECT_TRUE(comes(watcher, heard));
  swap_back();
  kill(a);
  heard.push_back(old_version() + "leave team 1");
  heard.push_back(old_version() + "leave team 1");
  EXPECT_TRUE(comes(watcher, heard));
  EXPECT_EQ(in(watcher, [&ref] { return std::string(pg::demonitor(ref) ? "ok" : "false"); }), "ok");
}

TEST_P(names_swap, a_monitor_of_a_scope_that_is_taken_back_after_the_swap_hears_no_more) {
  const pid watcher = spawn();
  const pid a = spawn();
  monitor_ref ref{};
  in(watcher, [&ref] {
    ref = pg::monitor_scope("s").first;
    return std::string();
  });
  set_suspended(watcher, true);
  settle(watcher);
  pg::join("team", a, "s");
  swap();
  EXPECT_EQ(in(watcher, [&ref] { return std::string(pg::demonitor(ref) ? "ok" : "false"); }), "ok");
  set_suspended(watcher, false);
  pg::leave("team", a, "s");
  EXPECT_TRUE(call<told>(watcher).empty()) << "what was under way has been flushed";
}

INSTANTIATE_TEST_SUITE_P(both_ways, names_swap, testing::Values(release::direction::up, release::direction::down),
                         [](const auto& way) { return way.param == release::direction::up ? "up" : "down"; });

}  // namespace
}  // namespace patchbay::test
