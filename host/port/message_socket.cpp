#include "port/message_socket.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

using clock = std::chrono::steady_clock;

struct control_space {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(max_socket_descriptors * sizeof(int))> bytes{};
};

}  // namespace

outcome<std::pair<descriptor, descriptor>> make_message_sockets() {
  int raw[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, raw) != 0) return io_error("cannot make sockets", errno);
  return std::pair(descriptor(raw[0]), descriptor(raw[1]));
}

outcome<void> send_message(const descriptor& to, std::string_view bytes, const std::vector<int>& files) {
  if (bytes.empty() || bytes.size() > max_socket_message || files.size() > max_socket_descriptors) {
    return error{"badarg", "a message of " + std::to_string(bytes.size()) + " bytes and " +
                               std::to_string(files.size()) + " files"};
  }
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  control_space control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!files.empty()) {
    const std::size_t size = files.size() * sizeof(int);
    message.msg_control = control.bytes.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(header), files.data(), size);
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(to.get(), &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return io_error("cannot send to the helper", errno);
  return {};
}

outcome<std::optional<socket_message>> receive_message(const descriptor& from) {
  socket_message got;
  got.bytes.resize(max_socket_message);
  iovec part{got.bytes.data(), got.bytes.size()};
  control_space control;
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  ssize_t size = 0;
  do {
    size = ::recvmsg(from.get(), &message, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno != ECONNRESET) return io_error("cannot read from the helper", errno);
  for (cmsghdr* header = size < 0 ? nullptr : CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::array<int, max_socket_descriptors> raw{};
    std::memcpy(raw.data(), CMSG_DATA(header), std::min(count, raw.size()) * sizeof(int));
    for (std::size_t i = 0; i < std::min(count, raw.size()); ++i) got.files.emplace_back(raw[i]);
  }
  if (size <= 0) return std::optional<socket_message>();
  got.bytes.resize(static_cast<std::size_t>(size));
  return std::optional(std::move(got));
}

outcome<std::optional<socket_message>> receive_message(const descriptor& from, std::chrono::milliseconds limit) {
  const auto until = clock::now() + limit;
  pollfd watched{from.get(), POLLIN, 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now()).count();
    const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000)));
    if (ready > 0) return receive_message(from);
    if (ready < 0 && errno != EINTR) return io_error("cannot wait for the helper", errno);
    if (ready == 0 && left <= 0)
      return error{"timeout", "the helper said nothing within " + std::to_string(limit.count()) + " ms"};
  }
}

}  // namespace patchbay::port
