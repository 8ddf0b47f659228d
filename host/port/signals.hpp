#pragma once
// Signals as something to wait for, instead of something that interrupts.
#include <chrono>
#include <initializer_list>
#include <optional>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// Takes signals away from handlers and hands them out one by one. Only the program's main makes one, before any other thread exists:
/// threads inherit the mask. The mask is put back by the destructor, on the thread that made it.
class signal_queue {
 public:
  /// Errors: io.
  static outcome<signal_queue> open(std::initializer_list<int> signals);
  signal_queue(signal_queue&& other) noexcept;
  signal_queue& operator=(signal_queue&&) = delete;
  ~signal_queue();

  /// Readable when a signal waits.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  /// The next signal; nothing after the limit.
  std::optional<int> wait(std::chrono::milliseconds limit);

 private:
  signal_queue() = default;
  descriptor fd_;
  unsigned long taken_ = 0;  // bit n: signal n + 1 was not blocked before
};

}  // namespace patchbay::port
