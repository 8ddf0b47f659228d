#include "footprint.hpp"

#include <malloc.h>
#include <pthread.h>

#include <set>

#include "port/memory.hpp"

namespace patchbay::test {
namespace {

constexpr std::uintptr_t arena_alignment = std::uintptr_t{64} << 20;  // glibc's HEAP_MAX_SIZE

std::size_t stack_size() {
  pthread_attr_t defaults;
  std::size_t size = 0;
  if (::pthread_getattr_default_np(&defaults) == 0) {
    ::pthread_attr_getstacksize(&defaults, &size);
    ::pthread_attr_destroy(&defaults);
  }
  return size;
}

}  // namespace

void limit_arenas() { ::mallopt(M_ARENA_MAX, 2); }

footprint measure_footprint(const std::filesystem::path& generations) {
  port::trim_heap();
  footprint found;
  std::set<port::file_id> libraries;
  const auto stack = stack_size();
  const auto mappings = port::read_mappings();
  for (const auto& each : mappings.value()) {
    ++found.mappings;
    if (each.name.starts_with(generations.string())) libraries.insert(each.file);
    if (!each.name.empty()) {
      ++found.of_files;
    } else if (each.readable || each.writable || each.executable) {
      ++(each.range.begin % arena_alignment == 0 ? found.arenas
         : each.range.size() == stack            ? found.stacks
                                                 : found.of_memory);
    }
  }
  found.libraries = libraries.size();
  found.resident = port::resident_bytes().value();
  return found;
}

}  // namespace patchbay::test
