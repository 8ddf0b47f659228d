#include "port/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

std::string holder(int fd) {
  char text[32];
  const auto n = ::pread(fd, text, sizeof text, 0);
  const std::string_view pid(text, n > 0 ? static_cast<std::size_t>(n) : 0);
  const auto digits = pid.substr(0, pid.find_first_not_of("0123456789"));
  return digits.empty() ? "another process" : "process " + std::string(digits);
}

}  // namespace

outcome<lock_file> lock_file::take(const std::filesystem::path& path) {
  lock_file lock;
  lock.fd_ = descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock.fd_) return io_error("cannot open " + path.string(), errno);
  if (::flock(lock.fd_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_error("cannot lock " + path.string(), errno);
    return error{"locked",
                 path.string() + " is held by " + holder(lock.fd_.get()) + "; stop it, or use another directory"};
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.fd_.get(), 0) != 0 || ::pwrite(lock.fd_.get(), pid.data(), pid.size(), 0) < 0) {
    return io_error("cannot write " + path.string(), errno);
  }
  return lock;
}

bool lock_file::held(const std::filesystem::path& path) {
  const descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  // Shared and given back at once by closing it: nobody is kept out but for that moment.
  return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace patchbay::port
