#include "port/line_channel.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "port/sockets.hpp"
#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

constexpr std::size_t chunk = 16 * 1024;

/// False: the time is over.
bool wait_until_ready(int fd, short events, patience limit) {
  using clock = std::chrono::steady_clock;
  const auto begin = clock::now();
  for (;;) {
    int left = -1;
    if (limit) {
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(begin + *limit - clock::now()).count();
      left = static_cast<int>(std::clamp<long long>(rest, 0, std::numeric_limits<int>::max()));
    }
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, left);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return true;  // the call that follows tells
  }
}

}  // namespace

outcome<std::string_view> line_channel::read(patience wait) {
  for (;;) {
    const auto end = input_.find('\n', scanned_);
    if (end != std::string::npos) {
      const std::string_view line(input_.data() + taken_, end - taken_);
      if (line.size() + 1 > limit_)
        return error{"line_too_long", "a line may have " + std::to_string(limit_) + " bytes"};
      taken_ = scanned_ = end + 1;
      return line;
    }
    input_.erase(0, taken_);
    taken_ = 0;
    scanned_ = input_.size();
    if (input_.size() >= limit_) return error{"line_too_long", "a line may have " + std::to_string(limit_) + " bytes"};
    if (!wait_until_ready(connection_.get(), POLLIN, wait)) return error{"timeout", "no line came in time"};
    input_.resize(scanned_ + chunk);
    const auto n = ::recv(connection_.get(), input_.data() + scanned_, chunk, MSG_DONTWAIT);
    const int failed = n < 0 ? errno : 0;
    input_.resize(scanned_ + static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    if (n == 0 || failed == ECONNRESET) return error{"closed", "the other end closed the connection"};
    if (failed != 0 && failed != EINTR && failed != EAGAIN) return io_error("cannot read from the socket", failed);
  }
}

outcome<void> line_channel::write(std::string_view bytes, patience stall) {
  while (!bytes.empty()) {
    const auto n = ::send(connection_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      if (!wait_until_ready(connection_.get(), POLLOUT, stall)) return error{"timeout", "the other end does not read"};
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return error{"closed", "the other end closed the connection"};
    } else if (errno != EINTR) {
      return io_error("cannot write to the socket", errno);
    }
  }
  return {};
}

void line_channel::hang_up() noexcept { ::shutdown(connection_.get(), SHUT_RD); }

void line_channel::close() noexcept { connection_.reset(); }

bool wait_for_client(const descriptor& listener) noexcept {
  for (;;) {
    pollfd waiting{listener.get(), POLLIN, 0};
    if (::poll(&waiting, 1, -1) > 0) return (waiting.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
  }
}

void interrupt(const descriptor& listener) noexcept { ::shutdown(listener.get(), SHUT_RDWR); }

bool peer_is_permitted(const descriptor& connection) noexcept {
  const auto user = peer_user(connection);
  return user.ok() && (*user == 0 || *user == ::geteuid());
}

void dismiss(descriptor connection, std::string_view last_words) noexcept {
  // Should the socket not take it whole, it is lost: nobody waits for a client that was refused.
  static_cast<void>(::send(connection.get(), last_words.data(), last_words.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

}  // namespace patchbay::port
