#pragma once
// Asks a running host over its control socket.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "node/control/dispatcher.hpp"
#include "port/line_channel.hpp"

namespace patchbay::node {

/// One connection. One thread at a time.
class control_client {
 public:
  /// Waits for at most 10 s, however long the limit. Errors: no_host (nobody listens there), no_answer (the host takes no clients), io.
  static outcome<control_client> connect(const std::filesystem::path& socket, port::patience limit = std::nullopt);

  /// Sends one request and waits for its answer; phases go to `tell` meanwhile. `limit` is for each line. Errors: the host's own;
  /// badarg (a text that is no UTF-8; nothing was sent), no_answer (too late; the connection is of no more use), no_host (it went away), bad_answer.
  outcome<json> ask(std::string_view op, json fields = json::object(), const progress& tell = {},
                    port::patience limit = std::nullopt);

  /// Waits until the host has closed the connection. False: the time was over.
  bool wait_closed(port::patience limit);

 private:
  explicit control_client(port::descriptor connection);
  port::line_channel channel_;
  std::int64_t next_id_ = 1;
};

}  // namespace patchbay::node
