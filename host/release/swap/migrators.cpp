#include "release/swap/migrators.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "port/priority.hpp"
#include "release/swap/swap_access.hpp"
#include "scheduler/quarantine.hpp"

namespace patchbay::release {
namespace {

using clock = std::chrono::steady_clock;

enum class phase : int { idle, busy, marking, abandoned, closed };

// What a thread takes out of servers before it migrates what it took before: enough that neither it nor the canary waits long for the other.
// Without a canary one after the other, in memory that was just freed: a new thread's first touch of so much more costs a pause 1 ms.
constexpr std::size_t taken_at_once = 256;
constexpr std::size_t bytes_at_once = std::size_t{1} << 20U;

}  // namespace

/// A state that was taken out of its server.
struct migrators::pending {
  std::size_t index = 0;  // of the member
  std::unique_ptr<migration> change;
};

struct migrators::worker {
  std::thread thread;
  std::atomic<phase> at{phase::idle};
  std::atomic<std::size_t> index{0};
  std::atomic<bool> reading{false};
  std::vector<pending> taken;   // its thread's; the caller's once abandoned
  std::vector<pending> before;  // the same
  clock::duration waited{};     // guarded by the job's mutex
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
  canary* first = nullptr;  // not to be touched once abandoned
  std::vector<std::unique_ptr<worker>> workers;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable changed;
  unsigned running = 0;       // guarded by mutex
  unsigned waiting = 0;       // guarded by mutex; of those, for the canary
  clock::duration waited{};   // guarded by mutex; the longest of all workers
  bool failed = false;        // guarded by mutex
  migration_failure failure;  // guarded by mutex
};

/// What one thread does.
class migrators::hand {
 public:
  hand(std::shared_ptr<job> all, worker& self) : all_(std::move(all)), self_(self) {}

  void work() {
    std::optional<scheduler::attached_thread> attached;
    std::optional<scheduler::thread_context> unregistered;
    if (all_->how == where::frozen) {
      // A context of its own, registered nowhere: it runs no process, and the host's table sees that it is pure.
      scheduler::set_this_thread(&unregistered.emplace(all_->system->scheduler()));
    } else {
      // Who serves goes first; this thread ends with the round.
      port::lower_thread_priority();
      attached.emplace(all_->system->scheduler());
    }
    const bool kept = take_and_finish();
    if (unregistered) scheduler::set_this_thread(nullptr);
    if (!kept) return;
    attached.reset();
    const std::lock_guard lock(all_->mutex);
    --all_->running;
    all_->changed.notify_all();
  }

 private:
  /// False, as of all below: this thread was abandoned.
  bool take_and_finish() {
    for (;;) {
      canary_batch batch;
      if (!take(batch)) return false;
      std::uint64_t sent = 0;
      if (batch.states() != 0 && !all_->stop.load(std::memory_order_acquire))
        waiting([&] { sent = all_->first->send(batch); });
      if (!finish(self_.before, sent_before_)) return false;
      self_.before = std::exchange(self_.taken, {});
      sent_before_ = sent;
      if (self_.before.empty()) return true;
    }
  }

  bool take(canary_batch& batch) {
    std::string bytes;
    while (self_.taken.size() < (all_->first == nullptr ? 1 : taken_at_once) && batch.bytes() < bytes_at_once) {
      if (all_->stop.load(std::memory_order_acquire)) break;
      const std::size_t index = all_->next.fetch_add(1, std::memory_order_relaxed);
      if (index >= all_->set->size()) break;
      member& each = *(*all_->set)[index];
      // All that is needed of the member, before it can be taken away: an abandoned thread must not look at the set.
      const subject whom{each.server, each.pid, each.plan, &each};
      auto change = std::make_unique<migration>(whom.plan->way, whom.plan->config);
      self_.index.store(index, std::memory_order_relaxed);
      self_.reading.store(true, std::memory_order_relaxed);
      if (!begin()) break;
      std::string cause;
      bytes.clear();
      const bool met = read(whom, *change, cause, bytes);
      self_.reading.store(false, std::memory_order_release);
      if (!end()) return leave(std::move(change), {});
      if (!cause.empty()) {
        fail(index, std::move(cause));
        break;
      }
      each.missed = !met;
      if (!met) continue;
      if (all_->first != nullptr) batch.add(whom.pid, whom.plan->number, bytes);
      self_.taken.push_back({index, std::move(change)});
    }
    return true;
  }

  /// False: it was not met, and is missed.
  bool read(const subject& whom, migration& change, std::string& cause, std::string& bytes) {
    std::string* const copy = all_->first == nullptr ? nullptr : &bytes;
    if (all_->how == where::frozen) {
      cause = change.read(whom.server->state(), copy);
      return true;
    }
    bool there = false;
    const auto reached = all_->system->try_run_on(whom.pid, [&](process::process& server) {
      if (process::swap_access::group(server) != whom.plan->left) return;  // sys:change_code has moved it since
      there = true;
      cause = change.read(server.state(), copy);
      phase expected = phase::busy;
      if (!cause.empty() || all_->how == where::rehearsal ||
          !self_.at.compare_exchange_strong(expected, phase::marking, std::memory_order_acq_rel)) {
        return;
      }
      server.watched_as = whom.mark;
      self_.at.store(phase::busy, std::memory_order_release);
    });
    return reached == process::system::reached::yes && there;
  }

  bool finish(std::vector<pending>& states, std::uint64_t sent) {
    if (states.empty()) return true;
    bool good = true;
    if (sent != 0) waiting([&] { good = all_->first->wait(sent); });
    if (!good) {
      // Whose state it was stands in the refusal.
      fail(states.front().index, {});
      return true;
    }
    for (pending& each : states) {
      if (all_->stop.load(std::memory_order_acquire)) break;
      shadow made;
      if (all_->how != where::rehearsal) {
        // Before begin(): from then on what is left in `states` may become the caller's.
        auto change = std::move(each.change);
        self_.index.store(each.index, std::memory_order_relaxed);
        if (!begin()) break;
        std::string cause = change->finish(made);
        if (!end()) return leave(std::move(change), std::move(made));
        if (!cause.empty()) {
          fail(each.index, std::move(cause));
          break;
        }
      }
      member& whose = *(*all_->set)[each.index];
      whose.made = std::move(made);
      whose.rehearsed = whose.rehearsed || sent != 0;
    }
    states.clear();
    return true;
  }

  bool begin() {
    phase expected = phase::idle;
    return self_.at.compare_exchange_strong(expected, phase::busy, std::memory_order_acq_rel);
  }
  bool end() {
    phase expected = phase::busy;
    return self_.at.compare_exchange_strong(expected, phase::idle, std::memory_order_acq_rel);
  }
  bool leave(std::unique_ptr<migration> change, shadow made) {
    { const shadow gone = std::move(made); }
    change.reset();
    // No code of a generation is needed any more.
    while (!self_.told.load(std::memory_order_acquire)) std::this_thread::yield();
    if (self_.kept_back != nullptr) self_.kept_back->release();
    for (process::process_group* group : self_.pinned) group->unpin(self_.pin);
    return false;
  }
  void fail(std::size_t index, std::string cause) {
    const std::lock_guard lock(all_->mutex);
    if (!all_->failed) all_->failure = {index, false, std::move(cause)};
    all_->failed = true;
    all_->stop.store(true, std::memory_order_release);
  }
  /// For the canary.
  template <class What>
  void waiting(What what) {
    const auto begun = clock::now();
    {
      const std::lock_guard lock(all_->mutex);
      ++all_->waiting;
      all_->changed.notify_all();
    }
    what();
    const std::lock_guard lock(all_->mutex);
    --all_->waiting;
    self_.waited += clock::now() - begun;
    all_->waited = std::max(all_->waited, self_.waited);
    all_->changed.notify_all();
  }

  std::shared_ptr<job> all_;
  worker& self_;
  std::uint64_t sent_before_ = 0;
};

migrators::migrators(process::system& owner, where how, std::vector<member*>& set, std::shared_ptr<const void> keep,
                     unsigned threads, canary* first)
    : system_(owner), how_(how), set_(set), keep_(std::move(keep)), threads_(threads), canary_(first) {}

bool migrators::start_workers(const std::shared_ptr<job>& all) {
  constexpr std::size_t worth_a_thread = 256;
  const auto count = std::min<std::size_t>(threads_, set_.size() / worth_a_thread + 1);
  for (std::size_t i = 0; i < count; ++i) {
    auto added = std::make_unique<worker>();
    {
      const std::lock_guard lock(all->mutex);
      ++all->running;
    }
    try {
      added->thread = std::thread([all, self = added.get()] { hand(all, *self).work(); });
    } catch (const std::exception& none) {
      const std::lock_guard lock(all->mutex);
      --all->running;
      if (i != 0) break;  // those that there are do all
      failure_ = {0, false, std::string("no thread could be started for its migration: ") + none.what()};
      return false;
    }
    all->workers.push_back(std::move(added));
  }
  return true;
}

bool migrators::wait(job& all, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(all.mutex);
  for (;;) {
    if (all.running == 0) return true;
    if (all.waiting != 0) {
      all.changed.wait(lock, [&] { return all.running == 0 || all.waiting == 0; });
      continue;
    }
    const auto until = deadline + all.waited;
    if (clock::now() >= until) return false;
    all.changed.wait_until(lock, until, [&] { return all.running == 0 || all.waiting != 0; });
  }
}

bool migrators::run(std::chrono::steady_clock::time_point deadline) {
  auto all = std::make_shared<job>();
  all->system = &system_;
  all->how = how_;
  all->set = &set_;
  all->keep = keep_;
  all->first = canary_;
  if (!start_workers(all)) return false;
  const bool late = !wait(*all, deadline);
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
  if (canary_ != nullptr) {
    if (const auto why = canary_->refusal()) {
      tell_rehearsal(*why);
      return false;
    }
  }
  if (late && failure_.cause.empty()) {
    // It came back in the instant between the deadline and the look at it; too late all the same.
    failure_ = {std::min(all->next.load(), set_.size()) - 1, true, "code_change did not end in time"};
  }
  return !all->failed && !late;
}

void migrators::tell_rehearsal(const canary_refusal& why) {
  failure_ = {0, false, why.cause, why};
  for (std::size_t i = 0; i < set_.size(); ++i) {
    if (set_[i]->pid == why.server) failure_.index = i;
  }
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
  // What it had taken besides is nobody's now.
  each.taken.clear();
  each.before.clear();
  abandoned_.push_back(each.pin);
  failure_ = {index, true,
              reads_live_state ? "copying or encoding its state did not end in time; the server waits until it does"
                               : "code_change did not end in time"};
  each.told.store(true, std::memory_order_release);
  return true;
}

}  // namespace patchbay::release
