// Elixir's Registry, OTP.md section 2; via, section 3.
#include "actor.hpp"

namespace patchbay::test {
namespace {

class registry_test : public testing::Test, public actors {
 protected:
  std::string enter(pid who, const std::string& registry, const std::string& key, const arg_value& value = "") {
    return in(who, [=] {
      const auto made = registry::try_enter(registry, key, value);
      return made.ok() ? std::string("ok") : "already_registered " + to_text(made.owner);
    });
  }
  static std::vector<std::string> values(const std::vector<registry::entry>& entries) {
    std::vector<std::string> all;
    for (const auto& each : entries) all.push_back(each.key + "=" + each.value);
    return all;
  }
};

TEST_F(registry_test, unique_a_key_has_one_owner_and_error_already_registered_names_it) {
  EXPECT_TRUE(registry::start("rooms"));
  EXPECT_FALSE(registry::start("rooms"));
  const pid a = spawn();
  const pid b = spawn();
  EXPECT_EQ(enter(a, "rooms", "lobby", 7), "ok");
  EXPECT_EQ(enter(b, "rooms", "lobby"), "already_registered " + to_text(a));
  EXPECT_EQ(enter(a, "rooms", "lobby"), "already_registered " + to_text(a));
  EXPECT_EQ(registry::lookup("rooms", "lobby"), (std::vector<registry::entry>{{"lobby", a, "7"}}));
  EXPECT_EQ(registry::whereis("rooms", "lobby"), a);
  EXPECT_EQ(in(b,
               [] {
                 registry::enter("rooms", "lobby");
                 return std::string();
               }),
            "already_registered: " + to_text(a));
}

TEST_F(registry_test, duplicate_a_key_has_many_entries_in_the_order_of_registration) {
  registry::start("topics", registry::duplicate);
  const pid a = spawn();
  const pid b = spawn();
  EXPECT_EQ(enter(a, "topics", "news", 1), "ok");
  EXPECT_EQ(enter(b, "topics", "news", 2), "ok");
  EXPECT_EQ(enter(a, "topics", "news", "three"), "ok");
  EXPECT_EQ(values(registry::lookup("topics", "news")),
            (std::vector<std::string>{"news=1", "news=2", "news=\"three\""}));
  EXPECT_EQ(registry::values("topics", "news", a), (std::vector<std::string>{"1", "\"three\""}));
  EXPECT_EQ(registry::keys("topics", a), (std::vector<std::string>{"news", "news"}));
  EXPECT_EQ(registry::count("topics"), 3U);
}

TEST_F(registry_test, dispatch_runs_over_the_entries_of_a_key_and_not_at_all_where_there_are_none) {
  registry::start("topics", registry::duplicate);
  const pid a = spawn();
  const pid b = spawn();
  enter(a, "topics", "news");
  enter(b, "topics", "news");
  int runs = 0;
  const auto publish = [&](const std::vector<registry::entry>& entries) {
    ++runs;
    for (const auto& each : entries) cast<remark>(each.process, "hot");
  };
  registry::dispatch("topics", "news", publish);
  registry::dispatch("topics", "weather", publish);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(told(a), (std::vector<std::string>{"cast hot"}));
  EXPECT_EQ(told(b), (std::vector<std::string>{"cast hot"}));
}

TEST_F(registry_test, select_lists_all_entries_or_those_that_match) {
  registry::start("rooms");
  const pid a = spawn();
  enter(a, "rooms", "b", 2);
  enter(a, "rooms", "a", 1);
  EXPECT_EQ(values(registry::select("rooms")), (std::vector<std::string>{"a=1", "b=2"}));
  EXPECT_EQ(values(registry::select("rooms", [](const registry::entry& e) { return e.value == "2"; })),
            (std::vector<std::string>{"b=2"}));
}

TEST_F(registry_test, meta_is_kept_with_the_registry) {
  registry::start("rooms");
  EXPECT_EQ(registry::meta("rooms", "limit"), std::nullopt);
  registry::put_meta("rooms", "limit", 5);
  EXPECT_EQ(registry::meta("rooms", "limit"), "5");
  registry::delete_meta("rooms", "limit");
  EXPECT_EQ(registry::meta("rooms", "limit"), std::nullopt);
}

TEST_F(registry_test, update_value_only_of_ones_own_key) {
  registry::start("rooms");
  const pid a = spawn();
  const pid b = spawn();
  enter(a, "rooms", "lobby", 1);
  const auto update = [this](pid who) {
    return in(who, [] {
      const auto changed =
          registry::update_value("rooms", "lobby", [](const std::string& old) { return "was " + old; });
      return changed ? changed->first + " " + changed->second : std::string("error");
    });
  };
  EXPECT_EQ(update(a), "\"was 1\" 1");
  EXPECT_EQ(update(b), "error");
  EXPECT_EQ(values(registry::lookup("rooms", "lobby")), (std::vector<std::string>{"lobby=\"was 1\""}));
}

TEST_F(registry_test, unregister_takes_out_what_the_process_itself_has) {
  registry::start("topics", registry::duplicate);
  const pid a = spawn();
  const pid b = spawn();
  enter(a, "topics", "news", 1);
  enter(a, "topics", "news", 2);
  enter(b, "topics", "news", 3);
  const auto leave = [] {
    registry::leave("topics", "news");
    return std::string("ok");
  };
  EXPECT_EQ(in(a, leave), "ok");
  EXPECT_EQ(in(a, leave), "ok");
  EXPECT_EQ(values(registry::lookup("topics", "news")), (std::vector<std::string>{"news=3"}));
  EXPECT_EQ(enter(a, "topics", "news", 4), "ok");
}

TEST_F(registry_test, names_go_at_owner_death_before_links_and_monitors_hear_of_it) {
  registry::start("rooms");
  registry::start("topics", registry::duplicate);
  const pid watcher = spawn();
  for (int round = 0; round < 50; ++round) {
    const pid owner = spawn();
    enter(owner, "rooms", "lobby");
    enter(owner, "topics", "news");
    enter(owner, "topics", "news");
    in(owner, [] {
      pg::join("all", self());
      return std::string();
    });
    in(watcher, [owner] {
      monitor(owner);
      return std::string();
    });
    kill(owner);
    // The DOWN has been handled: whoever asks now finds nothing.
    ASSERT_TRUE(eventually([&] { return told(watcher).size() == static_cast<std::size_t>(round) + 1; }));
    EXPECT_EQ(registry::lookup("rooms", "lobby").size() + registry::count("topics") + pg::get_members("all").size(),
              0U);
  }
}

TEST_F(registry_test, listeners_hear_what_comes_and_goes) {
  registry::start("rooms");
  const pid listener = spawn();
  monitor_ref ref{};
  in(listener, [&ref] {
    ref = registry::listen("rooms");
    return std::string();
  });
  const pid owner = spawn();
  enter(owner, "rooms", "lobby", 5);
  kill(owner);
  EXPECT_TRUE(told(listener, {"registered rooms lobby 5", "unregistered rooms lobby 5"}));
  in(listener, [&ref] {
    registry::unlisten(ref);
    return std::string();
  });
  enter(spawn(), "rooms", "lobby", 6);
  EXPECT_EQ(told(listener).size(), 2U);
}

TEST_F(registry_test, an_unknown_registry_and_a_bad_key_are_errors) {
  const pid a = spawn();
  EXPECT_EQ(in(a,
               [] {
                 registry::enter("none", "key");
                 return std::string();
               }),
            "not_found: ");
  registry::start("rooms");
  EXPECT_EQ(in(a,
               [] {
                 registry::enter("rooms", "");
                 return std::string();
               }),
            "badarg: ");
  EXPECT_THROW(registry::lookup("none", "key"), status_error);
  EXPECT_THROW(registry::start("a,b"), status_error);
  EXPECT_THROW(registry::enter("rooms", "key"), status_error);  // no process runs here
}

TEST_F(registry_test, via_is_a_name_wherever_a_name_is_taken) {
  registry::start("rooms");
  const pid server = spawn(via("rooms", "lobby"));
  EXPECT_EQ(whereis(via("rooms", "lobby")), server);
  EXPECT_EQ(registry::lookup("rooms", "lobby"), (std::vector<registry::entry>{{"lobby", server, ""}}));
  cast<remark>(via("rooms", "lobby"), "a");
  send<remark>(via("rooms", "lobby"), "b");
  EXPECT_EQ(call<told_so_far>(via("rooms", "lobby")), (std::vector<std::string>{"cast a", "info b"}));
  EXPECT_EQ(host_.try_spawn("actor", via("rooms", "lobby")).failure.status, PB_E_ALREADY_STARTED);
  EXPECT_EQ(host_.try_spawn("actor", via("rooms", "lobby")).failure.existing, static_cast<pb_pid>(server));
  EXPECT_EQ(host_.try_spawn("actor", via("none", "lobby")).failure.status, PB_E_BADARG);
  const pid other = spawn();
  in(other, [] {
    send_after<remark>(via("rooms", "lobby"), 1ms, "c");
    return std::string();
  });
  EXPECT_TRUE(told(server, {"cast a", "info b", "info c"}));
  EXPECT_EQ(in(other,
               [] {
                 monitor(via("rooms", "lobby"));
                 return std::string("ok");
               }),
            "ok");
  gen_server::stop(via("rooms", "lobby"));
  EXPECT_TRUE(told(other, {"DOWN normal"}));
  EXPECT_EQ(whereis(via("rooms", "lobby")), pid::nobody);
  EXPECT_EQ(try_call<told_so_far>(via("rooms", "lobby")).status(), PB_E_NOPROC);
}

TEST_F(registry_test, via_register_name_unregister_name_whereis_name_send) {
  registry::start("rooms");
  const pid a = spawn("local");
  EXPECT_EQ(in(a,
               [] {
                 register_name(via("rooms", "x"));
                 return std::string("yes");
               }),
            "yes");
  EXPECT_EQ(whereis(via("rooms", "x")), a);
  EXPECT_EQ(in(spawn(),
               [] {
                 register_name(via("rooms", "x"));
                 return std::string("yes");
               }),
            "badarg: ");
  EXPECT_EQ(in(a,
               [] {
                 unregister_name(via("rooms", "x"));
                 return std::string("ok");
               }),
            "ok");
  EXPECT_EQ(whereis(via("rooms", "x")), pid::nobody);
  EXPECT_EQ(whereis("local"), a);
}

TEST_F(registry_test, via_names_are_among_those_registered_and_name_a_process_that_has_no_local_one) {
  registry::start("rooms");
  registry::start("topics", registry::duplicate);
  const pid a = spawn(via("rooms", "lobby"));
  const pid b = spawn("local");
  enter(b, "rooms", "attic");
  enter(b, "topics", "news");
  auto names = host_->registered();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::pair<std::string, pb_pid>>{{"local", static_cast<pb_pid>(b)},
                                                                {"{via, rooms, attic}", static_cast<pb_pid>(b)},
                                                                {"{via, rooms, lobby}", static_cast<pb_pid>(a)}}));
  EXPECT_EQ(host_->info(static_cast<pb_pid>(a))->name, "{via, rooms, lobby}");
  EXPECT_EQ(host_->info(static_cast<pb_pid>(b))->name, "local");
  for (const auto& each : host_->processes()) {
    EXPECT_EQ(each.name, each.pid == static_cast<pb_pid>(b) ? "local" : "{via, rooms, lobby}");
  }
  kill(a);
  ASSERT_TRUE(gone(a));
  EXPECT_EQ(host_->registered().size(), 2U);
}

TEST_F(registry_test, via_of_a_failed_start_leaves_nothing_and_of_a_duplicate_registry_is_badarg) {
  registry::start("rooms");
  registry::start("topics", registry::duplicate);
  for (const char* how : {"stop", "error", "ignore", "throw"}) {
    EXPECT_FALSE(host_.try_spawn("actor", via("rooms", "x"), std::string(R"({"init":")") + how + "\"}")) << how;
    EXPECT_EQ(registry::count("rooms"), 0U) << how;
  }
  EXPECT_EQ(host_.try_spawn("actor", via("topics", "x")).failure.status, PB_E_BADARG);
  EXPECT_EQ(registry::count("topics"), 0U);
}

}  // namespace
}  // namespace patchbay::test
