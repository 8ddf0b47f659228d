#pragma once
// What this process holds of the system, between two rounds.
#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace patchbay::test {

struct footprint {
  std::size_t mappings = 0;    ///< lines of /proc/self/maps
  std::size_t of_files = 0;    ///< of these, what comes from a file, and the system's own
  std::size_t of_memory = 0;   ///< of these, other memory that can be used (no tombstone), but for the next two
  std::size_t stacks = 0;      ///< of threads, and of some that ended: the C library keeps them
  std::size_t arenas = 0;      ///< of malloc
  std::size_t libraries = 0;   ///< files under the directory of generations that are mapped
  std::uint64_t resident = 0;  ///< bytes, after the heap gave back what is free
};

/// Malloc makes an arena, with free space of its own, for each thread that finds all others' taken: how many depends on what else the
/// machine does. Keeps it to two, so that what grows is the host's. Call it before there are threads.
void limit_arenas();

/// REQUIRES: Linux's /proc.
footprint measure_footprint(const std::filesystem::path& generations);

}  // namespace patchbay::test
