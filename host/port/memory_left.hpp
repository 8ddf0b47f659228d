#pragma once
// How much memory this process may still take.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace patchbay::port {

/// Where the system says it; others for tests.
struct memory_sources {
  std::filesystem::path cgroups = "/sys/fs/cgroup";
  std::filesystem::path membership = "/proc/self/cgroup";
  std::filesystem::path machine = "/proc/meminfo";
};
struct memory_left {
  std::uint64_t bytes = 0;
  std::string whose;  ///< what sets the limit: `the limit of its cgroup (memory.max of /a/b)`, `the machine's memory`
};

/// The least of what the machine has available and of what each cgroup above this process may still take, versions 1 and 2; caches that the kernel
/// would drop first count as free. nullopt: nothing says. A snapshot: others take memory too. Thread: any.
std::optional<memory_left> find_memory_left(const memory_sources& from = {});

}  // namespace patchbay::port
