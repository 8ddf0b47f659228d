#include "client.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "load/answers_file.hpp"
#include "node/control/client.hpp"

namespace demo {
namespace {

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void wait_for_end_of_input() {
  char byte = 0;
  while (true) {
    const auto n = ::read(STDIN_FILENO, &byte, 1);
    if (n == 0 || (n < 0 && errno != EINTR)) return;
  }
}

}  // namespace

int run_client(const std::filesystem::path& socket, const std::filesystem::path& answers_file) {
  auto host = patchbay::node::control_client::connect(socket);
  if (!host) {
    std::fprintf(stderr, "client: %s\n", host.failure().text.c_str());
    return 1;
  }
  std::atomic<bool> over{false};
  std::thread watcher([&over] {
    wait_for_end_of_input();
    over = true;
  });
  std::puts("calling");
  std::fflush(stdout);

  load::answers seen;
  const nlohmann::json next_number{
      {"name", "sequence"}, {"message", "next_number"}, {"args", nlohmann::json::object()}};
  while (!over) {
    const auto answer = host->ask("call", next_number);
    if (answer && answer.value().is_number_integer()) {
      seen.record(answer.value().get<std::int64_t>(), now_us());
      continue;
    }
    const auto why =
        answer ? "not a number: " + answer.value().dump() : answer.failure().code + ": " + answer.failure().text;
    ++seen.errors[why];
    // A connection that is gone answers no more; what is recorded stands.
    if (!answer && (answer.failure().code == "no_host" || answer.failure().code == "no_answer")) break;
  }
  watcher.detach();
  if (load::write_answers(seen, answers_file.string())) return 0;
  std::fprintf(stderr, "client: cannot write %s: %s\n", answers_file.c_str(), std::strerror(errno));
  return 1;
}

}  // namespace demo
