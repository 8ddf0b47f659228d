#pragma once
// One holder at a time, across processes.
#include <filesystem>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// Holds a file's lock until destroyed; the kernel gives it back when the process ends, however it ends. The file holds the holder's pid
/// and stays.
class lock_file {
 public:
  /// Errors: locked (`held by process 123`), io.
  static outcome<lock_file> take(const std::filesystem::path& path);
  /// Whether somebody holds it now. A file that is not there, or may not be read, is held by nobody.
  static bool held(const std::filesystem::path& path);

 private:
  lock_file() = default;
  descriptor fd_;
};

}  // namespace patchbay::port
