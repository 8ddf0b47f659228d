#pragma once
// What a system is made of. Private to this room.
#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "process/labels.hpp"
#include "process/message_loop.hpp"
#include "process/names.hpp"
#include "process/pg.hpp"
#include "process/process_table.hpp"
#include "process/registry.hpp"
#include "process/reply_table.hpp"
#include "process/system.hpp"
#include "scheduler/work_pool.hpp"

namespace patchbay::process {

struct flight;

struct system::parts {
  parts(system_options chosen, message::type_registry& registry, system& owner)
      : options(std::move(chosen)),
        types(registry),
        whole(owner),
        loop(owner, *this),
        scheduler(options.scheduler, loop) {}

  system_options options;
  message::type_registry& types;
  system& whole;
  process_table table;
  reply_table replies;
  names local_names;
  registries registered{[this](const listener& to, std::string bytes) { tell(to, std::move(bytes)); }};
  groups grouped{[this](const listener& to, std::string bytes) { tell(to, std::move(bytes)); },
                 [this](pb_pid pid) { return enlist(pid); }};
  labels module_labels;
  message_loop loop;
  std::atomic<std::uint64_t> next_ref{1};
  std::atomic<bool> stopping{false};
  std::atomic<std::uint32_t> senders_waiting{0};  // in wait_for_room
  std::atomic<std::uint32_t> room{0};             // futex: raised by made_room
  std::atomic<std::uint64_t> dropped{0};          // casts and infos that their receiver has no form for
  // Of wait_by_hand alone, and of its one thread: who waits, outermost first, and why the last one gave up.
  struct wait {
    pb_pid who;
    reply_slot* slot;
  };
  std::vector<wait> waits;
  std::string stuck;
  scheduler::scheduler scheduler;  // its threads use all of the above
  scheduler::work_pool pool;       // last: so do its own, and they submit

  /// Pushes an envelope; false: no such process, the envelope is destroyed.
  bool push(process& to, std::uint32_t generation, message::envelope* what);
  bool push(pb_pid to, message::envelope* what);
  /// How many envelopes wait, as seen from outside.
  [[nodiscard]] static std::uint32_t waiting_in(const process& p) noexcept;
  /// Its module's limit is reached: calls and casts are refused. Several senders at once may go past it by one each.
  [[nodiscard]] bool full(const process& p, std::uint32_t generation) const noexcept;
  /// A cast to it may be pushed now: there is room, it has no limit, or it lives no more. Waits for that on an attached thread that runs nothing;
  /// elsewhere PB_E_OVERLOADED at once, as a handler that waited would hold its process, and a thread that nobody attached asked for no waiting.
  /// PB_E_SHUTTING_DOWN.
  pb_status wait_for_room(const process& p, std::uint32_t generation);
  /// Something was handled or has ended: senders in wait_for_room look again.
  void made_room() noexcept;
  /// After a push: one log line when as much waits as no mailbox should hold, and none again before it has been empty.
  void count(process& p);
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
  /// The process under a local name or a `{via, REGISTRY, KEY}`; 0: nobody.
  [[nodiscard]] pb_pid where(std::string_view name) const;
  /// PB_E_ALREADY_REGISTERED with `existing`, _BADARG, _NOT_FOUND.
  pb_status take_name(std::string_view name, pb_pid pid, pb_pid& existing);
  void give_name_back(std::string_view name, pb_pid pid);
  /// Marks a process, so that its end calls forget_names; false: it lives no more.
  bool enlist(pb_pid pid);
  /// It is in no registry and no group any more. REQUIRES: its mailbox has been closed.
  void forget_names(process& ended);
  void tell(const listener& to, std::string bytes);
  /// What can be told of a live process without stopping it, but for its local name.
  [[nodiscard]] process_info look(const process& p, pb_pid pid) const;
  /// Why a reply is not handed over: an upgrade came between, and the code that runs now knows the reply in another form, or not at all.
  [[nodiscard]] std::string no_form_for(std::uint32_t request_id) const;
  /// Delivers an answer, and tells the process that asked with send_request.
  bool deliver(std::uint64_t tag, delivery&& what);
  /// A response has come to a process that may wait for whichever is first (collection.cpp).
  void announce(process& asked);
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
