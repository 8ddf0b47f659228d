#include "port/priority.hpp"

#include <sched.h>
#include <sys/resource.h>

namespace patchbay::port {

void lower_thread_priority() noexcept {
  // Linux keeps a thread's own: 0 is the calling thread, not its process.
  (void)::setpriority(PRIO_PROCESS, 0, 10);
  const sched_param standard{};
  (void)::sched_setscheduler(0, SCHED_BATCH, &standard);
}

}  // namespace patchbay::port
