#include "port/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "port/descriptor.hpp"
#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

namespace fs = std::filesystem;

descriptor open_file(const fs::path& file, int flags, unsigned mode = 0) {
  int fd = -1;
  do {
    fd = ::open(file.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  return descriptor(fd);
}

/// Opened without waiting for a writer, should it be a fifo.
outcome<descriptor> open_regular(const fs::path& file) {
  auto fd = open_file(file, O_RDONLY | O_NONBLOCK);
  if (!fd) return io_error("cannot read " + file.string(), errno);
  struct stat about {};
  if (::fstat(fd.get(), &about) != 0) return io_error("cannot read " + file.string(), errno);
  if (!S_ISREG(about.st_mode)) return error{"io", "cannot read " + file.string() + ": it is not a regular file"};
  return fd;
}

/// 0, or errno.
int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

outcome<void> sync_directory_of(const fs::path& file) {
  const auto parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const auto directory = open_file(parent, O_RDONLY | O_DIRECTORY);
  if (!directory || ::fsync(directory.get()) != 0) return io_error("cannot sync " + parent.string(), errno);
  return {};
}

/// A rename replaces whatever bears the name: /dev/null too, where root asks for it.
outcome<void> may_be_replaced(const fs::path& file, const std::string& what) {
  struct stat about {};
  if (::lstat(file.c_str(), &about) != 0) return errno == ENOENT ? outcome<void>() : io_error(what, errno);
  if (S_ISREG(about.st_mode)) return {};
  return error{"io", what + ": " + (S_ISLNK(about.st_mode) ? "a symbolic link" : "something that is no regular file") +
                         " is there; name a file, or a name that is free"};
}

}  // namespace

outcome<file_id> identify(const fs::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return io_error("cannot look at " + file.string(), errno);
  return file_id{about.st_dev, about.st_ino};
}

outcome<std::string> read_file(const fs::path& file, std::size_t limit) {
  auto fd = open_regular(file);
  if (!fd) return fd.failure();
  std::string bytes;
  constexpr std::size_t chunk = 64 * 1024;
  for (;;) {
    const auto size = bytes.size();
    bytes.resize(size + chunk);
    const auto n = ::read(fd->get(), bytes.data() + size, chunk);
    if (n < 0 && errno != EINTR) return io_error("cannot read " + file.string(), errno);
    bytes.resize(size + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n == 0) return bytes;
    if (bytes.size() > limit) {
      return error{"too_large",
                   file.string() + " is larger than the " + std::to_string(limit) + " bytes allowed for it"};
    }
  }
}

outcome<file_beside> file_beside::prepare(const fs::path& file, std::string_view bytes, unsigned mode) {
  const std::string what = "cannot write " + file.string();
  if (auto allowed = may_be_replaced(file, what); !allowed) return allowed.failure();
  std::string name = file.string() + ".XXXXXX";
  const descriptor fd(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd) return io_error(what, errno);
  file_beside made(file, std::move(name));
  int failed = write_all(fd.get(), bytes);
  if (failed == 0 && ::fchmod(fd.get(), mode) != 0) failed = errno;
  if (failed == 0 && ::fsync(fd.get()) != 0) failed = errno;
  if (failed != 0) return io_error(what, failed);
  return made;
}

file_beside::file_beside(file_beside&& other) noexcept
    : file_(std::move(other.file_)), beside_(std::exchange(other.beside_, {})) {}

file_beside::~file_beside() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

outcome<void> file_beside::publish() {
  if (::rename(beside_.c_str(), file_.c_str()) != 0) return io_error("cannot write " + file_.string(), errno);
  beside_.clear();
  return sync_directory_of(file_);
}

outcome<void> write_file_atomic(const fs::path& file, std::string_view bytes, unsigned mode) {
  auto made = file_beside::prepare(file, bytes, mode);
  if (!made) return made.failure();
  return made->publish();
}

outcome<void> copy_file(const fs::path& from, const fs::path& to, unsigned mode) {
  auto in = open_regular(from);
  if (!in) return in.failure();
  const std::string what = "cannot copy " + from.string() + " to " + to.string();
  const auto out = open_file(to, O_WRONLY | O_CREAT | O_EXCL, mode);
  if (!out) return io_error(what, errno);
  constexpr std::size_t chunk = 256 * 1024;
  const auto buffer = std::make_unique<char[]>(chunk);
  for (;;) {
    const auto n = ::read(in->get(), buffer.get(), chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) return {};
    const int failed = n < 0 ? errno : write_all(out.get(), {buffer.get(), static_cast<std::size_t>(n)});
    if (failed != 0) {
      ::unlink(to.c_str());
      return io_error(what, failed);
    }
  }
}

outcome<void> make_private_dir(const fs::path& directory) {
  const std::string what = "cannot make the private directory " + directory.string();
  std::error_code failed;
  if (directory.has_parent_path()) fs::create_directories(directory.parent_path(), failed);
  if (failed) return io_error(what, failed.value());
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return io_error(what, errno);
  const auto fd = open_file(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  struct stat about {};
  if (!fd || ::fstat(fd.get(), &about) != 0) return io_error(what, errno);
  if (about.st_uid != ::geteuid()) {
    return error{"not_private", directory.string() + " belongs to user " + std::to_string(about.st_uid) +
                                    "; give this user a directory of its own"};
  }
  if ((about.st_mode & 07777) != 0700 && ::fchmod(fd.get(), 0700) != 0) return io_error(what, errno);
  return {};
}

namespace {

outcome<bool> mount_has(const fs::path& path, unsigned long flag) {
  struct statvfs about {};
  if (::statvfs(path.c_str(), &about) != 0) return io_error("cannot look at the mount of " + path.string(), errno);
  return (about.f_flag & flag) != 0;
}

}  // namespace

outcome<bool> on_noexec_mount(const fs::path& path) { return mount_has(path, ST_NOEXEC); }
outcome<bool> on_read_only_mount(const fs::path& path) { return mount_has(path, ST_RDONLY); }

}  // namespace patchbay::port
