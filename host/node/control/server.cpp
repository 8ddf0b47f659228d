#include "node/control/server.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "node/control/protocol.hpp"
#include "port/sockets.hpp"

namespace patchbay::node {
namespace {

constexpr std::chrono::milliseconds write_stall{10'000};

}  // namespace

control_server::connection::connection(port::descriptor fd) : channel(std::move(fd), max_line_bytes) {}

control_server::control_server(port::descriptor listener, line_handler handler)
    : listener_(std::move(listener)), handler_(std::move(handler)) {}

outcome<std::unique_ptr<control_server>> control_server::start(const std::filesystem::path& socket,
                                                               line_handler handler) {
  auto listener = port::listen_unix(socket);
  if (!listener) return listener.failure();
  std::unique_ptr<control_server> server(new control_server(std::move(*listener), std::move(handler)));
  server->acceptor_ = std::thread([raw = server.get()] { raw->accept_clients(); });
  return server;
}

control_server::~control_server() { stop(); }

void control_server::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (auto& each : connections_) each.channel.hang_up();
  }
  port::interrupt(listener_);
  if (acceptor_.joinable()) acceptor_.join();
  // Whoever has connected and was never accepted is hung up on too, before what still runs is waited for.
  listener_.reset();
  // No connection is added any more, so that the list may be walked without the lock, which reap would need meanwhile.
  for (auto& each : connections_) each.thread.join();
  connections_.clear();
}

void control_server::accept_clients() {
  while (port::wait_for_client(listener_)) {
    auto client = port::accept_unix(listener_);
    if (client && *client) {
      try {
        admit(std::move(*client));
      } catch (const std::exception&) {
        // No memory to refuse it in words: it is closed.
      }
    } else if (!client) {
      // Out of descriptors: some will come back when clients go.
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

void control_server::admit(port::descriptor client) {
  if (!port::peer_is_permitted(client)) {
    const error refusal{"not_permitted", "this host serves its own user and root only"};
    return port::dismiss(std::move(client), error_line(nullptr, refusal));
  }
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  reap();
  if (connections_.size() >= max_clients) {
    const error refusal{"too_many_clients",
                        std::to_string(max_clients) + " clients are connected already, which is the limit; close one"};
    return port::dismiss(std::move(client), error_line(nullptr, refusal));
  }
  connection& added = connections_.emplace_back(std::move(client));
  try {
    added.thread = std::thread([this, &added] { serve(added); });
  } catch (const std::exception&) {
    port::line_channel refused = std::move(added.channel);
    connections_.pop_back();
    const error refusal{"too_many_clients",
                        "this host can make no thread for one more client; close one, or raise its "
                        "limits on processes and memory (ulimit -u, ulimit -v)"};
    static_cast<void>(refused.write(error_line(nullptr, refusal), std::chrono::milliseconds(0)));
  }
}

void control_server::serve(connection& served) {
  try {
    answer_lines(served);
  } catch (const std::exception&) {
    // No memory for a line: this client is dropped, the host goes on.
  }
  const std::lock_guard lock(mutex_);
  served.channel.close();
  served.ended = true;
}

void control_server::answer_lines(connection& served) {
  const auto send = [&](std::string_view line) { static_cast<void>(served.channel.write(line, write_stall)); };
  for (;;) {
    const auto line = served.channel.read();
    if (!line) {
      if (line.failure().code == "line_too_long") send(error_line(nullptr, line.failure()));
      break;
    }
    if (!served.channel.write(handler_(*line, send), write_stall)) break;
  }
}

void control_server::reap() {
  for (auto it = connections_.begin(); it != connections_.end();) {
    if (it->ended) {
      it->thread.join();
      it = connections_.erase(it);
    } else {
      ++it;
    }
  }
}

}  // namespace patchbay::node
