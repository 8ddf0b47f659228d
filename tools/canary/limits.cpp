#include "limits.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "port/priority.hpp"

namespace canary {

void step_back() noexcept {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  patchbay::port::lower_thread_priority();
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  [[maybe_unused]] const auto written = ::write(file, "1000", 4);
  ::close(file);
}

void limit_memory([[maybe_unused]] std::uint64_t bytes) noexcept {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  if (bytes == 0) return;
  const rlimit most{bytes, bytes};
  ::setrlimit(RLIMIT_DATA, &most);
#endif
}

}  // namespace canary
