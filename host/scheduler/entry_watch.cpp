#include "scheduler/entry_watch.hpp"

#include <utility>

#include "port/cpu.hpp"

namespace patchbay::scheduler {

entry_watch::entry_watch(scheduler& owner, std::vector<gate*> gates, entry_watcher& who)
    : owner_(owner), gates_(std::move(gates)) {
  for (gate* door : gates_) door->watch(&who);
}

entry_watch::~entry_watch() {
  for (gate* door : gates_) door->watch(nullptr);
  owner_.each_thread([](const thread_context& context) {
    while (context.telling()) port::cpu_relax();
  });
}

}  // namespace patchbay::scheduler
