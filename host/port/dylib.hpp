#pragma once
// A shared library in this process, and what the loader says of it afterwards. Twins: dylib_dlfcn.cpp, dylib_windows.cpp.
#include <filesystem>

#include "port/address_range.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// Owns one reference to a loaded library. Not thread-safe; moves, does not copy.
class dylib {
 public:
  /// Holds nothing.
  dylib() = default;
  dylib(dylib&& other) noexcept;
  dylib& operator=(dylib&& other) noexcept;
  /// Closes; the loader's answer is lost, so call close() where it matters.
  ~dylib();

  /// Loads a file with all symbols bound at once and none lent to later libraries. Static constructors run here: an exception from one
  /// ends the process. Errors: dlopen_failed, with the loader's own words.
  static outcome<dylib> open(const std::filesystem::path& file);

  [[nodiscard]] bool is_open() const noexcept { return handle_ != nullptr; }
  /// An exported symbol; nullptr where there is none. REQUIRES: is_open().
  [[nodiscard]] void* find(const char* symbol) const noexcept;
  /// Where its segments lie, from the first to the last; kept after close.
  [[nodiscard]] address_range range() const noexcept { return range_; }

  /// Gives the reference back; holds nothing afterwards. That it succeeds does not mean that the library is gone: see the proofs below.
  /// Errors: dlclose_failed, with the loader's own words. REQUIRES: no frame of the library is on this thread's stack.
  outcome<void> close();
  /// Forgets the library and leaves it loaded for good: for one that cannot be shown to be unused.
  void leave_loaded() noexcept { handle_ = nullptr; }

 private:
  void* handle_ = nullptr;
  address_range range_;
};

/// True where the loader lists an object that was loaded from this path. Thread: any.
bool in_loader_list(const std::filesystem::path& file);
/// True where the loader answers for this very path without loading it (RTLD_NOLOAD). Thread: any.
bool still_loaded(const std::filesystem::path& file);

}  // namespace patchbay::port
