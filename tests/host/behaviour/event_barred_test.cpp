// gen_event beside a swap: a manager whose handler's generation is frozen waits for it.
#include <atomic>
#include <thread>

#include "events.hpp"
#include "scheduler/freezer.hpp"

namespace patchbay::test {
namespace {

using strings = std::vector<std::string>;

// While a swap bars a handler the manager waits without a thread, and nothing is lost, doubled or reordered.
TEST_F(events_test, waits_for_a_barred_handler_without_a_thread) {
  gen_event::add_handler(manager_, "test/recorder");
  scheduler::freezer freezer(host_->scheduler(), {&host_.group().gate()});
  ASSERT_TRUE(eventually([&] { return freezer.try_freeze(1ms); }));
  strings expected;
  for (int i = 0; i < 20; ++i) {
    gen_event::notify(manager_, tick{i});
    expected.push_back(std::to_string(i));
  }
  // More managers wait than there are threads; one without handlers still answers.
  for (int i = 0; i < 100; ++i) host_.spawn("patchbay/gen_event");
  const auto idle = static_cast<pid>(host_.spawn("patchbay/gen_event"));
  EXPECT_EQ(gen_event::which_handlers(idle), strings{});
  EXPECT_EQ(words_.all(), strings{});
  freezer.thaw();
  EXPECT_EQ(seen_by("test/recorder"), expected);
}

TEST_F(events_test, a_kill_while_it_waits_for_a_barred_handler_ends_it) {
  gen_event::add_handler(manager_, "test/recorder");
  scheduler::freezer freezer(host_->scheduler(), {&host_.group().gate()});
  ASSERT_TRUE(eventually([&] { return freezer.try_freeze(1ms); }));
  gen_event::notify(manager_, tick{1});
  ASSERT_TRUE(eventually([&] { return host_->info(raw(manager_))->queued == 0; }));
  pb_status status = PB_OK;
  std::thread client([&] { status = gen_event::try_call<ask>(manager_, "test/recorder", "x").status(); });
  ASSERT_TRUE(eventually([&] { return host_->info(raw(manager_))->queued >= 1; }));
  host_->exit(raw(manager_), {PB_EXIT_KILL, {}});
  client.join();
  EXPECT_EQ(status, PB_E_EXIT);
  EXPECT_FALSE(host_->alive(raw(manager_)));
  freezer.thaw();
  EXPECT_TRUE(eventually([&] { return host_->process_count() == 0; }));
}

TEST_F(events_test, stop_waits_for_a_barred_handler) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  scheduler::freezer freezer(host_->scheduler(), {&host_.group().gate()});
  ASSERT_TRUE(eventually([&] { return freezer.try_freeze(1ms); }));
  const auto handled = host_->info(raw(manager_))->handled;
  std::atomic<bool> stopped{false};
  std::thread client([&] {
    gen_event::stop(manager_);
    stopped = true;
  });
  ASSERT_TRUE(eventually([&] { return host_->info(raw(manager_))->handled > handled; }));
  EXPECT_EQ(words_.all(), strings{});
  EXPECT_TRUE(host_->alive(raw(manager_)));
  EXPECT_FALSE(stopped);
  freezer.thaw();
  client.join();
  EXPECT_EQ(words_.all(), strings{"a ends stop"});
}

TEST_F(events_test, the_host_stops_while_it_waits_for_a_barred_handler) {
  gen_event::add_handler(manager_, "test/recorder", {{"name", "a"}});
  scheduler::freezer freezer(host_->scheduler(), {&host_.group().gate()});
  ASSERT_TRUE(eventually([&] { return freezer.try_freeze(1ms); }));
  gen_event::notify(manager_, tick{1});
  freezer.thaw();
  host_->stop();
  EXPECT_FALSE(host_->alive(raw(manager_)));
}

}  // namespace
}  // namespace patchbay::test
