#pragma once
// What a gen_statem has beside its state and data: the events that it keeps and its timers. OTP.md section 2, first two points.
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "message/envelope.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// What an exit, a down or a response tells beside its content.
struct event_signal {
  pb_pid process = 0;
  pb_ref ref = 0;
  std::uint32_t reason = 0;  // PB_EXIT_*
  pb_status status = PB_OK;  // of a response
  std::string text;
};

/// An event: its kind is PB_KIND_*, its content a payload, so that it can be kept and a swap need not know of it.
struct event {
  explicit event(std::uint32_t of) : kind(of) {}
  std::uint32_t kind;
  std::uint32_t type_id = 0;  // of its message; 0 for an exit or a down
  std::string name;           // a generic timeout's
  message::payload content;   // of a response: the reply
  pb_from from{};             // a call's
  bool unanswered = false;    // a call: its caller hears of the process's end
  std::unique_ptr<event_signal> signal;
};
using event_list = std::list<event>;  // nodes move between lists; nothing is copied

/// The timers of one process, at most one of each kind, of generic ones at most one of each name.
/// A timer of 0 is not started: it waits here, and its event comes after the queued ones, before unread ones.
/// A fired timer is known by its number; one that was stopped, or started anew, meanwhile is not found any more.
class statem_timers {
 public:
  explicit statem_timers(process::system& system) : system_(system) {}
  ~statem_timers();
  statem_timers(const statem_timers&) = delete;
  statem_timers& operator=(const statem_timers&) = delete;

  /// Replaces one that runs.
  void start(const process::process& self, event what, port::steady_time when);
  void start_zero(event what);
  void cancel(std::uint32_t kind, std::string_view name = {});
  /// Exchanges the content of one that runs. False: none does.
  bool update(event& what);
  /// The event of a timer that has fired, in a list of its own; empty: it was stopped.
  event_list take(std::uint64_t number);
  /// The event of the oldest timer of 0; empty: there is none.
  event_list take_zero();

  /// Calls `what` with each event; where it answers false that timer is stopped.
  template <class Function>
  void review(Function&& what) {
    for (std::size_t i = timers_.size(); i > 0; --i) {
      if (!what(timers_[i - 1].what)) stop(i - 1);
    }
  }

 private:
  struct timer {
    event what;
    std::uint64_t number = 0;
    std::uint64_t id = 0;  // the host's; 0: a timer of 0
  };
  void stop(std::size_t index);
  event_list take_at(std::size_t index);

  process::system& system_;
  std::vector<timer> timers_;  // by number
  std::uint64_t last_ = 0;
};

/// Invariant: between two letters the queue is empty and no timer of 0 waits; what stays is postponed, or a timer.
struct machine final : process::companion {
  explicit machine(process::system& system, const process::module& module) : code(&module), timers(system) {}
  const process::module* code;  // what the events were last made fit for
  event_list queue;             // handled before unread letters, first to last
  event_list postponed;         // oldest first
  statem_timers timers;
};

}  // namespace patchbay::behaviour
