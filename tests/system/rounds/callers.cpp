#include "callers.hpp"

#include <charconv>
#include <chrono>
#include <optional>

#include "load/answers_file.hpp"

namespace patchbay::test {
namespace {

using clock = std::chrono::steady_clock;
constexpr std::chrono::seconds patience{60};

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock::now().time_since_epoch()).count();
}

}  // namespace

calling_thread::calling_thread(host& called, kind how) : thread_([this, &called, how] { run(called, how); }) {}

void calling_thread::run(host& called, kind how) {
  std::optional<host::attachment> attached;
  if (how == kind::attached) attached.emplace(called.attach());
  while (!over_) {
    const auto answer = called.call("sequence", "next_number");
    std::int64_t number = 0;
    const bool good =
        answer.ok() && std::from_chars(answer->data(), answer->data() + answer->size(), number).ec == std::errc();
    const std::lock_guard lock(mutex_);
    if (good) {
      seen_.record(number, now_us());
      ++calls_;
    } else {
      ++seen_.errors[answer.ok() ? "no number: " + *answer : answer.failure().code + ": " + answer.failure().text];
    }
  }
}

load::answers calling_thread::hand_over() {
  const std::lock_guard lock(mutex_);
  load::answers seen = seen_;
  seen_.forget();
  return seen;
}

void calling_thread::stop() {
  over_ = true;
  if (thread_.joinable()) thread_.join();
}

callers::callers(embedded_host& called, int servers, int attached, int unattached)
    : host_(called), directory_(called.data() / "answers") {
  fs::create_directory(directory_);
  EXPECT_EQ(host_.call("load", "start", {{"clients", servers}}), servers);
  for (int n = 0; n < attached; ++n)
    threads_.push_back(std::make_unique<calling_thread>(*called, calling_thread::kind::attached));
  for (int n = 0; n < unattached; ++n)
    threads_.push_back(std::make_unique<calling_thread>(*called, calling_thread::kind::unattached));
}

void callers::wait_for_answers() {
  // A server answers a report between two batches of calls: between two reports lies a whole one.
  for (int n = 0; n < 2; ++n) EXPECT_TRUE(host_.call("load", "report").is_object());
  const auto deadline = clock::now() + patience;
  for (const auto& each : threads_) {
    // One may have been asked for before.
    const auto enough = each->calls() + 2;
    while (each->calls() < enough && clock::now() < deadline) std::this_thread::yield();
    EXPECT_GE(each->calls(), enough) << "a thread got no answer for " << patience.count() << " s";
  }
}

std::vector<load::answers> callers::hand_over() {
  std::vector<load::answers> all;
  for (const auto& each : threads_) all.push_back(each->hand_over());
  const auto files = host_.call("load", "hand_over", {{"directory", directory_.string()}});
  EXPECT_TRUE(files.is_number_integer());
  for (int n = 0; files.is_number_integer() && n < files.get<int>(); ++n) {
    auto seen = load::read_answers(directory_ / ("host-client-" + std::to_string(n) + ".answers"));
    EXPECT_TRUE(seen.has_value()) << "a client's answers cannot be read";
    if (seen) all.push_back(std::move(*seen));
  }
  return all;
}

void callers::stop() {
  for (const auto& each : threads_) each->stop();
  EXPECT_TRUE(host_.call("load", "stop").is_object());
}

}  // namespace patchbay::test
