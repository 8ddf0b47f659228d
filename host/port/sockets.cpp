#include "port/sockets.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

/// Socket paths end at 107 bytes: the directory is named by its descriptor instead of its path.
struct short_address {
  descriptor directory;
  sockaddr_un address{};
};

outcome<short_address> shorten(const std::filesystem::path& path) {
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const std::string name = path.filename().string();
  if (name.empty() || name.size() > 60) return error{"badarg", path.string() + ": a socket's name has 1 to 60 bytes"};
  short_address made;
  made.directory = descriptor(::open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!made.directory) return io_error("cannot open " + parent.string(), errno);
  made.address.sun_family = AF_UNIX;
  const std::string text = "/proc/self/fd/" + std::to_string(made.directory.get()) + "/" + name;
  std::copy(text.begin(), text.end(), made.address.sun_path);
  return made;
}

/// How long connect and send wait on a blocking socket; 0: for ever.
bool limit_sending(const descriptor& to, std::chrono::milliseconds limit) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(limit);
  timeval time{};
  time.tv_sec = static_cast<time_t>(whole.count());
  time.tv_usec = static_cast<suseconds_t>(std::chrono::microseconds(limit - whole).count());
  return ::setsockopt(to.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) == 0;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

}  // namespace

outcome<descriptor> listen_unix(const std::filesystem::path& path, int backlog) {
  auto place = shorten(path);
  if (!place) return place.failure();
  const std::string what = "cannot listen at " + path.string();
  descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return io_error(what, errno);
  struct stat about {};
  if (::lstat(path.c_str(), &about) == 0) {
    if (!S_ISSOCK(about.st_mode)) return error{"io", what + ": there is something else than a socket; move it away"};
    ::unlink(path.c_str());
  }
  // The socket's own mode before bind is the file's mode after it: no moment in which others could connect.
  if (::fchmod(fd.get(), 0600) != 0 || ::bind(fd.get(), generic(place->address), sizeof place->address) != 0 ||
      ::chmod(path.c_str(), 0600) != 0 || ::listen(fd.get(), backlog) != 0) {
    return io_error(what, errno);
  }
  return fd;
}

outcome<descriptor> connect_unix(const std::filesystem::path& path, std::chrono::milliseconds limit) {
  auto place = shorten(path);
  if (!place) return place.failure();
  descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A non-blocking one would be refused at once where the others that wait fill the queue, with nothing to wait for.
  if (!fd || !limit_sending(fd, std::max(limit, std::chrono::milliseconds(1))))
    return io_error("cannot connect to " + path.string(), errno);
  while (::connect(fd.get(), generic(place->address), sizeof place->address) != 0) {
    if (errno == EINTR) continue;
    if (errno == ENOENT || errno == ECONNREFUSED) {
      return error{"not_running",
                   "nobody listens at " + path.string() + "; start the host, or name its --data directory"};
    }
    if (errno == EAGAIN) {
      return error{"timeout", "nobody was let in at " + path.string() + " within " + std::to_string(limit.count()) +
                                  " ms; who listens there takes no clients"};
    }
    return io_error("cannot connect to " + path.string(), errno);
  }
  limit_sending(fd, std::chrono::milliseconds(0));
  return fd;
}

outcome<descriptor> accept_unix(const descriptor& listener) {
  for (;;) {
    descriptor client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client || errno == EAGAIN || errno == EWOULDBLOCK) return client;
    if (errno != EINTR && errno != ECONNABORTED) return io_error("cannot accept a client", errno);
  }
}

outcome<uid_t> peer_user(const descriptor& connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return io_error("cannot tell who is connected", errno);
  }
  return peer.uid;
}

}  // namespace patchbay::port
