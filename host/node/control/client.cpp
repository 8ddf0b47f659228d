#include "node/control/client.hpp"

#include <algorithm>
#include <utility>

#include "node/control/protocol.hpp"
#include "port/sockets.hpp"

namespace patchbay::node {
namespace {

// A host lets its clients in at once.
constexpr std::chrono::milliseconds longest_connect{10'000};

error in_words(const error& failure) {
  if (failure.code == "closed") return {"no_host", "the host closed the connection before it answered"};
  if (failure.code == "timeout")
    return {"no_answer", "the host did not answer in time; it may still do what was asked"};
  return failure;
}

}  // namespace

control_client::control_client(port::descriptor connection) : channel_(std::move(connection), max_line_bytes) {}

outcome<control_client> control_client::connect(const std::filesystem::path& socket, port::patience limit) {
  auto connection = port::connect_unix(socket, std::min(limit.value_or(longest_connect), longest_connect));
  if (connection) return control_client(std::move(*connection));
  if (connection.failure().code == "timeout") {
    return error{"no_answer", connection.failure().text +
                                  "; is the host stopped (kill -CONT), or out of descriptors "
                                  "(ulimit -n)?"};
  }
  if (connection.failure().code != "not_running" && std::filesystem::exists(socket.parent_path()))
    return connection.failure();
  return error{"no_host", "no host runs on " + socket.parent_path().string() +
                              "; start one with `patchbay start`, or name its directory with --data or $PATCHBAY_DATA"};
}

outcome<json> control_client::ask(std::string_view op, json fields, const progress& tell, port::patience limit) {
  if (auto sendable = check_utf8(fields); !sendable) return sendable.failure();
  const json id = next_id_++;
  const std::string line = request_line(id, op, std::move(fields));
  if (line.size() > max_line_bytes)
    return error{"line_too_long", "the request has more than the 1 MiB that a line may have"};
  // A host that refuses says so before it reads: its last line counts, not the failed write.
  const auto sent = channel_.write(line, limit);
  for (;;) {
    const auto got = channel_.read(limit);
    if (!got) return in_words(sent ? got.failure() : sent.failure());
    auto parsed = parse_response(*got);
    if (!parsed) return parsed.failure();
    if (parsed->phase) {
      if (tell) tell(parsed->phase_name, parsed->phase_text);
    } else if (parsed->id == id || parsed->id.is_null()) {
      return std::move(parsed->answer);
    }
  }
}

bool control_client::wait_closed(port::patience limit) {
  for (;;) {
    const auto got = channel_.read(limit);
    if (!got) return got.failure().code != "timeout";
  }
}

}  // namespace patchbay::node
