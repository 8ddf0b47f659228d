#include "clients.hpp"

#include <unistd.h>

#include "load/answers_file.hpp"

namespace demo {
namespace {

using patchbay::error;
constexpr std::chrono::seconds patience{10};

outcome<load::answers> read(const std::filesystem::path& file) {
  auto seen = load::read_answers(file.string());
  if (!seen) return error{"io", "a client left no readable answers in " + file.string()};
  return std::move(*seen);
}

}  // namespace

outcome<socket_clients> socket_clients::start(const places& where, const std::filesystem::path& self, int count) {
  socket_clients made;
  for (int n = 0; n < count; ++n) {
    const auto file = where.work / ("socket-client-" + std::to_string(n) + ".answers");
    auto child = patchbay::port::child::spawn(self, {"--client", where.socket().string(), "--answers", file.string()});
    if (!child) return child.failure();
    made.all_.push_back({std::move(child).value(), file});
  }
  // Each says one line when it is connected, or ends.
  for (auto& each : made.all_) {
    char byte = 0;
    if (::read(each.process.output.get(), &byte, 1) != 1)
      return error{"not_ready", "a client process could not connect: " + each.process.wait(patience).words()};
  }
  return made;
}

outcome<std::vector<load::answers>> socket_clients::stop() {
  std::vector<load::answers> seen;
  for (auto& each : all_) each.process.input.reset();
  for (auto& each : all_) {
    const auto end = each.process.wait(patience);
    if (!end.clean()) return error{"io", "a client process " + end.words()};
    auto answers = read(each.answers);
    if (!answers) return answers.failure();
    seen.push_back(std::move(answers).value());
  }
  all_.clear();
  return seen;
}

outcome<host_clients> host_clients::start(const places& where, int count) {
  auto host = patchbay::node::control_client::connect(where.socket());
  if (!host) return host.failure();
  host_clients made(std::move(host).value(), where.work, count);
  auto started = made.call("start", {{"clients", count}});
  if (!started) return started.failure();
  return made;
}

outcome<json> host_clients::call(const std::string& message, json arguments) {
  return host_.ask("call", {{"name", "load"},
                            {"message", message},
                            {"args", std::move(arguments)},
                            {"timeout_ms", std::chrono::milliseconds(patience).count()}});
}

outcome<std::vector<load::answers>> host_clients::stop() {
  if (auto stopped = call("stop", json::object()); !stopped) return stopped.failure();
  if (auto written = call("save", {{"directory", directory_.string()}}); !written) return written.failure();
  std::vector<load::answers> seen;
  for (int n = 0; n < count_; ++n) {
    auto answers = read(directory_ / ("host-client-" + std::to_string(n) + ".answers"));
    if (!answers) return answers.failure();
    seen.push_back(std::move(answers).value());
  }
  return seen;
}

}  // namespace demo
