// Handlers of two plugins in one manager, one of them upgraded and downgraded under a stream of events.
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "code/code_server.hpp"
#include "events.hpp"
#include "release/swap/swap.hpp"

namespace patchbay::test {
namespace {

using release::direction;

struct go {
  void serialize(auto&) {}
};
struct version {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct numbers {
  using reply = std::vector<std::int64_t>;
  void serialize(auto&) {}
};
/// The handler sends itself a ring after so many milliseconds.
struct arm {
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};
struct disarm {
  using reply = bool;
  void serialize(auto&) {}
};
struct ring {
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(n)); }
};
/// Notifies a manager once a swap is at its freeze.
struct late {
  pid manager;
  std::int64_t n = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(manager), PATCHBAY_FIELD(n)); }
};

namespace v1 {
struct tally {
  using events = messages<tick, arm>;
  using calls = messages<version, numbers, disarm>;
  using infos = messages<ring>;
  struct state {
    std::vector<std::int64_t> seen;
    timer_ref armed = timer_ref::none;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(seen), PATCHBAY_FIELD(armed)); }
  };
  static void handle_event(const arm& m, state& s) {
    s.armed = send_after(self(), std::chrono::milliseconds(m.ms), ring{m.ms});
  }
  static bool handle_call(const disarm&, state& s) { return cancel_timer(s.armed).has_value(); }
  static void handle_info(const ring& m, state& s) { s.seen.push_back(10'000 + m.n); }
  static state init() { return {}; }
  static void handle_event(const tick& m, state& s) { s.seen.push_back(m.n); }
  static std::int64_t handle_call(const version&, state&) { return 1; }
  static std::vector<std::int64_t> handle_call(const numbers&, state& s) { return s.seen; }
};
}  // namespace v1
namespace v2 {
struct tally {
  using events = messages<tick, arm>;
  using calls = messages<version, numbers, disarm>;
  using infos = messages<ring>;
  using state_v1 = v1::tally::state;
  struct state {
    std::vector<std::int64_t> seen;
    std::int64_t sum = 0;
    timer_ref armed = timer_ref::none;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(seen), PATCHBAY_FIELD(sum), PATCHBAY_FIELD(armed)); }
  };
  static void handle_event(const arm& m, state& s) {
    s.armed = send_after(self(), std::chrono::milliseconds(m.ms), ring{m.ms});
  }
  static bool handle_call(const disarm&, state& s) { return cancel_timer(s.armed).has_value(); }
  static void handle_info(const ring& m, state& s) { s.seen.push_back(20'000 + m.n); }
  static state init() { return {}; }
  static void handle_event(const tick& m, state& s) {
    s.seen.push_back(m.n);
    s.sum += m.n;
  }
  static std::int64_t handle_call(const version&, state&) { return 2; }
  static std::vector<std::int64_t> handle_call(const numbers&, state& s) { return s.seen; }
  static state code_change(upgrade<1>, const state_v1& old) {
    if (!old.seen.empty() && old.seen.back() == -1) throw std::runtime_error("cannot carry -1");
    state s{old.seen, 0, old.armed};
    for (const std::int64_t n : old.seen) s.sum += n;
    return s;
  }
  static state_v1 code_change(downgrade<1>, const state& now) { return {now.seen, now.armed}; }
};
}  // namespace v2

/// A server of the same plugin, with a coroutine that waits for what a handler of the set does.
struct server {
  using casts = messages<late>;
  using imports = messages<tick>;
  struct state {
    void serialize(auto&) {}
  };
  static state init() { return {}; }
  static task<void> handle_cast(const late& m, state&) {
    const int freezes = said->freezes;
    ++said->inside;
    while (said->freezes == freezes) co_await co::sleep(1ms);
    co_await co::sleep(20ms);  // in flight still when the swap looks
    gen_event::sync_notify(m.manager, tick{m.n});
  }
};

/// `app` 1.0.0 and 2.0.0 beside the runtime's own `test` 1.0.0.
class event_swap_test : public events_test {
 protected:
  event_swap_test() {
    directory_ = std::filesystem::temp_directory_path() / ("patchbay-event-swap-" + std::to_string(getpid()));
    code_ = std::make_unique<code::code_server>(code::code_server_options{directory_, {}, 1s, {}, 16}, host_->types(),
                                                host_.table());
    fill(one_, "1.0.0", 1, {detail::event_module<v1::tally, 1>::table("app", "tally")});
    fill(two_, "2.0.0", 2, {detail::event_module<v2::tally, 2>::table("app", "tally")});
    two_.group.share_gate(one_.group.gate());
    host_.also_find([this](std::string_view name) -> const process::module* {
      if (!name.starts_with("app/")) return nullptr;
      code::generation& now = *serving_;
      now.group.need();
      return now.find(std::string(name.substr(4)));
    });
  }
  ~event_swap_test() override {
    host_->stop();
    std::filesystem::remove_all(directory_);
  }

  void fill(code::generation& made, const std::string& of, std::uint64_t number, std::vector<const pb_module*> tables) {
    tables.push_back(detail::server_module<server, 1>::table("app", "server"));
    made.number = number;
    made.application = "app";
    made.version = of;
    made.group.label = "app-g" + std::to_string(number);
    made.table = &table_;
    for (const pb_module* each : tables) {
      host_.adopt(*each);
      made.modules.push_back(std::make_unique<process::module>(*each, "app", of, made.group));
    }
  }

  outcome<release::swap_report> swap(direction way) {
    const bool up = way == direction::up;
    plan_ = {};
    plan_.application = "app";
    plan_.from_version = up ? "1.0.0" : "2.0.0";
    plan_.to_version = up ? "2.0.0" : "1.0.0";
    plan_.way = way;
    release::module_plan tally;
    tally.module = "tally";
    tally.action = release::module_action::advanced;
    release::module_plan plain;
    plain.module = "server";
    plan_.modules = {tally, plain};
    code::generation& from = up ? one_ : two_;
    code::generation& to = up ? two_ : one_;
    to.group.reinstate();
    release::swap_options options;
    options.progress = [this](std::string_view phase, std::string_view) {
      if (phase == "freeze") ++words_.freezes;
    };
    auto done = release::swap(*host_, *code_, {{&plan_, nullptr, &from, &to}}, options);
    if (done) serving_ = &to;
    return done;
  }

  std::vector<std::int64_t> tally() { return gen_event::call<numbers>(manager_, "app/tally"); }

  code::generation one_;
  code::generation two_;
  std::atomic<code::generation*> serving_{&one_};
  release::application_plan plan_;
  std::filesystem::path directory_;
  std::unique_ptr<code::code_server> code_;
  pb_plugin table_{};
};

TEST_F(event_swap_test, a_handlers_state_goes_up_and_down_and_the_other_plugins_handler_stays) {
  gen_event::add_handler(manager_, "app/tally");
  gen_event::add_handler(manager_, "test/other");
  gen_event::notify(manager_, tick{1});
  for (const direction way : {direction::up, direction::down, direction::up}) {
    const auto done = swap(way);
    ASSERT_TRUE(done) << done.failure().text;
    EXPECT_EQ(done->servers_in_set, 1U);
    EXPECT_EQ(done->code_changes, 1U);
    EXPECT_EQ(gen_event::call<version>(manager_, "app/tally"), way == direction::up ? 2 : 1);
    EXPECT_EQ(tally(), std::vector<std::int64_t>{1});
    EXPECT_EQ((way == direction::up ? one_ : two_).group.resident_count(), 0U);
  }
  EXPECT_EQ(host_->info(host_->whereis("events/other"))->version, "1.0.0");
  EXPECT_EQ(host_->info(host_->whereis("events/tally"))->version, "2.0.0");
}

TEST_F(event_swap_test, a_handlers_timer_that_is_pending_fires_once_in_the_other_version_up_and_down) {
  gen_event::add_handler(manager_, "app/tally");
  std::vector<std::int64_t> expected;
  for (const direction way : {direction::up, direction::down}) {
    gen_event::sync_notify(manager_, arm{2000});
    const auto done = swap(way);
    ASSERT_TRUE(done) << done.failure().text;
    EXPECT_EQ(tally(), expected) << "the test is too slow for its timer";
    EXPECT_TRUE(eventually([&] { return tally().size() > expected.size(); }));
    expected.push_back(way == direction::up ? 22'000 : 12'000);
    EXPECT_EQ(tally(), expected);
    EXPECT_EQ((way == direction::up ? one_ : two_).group.resident_count(), 0U);
  }
}

TEST_F(event_swap_test, a_handlers_timer_is_cancelled_by_the_other_version_up_and_down) {
  gen_event::add_handler(manager_, "app/tally");
  for (const direction way : {direction::up, direction::down}) {
    gen_event::sync_notify(manager_, arm{3'600'000});
    const auto done = swap(way);
    ASSERT_TRUE(done) << done.failure().text;
    EXPECT_TRUE(gen_event::call<disarm>(manager_, "app/tally"));
    EXPECT_FALSE(gen_event::call<disarm>(manager_, "app/tally"));
  }
}

TEST_F(event_swap_test, each_handler_sees_each_event_once_and_in_order_across_swaps) {
  gen_event::add_handler(manager_, "app/tally");
  gen_event::add_handler(manager_, "test/other");
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> sent{0};
  std::thread stream([&] {
    while (!done) {
      const std::int64_t n = sent++;
      if (n % 16 == 0) {
        gen_event::sync_notify(manager_, tick{n});
      } else {
        gen_event::notify(manager_, tick{n});
      }
    }
  });
  for (int round = 0; round < 40; ++round) {
    const std::int64_t before = sent;
    ASSERT_TRUE(eventually([&] { return sent > before + 20; }));
    const auto swapped = swap(round % 2 == 0 ? direction::up : direction::down);
    ASSERT_TRUE(swapped) << swapped.failure().text;
    ASSERT_EQ(swapped->servers_migrated, 1U);
  }
  done = true;
  stream.join();
  std::vector<std::int64_t> expected;
  std::vector<std::string> words;
  for (std::int64_t n = 0; n < sent; ++n) {
    expected.push_back(n);
    words.push_back(std::to_string(n));
  }
  EXPECT_EQ(tally(), expected);
  EXPECT_EQ(gen_event::call<seen>(manager_, "test/other"), words);
}

TEST_F(event_swap_test, handlers_that_come_and_go_beside_swaps_leave_no_stray) {
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> rounds{0};
  std::thread client([&] {
    while (!done) {
      gen_event::add_handler(manager_, "app/tally");
      gen_event::notify(manager_, tick{3});
      ASSERT_EQ(tally(), std::vector<std::int64_t>{3});
      gen_event::delete_handler(manager_, "app/tally");
      ++rounds;
    }
  });
  for (int round = 0; round < 30; ++round) {
    const std::int64_t before = rounds;
    ASSERT_TRUE(eventually([&] { return rounds > before + 3; }));
    const auto swapped = swap(round % 2 == 0 ? direction::up : direction::down);
    ASSERT_TRUE(swapped) << swapped.failure().text;
  }
  done = true;
  client.join();
  EXPECT_EQ(one_.group.resident_count() + two_.group.resident_count(), 0U);
  EXPECT_EQ(one_.group.needs() + two_.group.needs(), 0);
}

TEST_F(event_swap_test, a_migration_that_throws_names_the_handler_and_all_goes_on) {
  gen_event::add_handler(manager_, "app/tally");
  gen_event::sync_notify(manager_, tick{-1});
  const auto refused = swap(direction::up);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.failure().text.find("events/tally"), std::string::npos) << refused.failure().text;
  gen_event::notify(manager_, tick{2});
  EXPECT_EQ(tally(), (std::vector<std::int64_t>{-1, 2}));
  EXPECT_EQ(gen_event::call<version>(manager_, "app/tally"), 1);
}

// A coroutine of the set is in flight and waits for a handler of the same set: the drain lets that one pass, or it would wait for its end in vain.
TEST_F(event_swap_test, a_coroutine_of_the_set_that_waits_for_a_handler_of_the_set_is_drained) {
  gen_event::add_handler(manager_, "app/tally");
  process::spawn_request request;
  request.find_module = [this] { return host_.find("app/server"); };
  const auto busy = host_->spawn(request);
  ASSERT_TRUE(busy);
  for (int round = 0; round < 10; ++round) {
    cast<late>(static_cast<pid>(busy.pid), manager_, round);
    ASSERT_TRUE(eventually([&] { return words_.inside == round + 1; }));
    const auto began = std::chrono::steady_clock::now();
    const auto swapped = swap(round % 2 == 0 ? direction::up : direction::down);
    ASSERT_TRUE(swapped) << swapped.failure().text;
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
    EXPECT_GT(swapped->drain_us, 0);
  }
  EXPECT_EQ(tally(), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

}  // namespace
}  // namespace patchbay::test
