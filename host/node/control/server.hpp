#pragma once
// Serves the control socket (host/node/control.md): who may connect, how many, one request of a connection after the other.
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "node/control/data_directory.hpp"
#include "port/descriptor.hpp"
#include "port/line_channel.hpp"
#include "port/outcome.hpp"

namespace patchbay::node {

/// Answers one line; may send further lines before. Thread: the connection's, several at once.
using line_handler =
    std::function<std::string(std::string_view line, const std::function<void(std::string_view)>& send)>;

/// One thread accepts; each connection has a thread of its own, at most max_clients. A request is read, run and answered there without
/// being handed on: the shortest way for a call, order for free, and a long operation holds up nobody else.
/// Thread: start and stop on one thread.
class control_server {
 public:
  /// REQUIRES: this process holds the data directory's lock. Errors: io.
  static outcome<std::unique_ptr<control_server>> start(const std::filesystem::path& socket, line_handler handler);
  ~control_server();

  /// Accepts and reads no more; requests under way are answered. Returns when all connections have ended.
  void stop();

 private:
  struct connection {
    explicit connection(port::descriptor fd);
    port::line_channel channel;
    bool ended = false;  // guarded by mutex_; its descriptor is free again, its thread can be joined
    std::thread thread;
  };
  control_server(port::descriptor listener, line_handler handler);
  void accept_clients();
  void admit(port::descriptor client);
  void serve(connection& served);
  void answer_lines(connection& served);
  void reap();  // REQUIRES: mutex_

  port::descriptor listener_;
  line_handler handler_;
  std::mutex mutex_;
  bool stopping_ = false;              // guarded by mutex_
  std::list<connection> connections_;  // guarded by mutex_; an element is destroyed when its thread has been joined
  std::thread acceptor_;
};

}  // namespace patchbay::node
