#include "behaviour/host_table_work.hpp"

#include <chrono>
#include <new>

#include "behaviour/host_table.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {
namespace {

// What can throw here is memory that cannot be had.
pb_status blocking(const pb_host* host, pb_status (*work)(void*, const pb_sink*), void (*drop)(void*), void* context,
                   pb_ref* out, const pb_sink* error) {
  try {
    return host_table::of(host).system().blocking(work, drop, context, *out, error);
  } catch (const std::bad_alloc&) {
    return PB_E_NOMEM;
  } catch (...) {
    return PB_E_EXCEPTION;
  }
}

void abandon(const pb_host* host, pb_ref request) { host_table::of(host).system().abandon(request); }

std::uint64_t now_ms(const pb_host*) {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

std::uint32_t schedulers_online(const pb_host* host) { return host_table::of(host).system().scheduler().workers(); }

}  // namespace

const pb_work_api& work_api() noexcept {
  static constexpr pb_work_api api{sizeof(pb_work_api), 0, blocking, abandon, now_ms, schedulers_online};
  return api;
}

}  // namespace patchbay::behaviour
