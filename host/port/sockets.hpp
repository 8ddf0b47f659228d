#pragma once
// Unix stream sockets in a private directory, whatever the length of its path.
#include <sys/types.h>

#include <chrono>
#include <filesystem>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// Listens at a path, mode 0600; a socket left there by a host that has gone is replaced. Non-blocking, closed on exec.
/// REQUIRES: the caller holds the directory's lock file. Errors: io, badarg (the last part of the path is longer than 60 bytes).
outcome<descriptor> listen_unix(const std::filesystem::path& path, int backlog = 64);
/// Connects; blocking, closed on exec. Errors: not_running (nobody listens there), timeout (who listens took no client for so long), io, badarg.
outcome<descriptor> connect_unix(const std::filesystem::path& path,
                                 std::chrono::milliseconds limit = std::chrono::seconds(10));
/// The next waiting client, non-blocking; a descriptor that holds nothing where none waits. Errors: io.
outcome<descriptor> accept_unix(const descriptor& listener);
/// The user on the other end, as the kernel recorded it at connect. Errors: io.
outcome<uid_t> peer_user(const descriptor& connection);

}  // namespace patchbay::port
