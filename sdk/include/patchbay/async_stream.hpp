#pragma once
// Task.async_stream: a task for each element, so many at a time.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <patchbay/async.hpp>
#include <patchbay/blocking.hpp>
#include <patchbay/task_supervisor.hpp>

namespace patchbay {

enum class on_timeout { exit, kill_task };

/// Task.async_stream's options and defaults. Trivially destructible: it is made in co_await expressions, see co::blocking.
struct stream_options {
  std::size_t max_concurrency = 0;          ///< tasks at a time; 0: schedulers_online
  bool ordered = true;                      ///< results in the order of the elements, else as they come
  std::chrono::milliseconds timeout{5000};  ///< for each task
  patchbay::on_timeout on_timeout =
      patchbay::on_timeout::exit;         ///< exit: the caller exits; kill_task: the result is {exit, timeout}
  std::optional<target> supervisor = {};  ///< the task_supervisor whose children they are, or none
  bool link = true;                       ///< false: async_stream_nolink; a task that fails is a result {exit, Reason}
};

static_assert(std::is_trivially_destructible_v<stream_options>);

/// The workers that run processes (erlang:system_info(schedulers_online)).
inline std::size_t schedulers_online() {
  if (detail::host().work == nullptr) return 1;
  return detail::host().work->schedulers_online(detail::host_table);
}

namespace detail {

/// What the lanes of a stream share. A lane is a task of its own: it takes the next element, starts a task for it, waits, and so on. So a place
/// becomes free whenever any task ends, every element has a process of its own, and who waits is a coroutine.
template <class Element, class Function>
struct stream_job {
  using value = task_value<Function, Element&>;

  stream_job(std::vector<Element> all, Function function, stream_options chosen)
      : elements(std::move(all)), run(std::move(function)), options(chosen), results(elements.size()) {
    if (!options.supervisor) return;
    supervisor_name = options.supervisor->name;
    options.supervisor->name = supervisor_name;
  }
  stream_job(const stream_job&) = delete;
  stream_job& operator=(const stream_job&) = delete;

  std::vector<Element> elements;
  Function run;
  stream_options options;
  std::string supervisor_name;  // what options.supervisor refers to
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<std::optional<task_outcome<value>>> results;  // guarded by mutex
  std::size_t done = 0;                                     // guarded by mutex

  void put(std::size_t index, task_outcome<value> outcome) {
    const std::lock_guard lock(mutex);
    results[options.ordered ? index : done] = std::move(outcome);
    ++done;
  }
};

/// Kills a task that its lane no longer waits for, because the lane itself ends.
class doomed {
 public:
  explicit doomed(pid process) noexcept : process_(process) {}
  doomed(const doomed&) = delete;
  doomed& operator=(const doomed&) = delete;
  ~doomed() { end(); }
  void spare() noexcept { process_ = pid::nobody; }
  void end() noexcept {
    const exit_reason why(kill);
    const auto raw = why.abi();
    if (process_ != pid::nobody) host().exit(host_table, static_cast<pb_pid>(process_), &raw);
    spare();
  }

 private:
  pid process_;
};

template <class Job>
auto start_element(const std::shared_ptr<Job>& job, std::size_t index) {
  auto one = [job, index] { return job->run(job->elements[index]); };
  const auto& options = job->options;
  if (!options.supervisor) return options.link ? async(std::move(one)) : async_nolink(std::move(one));
  return options.link ? task_supervisor::async(*options.supervisor, std::move(one))
                      : task_supervisor::async_nolink(*options.supervisor, std::move(one));
}

template <class Job>
task<void> run_lane(std::shared_ptr<Job> job) {
  for (std::size_t index = job->next++; index < job->elements.size(); index = job->next++) {
    auto one = start_element(job, index);
    doomed process(one.process());
    auto outcome = co_await co::yield(one, job->options.timeout);
    if (outcome) {
      process.spare();
      job->put(index, std::move(*outcome));
      continue;
    }
    if (job->options.on_timeout == on_timeout::exit) throw std::runtime_error("timeout");
    unlink(one.process());
    process.end();
    job->put(index, task_outcome<typename Job::value>(PB_E_TIMEOUT, "timeout"));
  }
}

/// The lanes of one stream, while its caller waits. Where the caller stops waiting they are killed, and with them what they wait for.
template <class Job>
class stream_lanes {
 public:
  explicit stream_lanes(std::shared_ptr<Job> job) : job_(std::move(job)) {
    const std::size_t wanted = job_->options.max_concurrency == 0 ? schedulers_online() : job_->options.max_concurrency;
    const std::size_t lanes = std::min(wanted, job_->elements.size());
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      lanes_.push_back(async([shared = job_] { return run_lane(shared); }));
    }
  }
  stream_lanes(const stream_lanes&) = delete;
  stream_lanes& operator=(const stream_lanes&) = delete;
  ~stream_lanes() {
    for (auto& lane : lanes_) {
      if (lane.ref() == 0) continue;
      host().unlink(host_table, static_cast<pb_pid>(lane.process()));
      doomed(lane.process()).end();
    }
  }

  [[nodiscard]] std::vector<async_task<void>>& all() noexcept { return lanes_; }
  std::vector<task_outcome<typename Job::value>> results() {
    const std::lock_guard lock(job_->mutex);
    std::vector<task_outcome<typename Job::value>> all;
    all.reserve(job_->results.size());
    for (auto& one : job_->results) all.push_back(std::move(*one));
    return all;
  }

 private:
  std::shared_ptr<Job> job_;
  std::vector<async_task<void>> lanes_;
};

template <class Range, class Function>
auto make_lanes(Range&& range, Function function, stream_options options) {
  using element = std::ranges::range_value_t<Range>;
  std::vector<element> elements(std::ranges::begin(range), std::ranges::end(range));
  using job = stream_job<element, Function>;
  return std::make_unique<stream_lanes<job>>(std::make_shared<job>(std::move(elements), std::move(function), options));
}

template <class Lanes>
auto run_stream(std::unique_ptr<Lanes> lanes) -> task<decltype(lanes->results())> {
  for (auto& lane : lanes->all()) co_await co::await(lane, infinity);
  co_return lanes->results();
}

}  // namespace detail

/// Task.async_stream/3 and async_stream_nolink, of Task and of Task.Supervisor: runs the function for each element in a task of its own and
/// answers all outcomes. Throws call_error: PB_E_EXIT where a linked task failed, or (on_timeout::exit) with reason timeout.
template <std::ranges::input_range Range, class Function>
auto async_stream(Range&& range, Function function, stream_options options = {}) {
  const auto lanes = detail::make_lanes(std::forward<Range>(range), std::move(function), options);
  for (auto& lane : lanes->all()) await(lane, infinity);
  return lanes->results();
}

namespace co {
/// The same of a coroutine: `co_await co::async_stream(pages, read)`. Range and function have names of their own, see co::blocking.
template <std::ranges::input_range Range, class Function>
auto async_stream(Range&& range, Function&& function, stream_options options = {}) {
  static_assert(
      patchbay::detail::safe_in_co_await<Range> && patchbay::detail::safe_in_co_await<Function>,
      "Patchbay: gcc 12 destroys a temporary in a co_await expression twice; name range and function before it");
  return patchbay::detail::run_stream(
      patchbay::detail::make_lanes(range, patchbay::detail::copied_or_moved(function), options));
}
}  // namespace co
}  // namespace patchbay
