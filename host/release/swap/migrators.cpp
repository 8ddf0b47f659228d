#include "release/swap/migrators.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "release/swap/swap_access.hpp"
#include "scheduler/quarantine.hpp"

namespace patchbay::release {
namespace {

enum class phase : int { idle, busy, marking, abandoned, closed };

}  // namespace

struct migrators::worker {
  std::thread thread;
  std::atomic<phase> at{phase::idle};
  std::atomic<std::size_t> index{0};
  std::atomic<bool> reading{false};
  // Set by the caller with at == phase::abandoned, before `told`; read by the thread after it.
  std::vector<process::process_group*> pinned;
  std::string pin;
  std::unique_ptr<scheduler::quarantine> kept_back;
  std::atomic<bool> told{false};
};

struct migrators::subject {
  process::process* server;
  pb_pid pid;
  const planned_route* plan;
  void* mark;  // the member; not looked into
};

struct migrators::job {
  process::system* system = nullptr;
  where how = where::frozen;
  std::vector<member*>* set = nullptr;  // not to be touched once abandoned
  std::shared_ptr<const void> keep;
  std::vector<std::unique_ptr<worker>> workers;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable changed;
  unsigned running = 0;       // guarded by mutex
  bool failed = false;        // guarded by mutex
  migration_failure failure;  // guarded by mutex
};

migrators::migrators(process::system& owner, where how, std::vector<member*>& set, std::shared_ptr<const void> keep,
                     unsigned threads)
    : system_(owner), how_(how), set_(set), keep_(std::move(keep)), threads_(threads) {}

bool migrators::read(job& all, worker& self, const subject& whom, migration& change, std::string& cause) {
  if (all.how == where::frozen) {
    cause = change.read(whom.server->state());
    return true;
  }
  bool there = false;
  const auto reached = all.system->try_run_on(whom.pid, [&](process::process& server) {
    if (process::swap_access::group(server) != whom.plan->left) return;  // sys:change_code has moved it since
    there = true;
    cause = change.read(server.state());
    phase expected = phase::busy;
    if (!cause.empty() || !self.at.compare_exchange_strong(expected, phase::marking, std::memory_order_acq_rel)) return;
    server.watched_as = whom.mark;
    self.at.store(phase::busy, std::memory_order_release);
  });
  return reached == process::system::reached::yes && there;
}

void migrators::work(const std::shared_ptr<job>& all, worker& self) {
  std::optional<scheduler::attached_thread> attached;
  std::optional<scheduler::thread_context> unregistered;
  if (all->how == where::live) {
    attached.emplace(all->system->scheduler());
  } else {
    // A context of its own, registered nowhere: it runs no process, and the host's table sees that it is pure.
    scheduler::set_this_thread(&unregistered.emplace(all->system->scheduler()));
  }
  while (!all->stop.load(std::memory_order_acquire)) {
    const std::size_t index = all->next.fetch_add(1, std::memory_order_relaxed);
    if (index >= all->set->size()) break;
    member& each = *(*all->set)[index];
    // All that is needed of the member, before it can be taken away: an abandoned thread must not look at the set.
    const subject whom{each.server, each.pid, each.plan, &each};
    auto change = std::make_unique<migration>(whom.plan->way, whom.plan->config);
    self.index.store(index, std::memory_order_relaxed);
    self.reading.store(true, std::memory_order_relaxed);
    phase expected = phase::idle;
    if (!self.at.compare_exchange_strong(expected, phase::busy, std::memory_order_acq_rel)) break;
    shadow made;
    std::string cause;
    const bool met = read(*all, self, whom, *change, cause);
    self.reading.store(false, std::memory_order_release);
    if (met && cause.empty()) cause = change->finish(made);
    expected = phase::busy;
    if (!self.at.compare_exchange_strong(expected, phase::idle, std::memory_order_acq_rel)) {
      {
        const shadow gone = std::move(made);
      }
      change.reset();
      // No code of a generation is needed any more.
      while (!self.told.load(std::memory_order_acquire)) std::this_thread::yield();
      if (self.kept_back != nullptr) self.kept_back->release();
      for (process::process_group* group : self.pinned) group->unpin(self.pin);
      if (unregistered) scheduler::set_this_thread(nullptr);
      return;
    }
    if (!cause.empty()) {
      const std::lock_guard lock(all->mutex);
      if (!all->failed) all->failure = {index, false, std::move(cause)};
      all->failed = true;
      all->stop.store(true, std::memory_order_release);
      break;
    }
    each.missed = !met;
    if (met) each.made = std::move(made);
  }
  if (unregistered) scheduler::set_this_thread(nullptr);
  attached.reset();
  const std::lock_guard lock(all->mutex);
  --all->running;
  all->changed.notify_all();
}

bool migrators::run(std::chrono::steady_clock::time_point deadline) {
  auto all = std::make_shared<job>();
  all->system = &system_;
  all->how = how_;
  all->set = &set_;
  all->keep = keep_;
  constexpr std::size_t worth_a_thread = 256;
  const auto count = std::min<std::size_t>(threads_, set_.size() / worth_a_thread + 1);
  for (std::size_t i = 0; i < count; ++i) {
    auto added = std::make_unique<worker>();
    {
      const std::lock_guard lock(all->mutex);
      ++all->running;
    }
    try {
      added->thread = std::thread([all, self = added.get()] { work(all, *self); });
    } catch (const std::system_error& none) {
      const std::lock_guard lock(all->mutex);
      --all->running;
      if (i != 0) break;  // those that there are do all
      failure_ = {0, false, std::string("no thread could be started for its migration: ") + none.what()};
      return false;
    }
    all->workers.push_back(std::move(added));
  }
  std::unique_lock lock(all->mutex);
  all->changed.wait_until(lock, deadline, [&] { return all->running == 0; });
  const bool late = all->running != 0;
  lock.unlock();
  if (late) {
    all->stop.store(true, std::memory_order_release);
    abandon_stuck(*all);
  }
  for (const auto& each : all->workers) {
    if (each->at.load(std::memory_order_acquire) == phase::abandoned) {
      each->thread.detach();
    } else {
      each->thread.join();
    }
  }
  if (all->failed && failure_.cause.empty()) failure_ = all->failure;
  if (late && failure_.cause.empty()) {
    // It came back in the instant between the deadline and the look at it; too late all the same.
    failure_ = {std::min(all->next.load(), set_.size()) - 1, true, "code_change did not end in time"};
  }
  return !all->failed && !late;
}

void migrators::abandon_stuck(job& all) {
  for (const auto& each : all.workers) {
    // Between two members: it begins no other, and can be joined.
    phase seen = phase::idle;
    while (!each->at.compare_exchange_strong(seen, phase::closed, std::memory_order_acq_rel)) {
      if (seen == phase::busy && abandon(all, *each)) break;
      seen = phase::idle;  // or marking, which passes at once
    }
  }
}

bool migrators::abandon(job& all, worker& each) {
  const std::size_t index = each.index.load(std::memory_order_relaxed);
  const member& stuck = *set_[index];
  const route& way = stuck.plan->way;
  each.pin = "abandoned migration thread in " + way.target() + " code_change of " + process::pid_text(stuck.pid);
  each.pinned = {&way.to->group()};
  // The old generation's code runs only while the live state is read, or where it is the newer one and carries the migration down.
  // `reading` is only ever cleared, so this pins too much rather than too little.
  if (!way.up || each.reading.load(std::memory_order_acquire)) each.pinned.push_back(&way.from->group());
  for (process::process_group* group : each.pinned) group->pin(each.pin);
  phase expected = phase::busy;
  if (!each.at.compare_exchange_strong(expected, phase::abandoned, std::memory_order_acq_rel)) {
    for (process::process_group* group : each.pinned) group->unpin(each.pin);
    return false;
  }
  const bool reads_live_state = each.reading.load(std::memory_order_acquire);
  if (reads_live_state && how_ == where::frozen) {
    each.kept_back = std::make_unique<scheduler::quarantine>(all.system->scheduler(), *stuck.server);
  }
  abandoned_.push_back(each.pin);
  failure_ = {index, true,
              reads_live_state ? "copying or encoding its state did not end in time; the server waits until it does"
                               : "code_change did not end in time"};
  each.told.store(true, std::memory_order_release);
  return true;
}

}  // namespace patchbay::release
