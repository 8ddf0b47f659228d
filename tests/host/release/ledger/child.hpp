#pragma once
// This test program again, as a process that is killed.
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace patchbay::release::fixture {

/// Runs `steps` (see child.cpp) on a ledger in a process of its own, which says a byte after each and never ends by itself.
class child {
 public:
  child(const std::string& steps, const std::filesystem::path& file);
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  /// Waits for that many bytes; false: the child ended before.
  [[nodiscard]] bool said(int bytes) const;
  /// SIGKILL, and waits for the end.
  void kill();

 private:
  pid_t pid_ = -1;
  int pipe_ = -1;
};

}  // namespace patchbay::release::fixture
