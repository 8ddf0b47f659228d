#pragma once
// This process's memory as the system sees it.
#include <cstdint>
#include <string>
#include <vector>

#include "port/address_range.hpp"
#include "port/descriptor.hpp"
#include "port/files.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// One line of /proc/self/maps.
struct mapping {
  address_range range;
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool shared = false;
  file_id file;      ///< inode 0: no file
  std::string name;  ///< a path, `[heap]`, `[stack]`, or empty
};
/// Errors: io.
outcome<std::vector<mapping>> read_mappings();

/// Gives what malloc holds free back to the system.
void trim_heap() noexcept;
/// Errors: io.
outcome<std::uint64_t> resident_bytes();

/// Reads this process's memory through the kernel, so that what another thread unmaps meanwhile is a short read, not a fault.
/// Thread: any.
class memory_reader {
 public:
  memory_reader();
  /// Returns the bytes read from the start of the range: fewer than asked for where it is not there (any more).
  [[nodiscard]] std::size_t read(std::uintptr_t from, void* to, std::size_t size) const noexcept;

 private:
  descriptor memory_;
};

/// Reserves exactly this range so that every access to it faults. Errors: io (something else lies there by now).
outcome<void> hold_range(const address_range& range);
/// Undoes hold_range.
void give_back_range(const address_range& range) noexcept;

}  // namespace patchbay::port
