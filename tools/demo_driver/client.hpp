#pragma once
// A client of the host in a process of its own: calls next_number over the control socket without pause.
#include <filesystem>

namespace demo {

/// Calls until standard input ends, then writes its answers. The exit status: 0 where they were written.
int run_client(const std::filesystem::path& socket, const std::filesystem::path& answers_file);

}  // namespace demo
