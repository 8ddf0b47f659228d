#pragma once
// A file system of a test's own. Nobody else sees it: it is mounted in a mount namespace that this process enters.
#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

namespace patchbay::test {

class private_tmpfs {
 public:
  /// `options` are those of mount(8)'s tmpfs, `flags` mount(2)'s.
  private_tmpfs(std::filesystem::path at, unsigned long flags, const std::string& options) : path_(std::move(at)) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", path_.c_str(), "tmpfs", flags, options.c_str()) != 0) {
      why_not_ = "this user may not mount a file system: " + std::string(std::strerror(errno));
      return;
    }
    mounted_ = true;
  }
  private_tmpfs(const private_tmpfs&) = delete;
  private_tmpfs& operator=(const private_tmpfs&) = delete;
  ~private_tmpfs() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }

  explicit operator bool() const { return mounted_; }
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  [[nodiscard]] bool remount(unsigned long flags, const std::string& options) const {
    return ::mount("none", path_.c_str(), "tmpfs", MS_REMOUNT | flags, options.c_str()) == 0;
  }

 private:
  std::filesystem::path path_;
  std::string why_not_;
  bool mounted_ = false;
};

}  // namespace patchbay::test
