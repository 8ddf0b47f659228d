#pragma once
// What a system is made of. Private to this room.
#include <atomic>
#include <functional>
#include <string>

#include "process/labels.hpp"
#include "process/message_loop.hpp"
#include "process/names.hpp"
#include "process/process_table.hpp"
#include "process/reply_table.hpp"
#include "process/system.hpp"
#include "scheduler/work_pool.hpp"

namespace patchbay::process {

struct flight;

struct system::parts {
  parts(system_options chosen, message::type_registry& registry, system& owner)
      : options(std::move(chosen)), types(registry), loop(owner, *this), scheduler(options.scheduler, loop) {}

  system_options options;
  message::type_registry& types;
  process_table table;
  reply_table replies;
  names local_names;
  labels module_labels;
  message_loop loop;
  std::atomic<std::uint64_t> next_ref{1};
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> dropped{0};  // casts and infos that their receiver has no form for
  scheduler::scheduler scheduler;         // its threads use all of the above
  scheduler::work_pool pool;              // last: so do its own, and they submit

  /// Pushes an envelope; false: no such process, the envelope is destroyed.
  bool push(process& to, std::uint32_t generation, message::envelope* what);
  bool push(pb_pid to, message::envelope* what);
  /// News for a process whose handler waits (process.hpp). Stale news does no harm.
  void alarm(process& napper);
  void alarm_at(process& napper, flight& handler);
  /// What a waiting handler waits for has come, or its time is over. REQUIRES: the token.
  bool ready(process& napper, flight& handler);
  /// A request that must be answered so that `asking` can end: its receiver goes on behind a draining gate.
  void count_awaited(reply_slot& slot, process& asked);
  /// The owner's handler is about to sleep on its thread until this request is answered: its receiver goes on behind a draining gate.
  void await_asked(reply_slot& slot);
  /// After the push: where it had been put aside before it was counted.
  void recall(process& asked);
  /// The pid of a target; 0 where the name is not registered.
  [[nodiscard]] pb_pid resolve(const pb_target& to) const;
  /// What can be told of a live process without stopping it, but for its local name.
  [[nodiscard]] process_info look(const process& p, pb_pid pid) const;
  /// Delivers an answer, and tells the process that asked with send_request.
  bool deliver(std::uint64_t tag, delivery&& what);
  /// Leaves the innermost unit, whose handler waits.
  void nap(process& napper, scheduler::thread_context& self);
  /// Gives the innermost unit's token up, or hands it to the queue where mail waits, and leaves it. Where its handler waits: nap().
  void release(process& held, scheduler::thread_context& self);
};

/// The pid in the low half is the slot, in the upper half its generation.
inline std::uint32_t generation_of(pb_pid pid) noexcept { return static_cast<std::uint32_t>(pid >> 32); }

/// Appends to an error sink, if there is one.
void say(const pb_sink* error, std::string_view text);

/// While it lives, what this thread runs is code of that generation, though no process runs here: work of blocking().
class working_for {
 public:
  explicit working_for(message::code_use& code) noexcept;
  working_for(const working_for&) = delete;
  working_for& operator=(const working_for&) = delete;
  ~working_for();
};

}  // namespace patchbay::process
