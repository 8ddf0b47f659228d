#pragma once
// A pair of sockets that carry whole messages, with descriptors: between this process and a helper of its own.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// Longer messages are refused; what is longer goes as a memory file.
constexpr std::size_t max_socket_message = 16 * 1024;
constexpr std::size_t max_socket_descriptors = 4;

struct socket_message {
  std::string bytes;
  std::vector<descriptor> files;
};

/// Two connected ends, blocking, closed on exec. Errors: io.
outcome<std::pair<descriptor, descriptor>> make_message_sockets();
/// Blocks while the other side's queue is full. Never raises SIGPIPE. REQUIRES: at least one byte. Errors: io (the other side has gone), badarg.
outcome<void> send_message(const descriptor& to, std::string_view bytes, const std::vector<int>& files = {});
/// nullopt: the other side has gone, and nothing of it is left to read. Errors: io, timeout (nothing came within `limit`).
outcome<std::optional<socket_message>> receive_message(const descriptor& from, std::chrono::milliseconds limit);
/// Errors: those of receive_message but timeout.
outcome<std::optional<socket_message>> receive_message(const descriptor& from);

}  // namespace patchbay::port
