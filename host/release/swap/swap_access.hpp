#pragma once
// The one place where a process is given other code. Private to this room.
#include <utility>

#include "process/process.hpp"

namespace patchbay::process {

/// REQUIRES, for all but label(): the process's token, or its gate is closed and nobody runs it.
struct swap_access {
  /// Thread: any.
  static std::uint32_t label(const process& server) noexcept { return server.label_.load(std::memory_order_relaxed); }
  /// nullptr: it has not begun.
  static process_group* group(const process& server) noexcept { return server.group_; }
  static void exchange(process& server, const module& code, std::uint32_t label, void* state) noexcept {
    server.code_ = &code;
    server.max_mailbox_.store(limit_of(code), std::memory_order_relaxed);
    server.label_.store(label, std::memory_order_relaxed);
    server.state_ = state;
    server.touch();
  }
  static void move_to(process& server, process_group& to) noexcept {
    server.group_->remove(server);
    server.group_ = &to;
    to.add(server);
  }
  /// What runs before anything that waits for a suspended process's resume. REQUIRES, instead: its token.
  static void hold_first(process& server, message::envelope& first) {
    mailbox::envelope_list all{&first, &first};
    all.append(std::exchange(server.ties().held, {}));
    server.ties().held = all;
  }
  /// What runs before anything that is queued. The caller then submits the process where this returns true: its token was free.
  static bool prepend(process& server, message::envelope& first) noexcept {
    first.next = server.queue_.first;
    server.queue_.first = &first;
    if (server.queue_.last == nullptr) server.queue_.last = &first;
    return server.inbox.try_acquire(server.generation()) == mailbox::acquired::yes;
  }
};

}  // namespace patchbay::process
