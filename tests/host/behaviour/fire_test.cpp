// Supervision under fire: children are killed at random, round after round. Between two rounds the tree is as its strategies say; no process, no
// name and no DOWN is lost or left over.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "../process/runtime.hpp"
#include "behaviour/supervisor_control.hpp"

namespace patchbay::test {
namespace {

constexpr std::uint32_t no_limit = 1'000'000;

struct watch {
  using reply = void;
  pid whom;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom)); }
};
struct downs {
  using reply = std::int64_t;
  void serialize(auto&) {}
};

/// By supervisor and id.
using counts = std::map<std::string, std::map<std::string, int>>;

/// How often each child has been started, and who is which.
struct ledger {
  std::mutex mutex;
  counts starts;                                                 // guarded by mutex
  std::map<pb_pid, std::pair<std::string, std::string>> places;  // guarded by mutex
};
ledger* starts = nullptr;

struct target_server {
  struct state {
    std::string name;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(name)); }
  };
  static state init(const args& a) {
    const std::string sup = a.get<std::string>("sup", "");
    const std::string id = a.get<std::string>("id", "");
    const std::lock_guard lock(starts->mutex);
    ++starts->starts[sup][id];
    starts->places[static_cast<pb_pid>(self())] = {sup, id};
    return {id};
  }
};
PATCHBAY_GEN_SERVER(target_server, 1)

/// Counts DOWNs.
struct watcher {
  using calls = messages<watch, downs>;
  struct state {
    std::int64_t seen = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(seen)); }
  };
  static state init() { return {}; }
  static void handle_call(const watch& m, from, state&) { monitor(m.whom); }
  static std::int64_t handle_call(const downs&, from, state& s) { return s.seen; }
  static void handle_info(const down&, state& s) { ++s.seen; }
};
PATCHBAY_GEN_SERVER(watcher, 1)

/// `size` children of the strategy that its name begins with, each under a local name of its own.
struct group_sup {
  static sup_spec init(const args& a) {
    const std::string name = a.get<std::string>("name", "");
    sup_spec spec{.strategy = name.starts_with("all")    ? one_for_all
                              : name.starts_with("rest") ? rest_for_one
                                                         : one_for_one,
                  .intensity = no_limit,
                  .period = 3600s,
                  .children = {}};
    for (std::int64_t i = 0; i < a.get<std::int64_t>("size", 0); ++i) {
      const std::string id = name + "." + std::to_string(1000 + i);
      spec.children.push_back({.id = id, .module = "target_server", .name = id, .args = {{"sup", name}, {"id", id}}});
    }
    return spec;
  }
};
PATCHBAY_SUPERVISOR(group_sup)

struct crowd_sup {
  static dynamic_sup_spec init(const args&) { return {.max_restarts = no_limit, .max_seconds = 3600s}; }
};
PATCHBAY_SUPERVISOR(crowd_sup)

class fire : public testing::Test {
 protected:
  // Of every ten: four one_for_one, four dynamic, one in a one_for_all, one in a rest_for_one group of ten.
  void build() {
    starts = &ledger_;
    watcher_ = static_cast<pid>(host_.spawn("watcher"));
    const std::int64_t tenth = CHILDREN / 10;
    group("one", 4 * tenth);
    for (std::int64_t i = 0; i < tenth / 10; ++i) {
      group("all" + std::to_string(i), 10);
      group("rest" + std::to_string(i), 10);
    }
    const pb_pid crowd = host_.spawn("crowd_sup", "crowd");
    for (std::int64_t i = 0; i < 4 * tenth; ++i) {
      start_child(static_cast<pid>(crowd),
                  {.module = "target_server", .args = {{"sup", "crowd"}, {"id", std::to_string(i)}}});
    }
    supervisors_["crowd"] = {crowd, static_cast<std::size_t>(4 * tenth)};
    processes_ = host_->process_count();
    names_ = host_->registered().size();
  }
  void group(const std::string& name, std::int64_t size) {
    const std::string args = R"({"name":")" + name + R"(","size":)" + std::to_string(size) + "}";
    supervisors_[name] = {host_.spawn("group_sup", name, args), static_cast<std::size_t>(size)};
  }

  std::vector<behaviour::child_info> children(pb_pid supervisor) {
    auto list = behaviour::supervisor_control(*host_).which_children(supervisor, 60s);
    EXPECT_TRUE(list.ok()) << list.failure().text;
    if (!list) return {};
    return std::move(list.value());
  }

  /// One round: about a tenth of all, from two threads, for all kinds of reasons.
  void shoot(unsigned seed) {
    std::vector<pb_pid> all;
    for (const auto& [name, sup] : supervisors_) {
      for (const auto& each : children(sup.pid)) all.push_back(each.pid);
    }
    std::atomic<std::int64_t> shots{0};
    std::array<std::set<pb_pid>, 2> hit;
    const auto gun = [&](unsigned which) {
      std::mt19937 random(seed * 2 + which);
      for (std::size_t i = 0; i < all.size() / 20; ++i) {
        const pb_pid victim = all[random() % all.size()];
        call<watch>(watcher_, static_cast<pid>(victim));
        ++shots;
        const process::reason reasons[] = {
            {PB_EXIT_KILL, {}}, process::reason::failure("boom"), process::reason::shutdown()};
        host_->exit(victim, reasons[random() % 3]);
        hit[which].insert(victim);
      }
    };
    std::thread other(gun, 1);
    gun(0);
    other.join();
    watched_ += shots;
    hit[0].merge(hit[1]);
    const std::lock_guard lock(ledger_.mutex);
    for (const pb_pid victim : hit[0]) {
      const auto& [sup, id] = ledger_.places.at(victim);
      if (alone(sup)) ++shots_[sup][id];
    }
  }
  /// Nobody of its children is restarted for another's sake.
  static bool alone(const std::string& supervisor) { return supervisor == "one" || supervisor == "crowd"; }

  /// Waits until every child runs again: each that was shot has been replaced.
  bool settled() {
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    for (const auto& [name, sup] : supervisors_) {
      for (;;) {
        const auto list = children(sup.pid);
        const bool all_run =
            list.size() == sup.size && std::all_of(list.begin(), list.end(), [&](const behaviour::child_info& each) {
              return each.pid != 0 && !each.restarting && host_->alive(each.pid);
            });
        if (all_run) break;
        if (std::chrono::steady_clock::now() > deadline) {
          ADD_FAILURE() << name << ": " << list.size() << " children of " << sup.size;
          return false;
        }
        std::this_thread::yield();
      }
    }
    return true;
  }

  /// one_for_one has started each child once, and once more for each time that it was shot; one_for_all all of a group equally often; rest_for_one
  /// those behind at least as often as those before.
  void check_strategies() {
    const std::lock_guard lock(ledger_.mutex);
    for (const auto& [name, children] : ledger_.starts) {
      int before = 0;
      if (alone(name)) {
        for (const auto& [id, times] : children) EXPECT_EQ(times, 1 + shots_[name][id]) << name << " " << id;
      }
      for (const auto& [id, times] : children) {
        if (name.starts_with("all") && before != 0) {
          EXPECT_EQ(times, before) << id;
        }
        if (name.starts_with("rest")) {
          EXPECT_GE(times, before) << id;
        }
        before = times;
      }
    }
  }

  struct watched_sup {
    pb_pid pid = 0;
    std::size_t size = 0;
  };
  ledger ledger_;
  counts shots_;  // of those whose supervisor restarts them alone: how often each was hit, once a process
  runtime host_{&patchbay_module_target_server, &patchbay_module_watcher, &patchbay_module_group_sup,
                &patchbay_module_crowd_sup};
  std::map<std::string, watched_sup> supervisors_;
  pid watcher_ = pid::nobody;
  std::size_t processes_ = 0;
  std::size_t names_ = 0;
  std::int64_t watched_ = 0;
};

TEST_F(fire, the_tree_is_always_as_the_strategies_say) {
  host_.keeps_log = false;
  build();
  ASSERT_TRUE(settled());
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(SECONDS);
  unsigned round = 0;
  while (std::chrono::steady_clock::now() < end || round < 2) {
    shoot(++round);
    // Every shot has hit somebody, or its victim was gone: either way there is one DOWN for it, and the victim's supervisor knows by then.
    ASSERT_TRUE(eventually([&] { return call<downs>(watcher_) == watched_; })) << call<downs>(watcher_);
    ASSERT_TRUE(settled());
    check_strategies();
    ASSERT_TRUE(eventually([&] { return host_->process_count() == processes_; })) << host_->process_count();
    EXPECT_EQ(host_->registered().size(), names_);
    for (const auto& [name, owner] : host_->registered()) {
      ASSERT_TRUE(host_->alive(owner)) << name << " names nobody";
    }
  }
  RecordProperty("rounds", static_cast<int>(round));
  RecordProperty("shots", std::to_string(watched_));
  for (const auto& [name, sup] : supervisors_) {
    const process::reason shutdown = process::reason::shutdown();
    EXPECT_TRUE(host_->wait_for_end(sup.pid, 60s, &shutdown).has_value()) << name;
  }
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 1; })) << "only the watcher is left";
  EXPECT_TRUE(host_->registered().empty());
}

}  // namespace
}  // namespace patchbay::test
