#pragma once
// How the application controller is asked from inside a process. Private to it.
#include <optional>
#include <thread>
#include <utility>

#include "behaviour/application_controller.hpp"
#include "process/process.hpp"
#include "scheduler/thread_context.hpp"

namespace patchbay::behaviour {

/// Runs `work(caller)` outside of all processes, with the application of the one that waits for it, if any.
template <class Result, class Work>
Result application_controller::away(Work work) {
  const process::process* here = process::running_process();
  if (here == nullptr) return work(std::string_view());
  // Refused: this thread keeps its queue and waits all the same; others steal from it.
  if (scheduler::thread_context* self = scheduler::this_thread()) (void)system_.scheduler().begin_blocking(*self);
  std::optional<Result> done;
  std::thread runner([&] { done.emplace(work(std::string_view(here->code().application()))); });
  runner.join();
  return std::move(*done);
}

}  // namespace patchbay::behaviour
