#pragma once
// The clients of the demo: some in processes of their own, some inside the host.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "load/answers.hpp"
#include "node/control/client.hpp"
#include "programs.hpp"

namespace demo {

/// Client processes on the control socket. They die with the thread that started them.
class socket_clients {
 public:
  /// Errors: io, not_ready.
  static outcome<socket_clients> start(const places& where, const std::filesystem::path& self, int count);
  /// Tells them to end, waits, and reads what they saw. Errors: io (one did not end well or left no answers).
  outcome<std::vector<load::answers>> stop();

 private:
  struct one {
    patchbay::port::child process;
    std::filesystem::path answers;
  };
  std::vector<one> all_;
};

/// The load application's clients, inside the host.
class host_clients {
 public:
  static outcome<host_clients> start(const places& where, int count);
  outcome<std::vector<load::answers>> stop();

 private:
  host_clients(patchbay::node::control_client host, std::filesystem::path directory, int count)
      : host_(std::move(host)), directory_(std::move(directory)), count_(count) {}
  outcome<json> call(const std::string& message, json arguments);
  patchbay::node::control_client host_;
  std::filesystem::path directory_;
  int count_;
};

}  // namespace demo
