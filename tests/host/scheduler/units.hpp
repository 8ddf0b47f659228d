#pragma once
// A scheduler whose units count their runs.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "scheduler/freezer.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay::scheduler::test {

using namespace std::chrono_literals;

template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

struct counter final : unit {
  explicit counter(gate& behind) {
    door = &behind;
    inbox.open();
    EXPECT_TRUE(inbox.try_release());
  }
  std::function<void()> what;
  std::atomic<int> runs{0};
  std::atomic<int> inside{0};
};

/// Runs what a unit says for each envelope that it gets.
struct counting final : runner {
  void run(unit& item, thread_context& self) override {
    auto& mine = static_cast<counter&>(item);
    if (!self.enter(mine)) return owner->defer(mine);
    for (;;) {
      auto list = mine.inbox.take_all();
      if (list.empty()) {
        if (mine.inbox.try_release()) return self.leave();
        continue;
      }
      while (!list.empty()) {
        delete list.pop();
        EXPECT_EQ(++mine.inside, 1);
        self.begin_handler(0);
        if (mine.what) mine.what();
        --mine.inside;
        ++mine.runs;
      }
    }
  }
  void handler_runs_long(const unit&, std::uint32_t, std::chrono::milliseconds) override { ++reports; }
  scheduler* owner = nullptr;
  std::atomic<int> reports{0};
};

class scheduled : public testing::Test {
 protected:
  void begin(scheduler_options options) {
    host = std::make_unique<scheduler>(options, run);
    run.owner = host.get();
    host->start();
  }
  /// Lives longer than the scheduler's threads, as units do.
  counter& make(gate& behind) { return *units_.emplace_back(std::make_unique<counter>(behind)); }
  counter& make() { return make(door); }
  void poke(counter& item) {
    if (item.inbox.push(1, new message::envelope(message::signal::info)) == mailbox::pushed::schedule) {
      host->submit(item);
    }
  }
  void TearDown() override { host->stop(); }

  counting run;
  gate door;
  gate other_door;
  std::unique_ptr<scheduler> host;

 private:
  std::vector<std::unique_ptr<counter>> units_;
};

}  // namespace patchbay::scheduler::test
