#pragma once
// Lines of text over a connected stream socket, with limits.
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

using patience = std::optional<std::chrono::milliseconds>;  ///< none: for ever

/// Thread: one that reads and writes; hang_up from any, while the channel lives, but not during close.
class line_channel {
 public:
  /// Takes a blocking or non-blocking socket. `limit` is the longest line, with its newline.
  line_channel(descriptor connection, std::size_t limit) : connection_(std::move(connection)), limit_(limit) {}

  /// The next line without its newline, valid until the next read. Errors: closed (the other end has gone; a line without an end is
  /// dropped), line_too_long (read no further), timeout, io.
  outcome<std::string_view> read(patience wait = std::nullopt);

  /// Sends all of it. Errors: closed, timeout (`stall` without progress), io.
  outcome<void> write(std::string_view bytes, patience stall = std::nullopt);

  /// No more lines come in: a read that waits ends with closed. What was begun can still be answered.
  void hang_up() noexcept;
  /// The other end sees the end of the connection after what was written. Nothing can be read or written any more.
  void close() noexcept;

 private:
  descriptor connection_;
  std::size_t limit_;
  std::string input_;
  std::size_t taken_ = 0;    // bytes of input_ that were handed out
  std::size_t scanned_ = 0;  // no newline between taken_ and here
};

/// Waits until a listener has a client. False: it was interrupted.
bool wait_for_client(const descriptor& listener) noexcept;
/// Ends wait_for_client for good. Thread: any.
void interrupt(const descriptor& listener) noexcept;
/// The other end belongs to this process's user or root.
bool peer_is_permitted(const descriptor& connection) noexcept;
/// Sends what the socket takes at once and closes it.
void dismiss(descriptor connection, std::string_view last_words) noexcept;

}  // namespace patchbay::port
