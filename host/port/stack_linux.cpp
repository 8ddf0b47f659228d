#include <pthread.h>

#include "port/stack.hpp"

namespace patchbay::port {

std::uintptr_t stack_floor() noexcept {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* low = nullptr;
  std::size_t size = 0;
  const int failed = pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  return failed == 0 ? reinterpret_cast<std::uintptr_t>(low) : 0;
}

}  // namespace patchbay::port
