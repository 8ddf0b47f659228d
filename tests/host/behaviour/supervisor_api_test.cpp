// supervisor's functions as plugins call them, DynamicSupervisor and PartitionSupervisor.
#include <gtest/gtest.h>

#include <map>

#include "../process/runtime.hpp"

namespace patchbay::test {
namespace {

struct who {
  using reply = std::string;
  void serialize(auto&) {}
};
struct hire {
  using reply = std::string;
  std::string supervisor;
  std::string name;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(supervisor), PATCHBAY_FIELD(name)); }
};

struct player {
  using calls = messages<who>;
  struct state {
    std::string name;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(name)); }
  };
  static state init(const args& a) { return {std::string(a.get<std::string>("name", "nobody"))}; }
  static std::string handle_call(const who&, from, state& s) { return s.name; }
};
PATCHBAY_GEN_SERVER(player, 1)

// README: supervisors
struct game_sup {  // the rest of the game falls with the board
  static sup_spec init(const args&) {
    return {.strategy = rest_for_one,
            .children = {{.id = "board", .module = "player"}, {.id = "score", .module = "player"}}};
  }
};
struct guest_sup {  // a DynamicSupervisor: start_child("guest_sup", {.module = "player", .args = {{"name", "Ada"}}})
  static dynamic_sup_spec init(const args&) { return {.max_children = 2, .extra_arguments = {{"name", "guest"}}}; }
};
struct table_sup {  // a PartitionSupervisor: call<who>(partition("table_sup", user))
  static partition_sup_spec init(const args&) {
    return {.child = {.module = "player"}, .with_arguments = [](const arg_list&, std::uint64_t partition) {
              return arg_list{{"name", "table " + std::to_string(partition)}};
            }};
  }
};
// README end
PATCHBAY_SUPERVISOR(game_sup)
PATCHBAY_SUPERVISOR(guest_sup)
PATCHBAY_SUPERVISOR(table_sup)

struct simple_sup {
  static sup_spec init(const args&) {
    return {.strategy = simple_one_for_one, .children = {{.id = "any", .module = "player", .restart = temporary}}};
  }
};
PATCHBAY_SUPERVISOR(simple_sup)

struct manager {
  using calls = messages<hire>;
  struct state {
    void serialize(auto&) {}
  };
  static state init(const args& a) {
    // Its own supervisor waits for this init.
    if (a.has("boss") && !try_start_child(a.get<std::string>("boss", ""), {.module = "player"}).ok()) {
      throw std::runtime_error("refused");
    }
    return {};
  }
  static std::string handle_call(const hire& m, from, state&) {
    const pid made = start_child(m.supervisor, {.module = "player", .args = {{"name", m.name}}});
    return call<who>(made);
  }
};
PATCHBAY_GEN_SERVER(manager, 1)

class supervisor_api : public testing::Test {
 protected:
  pid start(const std::string& module) { return static_cast<pid>(host_.spawn(module, module)); }
  static pb_status status_of(const std::function<void()>& what) {
    try {
      what();
    } catch (const status_error& failure) {
      return failure.status();
    }
    return PB_OK;
  }
  static std::string list(const target& supervisor) {
    std::string all;
    for (const auto& each : which_children(supervisor)) {
      all += (all.empty() ? "" : " ") + each.id + (each.process == pid::nobody ? "-" : "");
    }
    return all;
  }

  runtime host_{&patchbay_module_player,    &patchbay_module_game_sup,   &patchbay_module_guest_sup,
                &patchbay_module_table_sup, &patchbay_module_simple_sup, &patchbay_module_manager};
};

TEST_F(supervisor_api, start_child_and_its_errors) {
  start("game_sup");
  const pid made = start_child("game_sup", {.id = "clock", .module = "test/player", .args = {{"name", "tick"}}});
  EXPECT_EQ(call<who>(made), "tick");
  EXPECT_EQ(list("game_sup"), "clock score board");
  const auto twice = try_start_child("game_sup", {.id = "clock", .module = "player"});
  EXPECT_EQ(twice.status, PB_E_ALREADY_STARTED);
  EXPECT_EQ(twice.process, made);
  terminate_child("game_sup", "clock");
  EXPECT_EQ(try_start_child("game_sup", {.id = "clock", .module = "player"}).status, PB_E_ALREADY_PRESENT);
  EXPECT_EQ(try_start_child("game_sup", {.id = "x", .module = "player", .significant = true}).status, PB_E_BADARG);
  const auto nobody = try_start_child("game_sup", {.id = "x", .module = "nobody"});
  EXPECT_EQ(nobody.status, PB_E_INIT);
  EXPECT_NE(nobody.reason.find("undef_module"), std::string::npos) << nobody.reason;
  EXPECT_EQ(try_start_child("no_such_sup", {.module = "player"}).status, PB_E_NOPROC);
}

TEST_F(supervisor_api, terminate_restart_delete_and_their_errors) {
  start("game_sup");
  EXPECT_EQ(status_of([] { restart_child("game_sup", "score"); }), PB_E_RUNNING);
  EXPECT_EQ(status_of([] { delete_child("game_sup", "score"); }), PB_E_RUNNING);
  EXPECT_EQ(status_of([] { terminate_child("game_sup", "nobody"); }), PB_E_NOT_FOUND);
  terminate_child("game_sup", "score");
  EXPECT_EQ(list("game_sup"), "score- board");
  EXPECT_EQ(call<who>(restart_child("game_sup", "score")), "nobody");
  terminate_child("game_sup", "score");
  delete_child("game_sup", "score");
  EXPECT_EQ(list("game_sup"), "board");
}

TEST_F(supervisor_api, what_is_known_of_children) {
  start("game_sup");
  const auto counts = count_children("game_sup");
  EXPECT_EQ(counts.specs, 2u);
  EXPECT_EQ(counts.active, 2u);
  EXPECT_EQ(counts.workers, 2u);
  const auto spec = get_childspec("game_sup", "board");
  EXPECT_EQ(spec.module, "test/player");
  EXPECT_EQ(spec.shutdown, 5000ms);
  EXPECT_EQ(spec.args_json, "{}");
  EXPECT_EQ(status_of([] { get_childspec("game_sup", "nobody"); }), PB_E_NOT_FOUND);
  EXPECT_EQ(get_callback_module("game_sup"), "test/game_sup");
}

TEST_F(supervisor_api, check_childspecs_1_and_2) {
  EXPECT_EQ(check_childspecs({{.id = "a", .module = "m"}}), "");
  EXPECT_EQ(check_childspecs({{.id = "a", .module = "m"}, {.id = "a", .module = "m"}}), "{duplicate_child_name,a}");
  const std::vector<child_spec> significant{{.id = "a", .module = "m", .restart = transient, .significant = true}};
  EXPECT_EQ(check_childspecs(significant), "");
  EXPECT_EQ(check_childspecs(significant, auto_shutdown::any_significant), "");
  EXPECT_EQ(check_childspecs(significant, auto_shutdown::never),
            "{bad_combination,[{auto_shutdown,never},{significant,true}]}");
  EXPECT_EQ(check_childspecs({{.id = "", .module = ""}}), "missing_id");
}

TEST_F(supervisor_api, a_dynamic_supervisor_from_a_handler) {
  start("guest_sup");
  start("manager");
  EXPECT_EQ(call<hire>("manager", "guest_sup", "Ada"), "Ada");
  const pid guest = start_child("guest_sup", {.module = "player"});
  EXPECT_EQ(call<who>(guest), "guest") << "extra_arguments";
  EXPECT_EQ(try_start_child("guest_sup", {.module = "player"}).status, PB_E_MAX_CHILDREN);
  terminate_child("guest_sup", guest);
  EXPECT_EQ(status_of([guest] { terminate_child("guest_sup", guest); }), PB_E_NOT_FOUND);
  EXPECT_EQ(status_of([] { restart_child("guest_sup", "player"); }), PB_E_SIMPLE_ONE_FOR_ONE);
  EXPECT_EQ(list("guest_sup"), "undefined");
}

// What start_child and a PartitionSupervisor's child leave out is what a child of any supervisor has.
TEST_F(supervisor_api, children_of_dynamic_and_partition_supervisors_have_otps_defaults) {
  start("guest_sup");
  start("table_sup");
  const pid guest = start_child("guest_sup", {.module = "player"});
  for (const auto& list : {which_children("guest_sup"), which_children("table_sup")}) {
    for (const auto& each : list) {
      EXPECT_EQ(each.restart, permanent);
      EXPECT_EQ(each.type, child_type::worker);
      EXPECT_EQ(each.name, "");
      EXPECT_EQ(each.module, "test/player");
    }
  }
  const auto spec = get_childspec("table_sup", "1");
  EXPECT_EQ(spec.restart, permanent);
  EXPECT_EQ(spec.shutdown, 5000ms);
  EXPECT_EQ(spec.type, child_type::worker);
  EXPECT_FALSE(spec.significant);
  EXPECT_EQ(spec.args_json, R"({"name":"table 1"})");
  const auto given = get_childspec("guest_sup", guest);
  EXPECT_EQ(given.restart, permanent);
  EXPECT_EQ(given.shutdown, 5000ms);
  EXPECT_FALSE(given.significant);
  // permanent: after a normal end as well
  gen_server::stop(guest);
  EXPECT_TRUE(eventually([&] {
    const auto now = which_children("guest_sup");
    return now.size() == 1 && now[0].process != pid::nobody && now[0].process != guest;
  }));
  const pid before = partition("table_sup", 1);
  gen_server::stop(before);
  EXPECT_TRUE(eventually([&] {
    const pid now = partition("table_sup", 1);
    return now != pid::nobody && now != before;
  }));
}

TEST_F(supervisor_api, simple_one_for_one_takes_the_args_alone) {
  start("simple_sup");
  EXPECT_EQ(call<who>(start_child("simple_sup", {.args = {{"name", "Bob"}}})), "Bob");
  EXPECT_EQ(status_of([] { delete_child("simple_sup", "any"); }), PB_E_SIMPLE_ONE_FOR_ONE);
  EXPECT_EQ(count_children("simple_sup").specs, 1u);
}

TEST_F(supervisor_api, an_init_that_asks_the_supervisor_that_waits_for_it_is_refused) {
  start("game_sup");
  const auto made = try_start_child("game_sup", {.id = "m", .module = "manager", .args = {{"boss", "game_sup"}}});
  EXPECT_EQ(made.status, PB_E_INIT);
  EXPECT_NE(made.reason.find("refused"), std::string::npos) << made.reason;
}

TEST_F(supervisor_api, partitions_default_to_the_workers_and_are_found_by_key) {
  start("table_sup");
  EXPECT_EQ(partition_supervisor::partitions("table_sup"), host_->scheduler().workers());
  ASSERT_EQ(partition_supervisor::partitions("table_sup"), 2u);
  EXPECT_EQ(call<who>(partition("table_sup", 0)), "table 0");
  EXPECT_EQ(call<who>(partition("table_sup", 7)), "table 1") << "a number is taken modulo the partitions";
  EXPECT_EQ(call<who>(partition("table_sup", -2)), "table 0");
  EXPECT_EQ(partition("table_sup", "a user"), partition("table_sup", "a user"));
  std::map<pid, int> used;
  for (int i = 0; i < 100; ++i) ++used[partition("table_sup", "user " + std::to_string(i))];
  EXPECT_EQ(used.size(), 2u);
  EXPECT_EQ(partition("no_such_pool", 1), pid::nobody);
  partition_supervisor::resize("table_sup", 1);
  EXPECT_EQ(call<who>(partition("table_sup", 7)), "table 0");
  EXPECT_EQ(status_of([] { partition_supervisor::resize("table_sup", 3); }), PB_E_BADARG);
  partition_supervisor::resize("table_sup", 2);
  EXPECT_EQ(call<who>(partition("table_sup", 7)), "table 1");
  EXPECT_EQ(list("table_sup"), "1 0");
}

}  // namespace
}  // namespace patchbay::test
