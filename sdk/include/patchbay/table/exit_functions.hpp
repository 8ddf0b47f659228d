#pragma once
// Destructors of the plugin's static objects, remembered by the plugin itself and run when it is unloaded. The C library would remember them
// for the whole process, and reuse no place below one that is still needed: each generation would leave some memory behind for ever.
// The generated entry includes this, once in a plugin.
#ifdef __ELF__
#include <atomic>
#include <cstdlib>

namespace patchbay::detail {

struct exit_function {
  void (*run)(void*);
  void* object;
  exit_function* before;
};
static constinit std::atomic<exit_function*> last_exit_function{nullptr};

/// In place of the C library's: what is compiled and linked into this library finds this one. Thread: any.
/// Returns -1 where there is no memory: the object is then never destroyed.
extern "C" [[gnu::visibility("hidden"), gnu::used]] int patchbay_cxa_atexit(void (*run)(void*), void* object,
                                                                            void*) noexcept __asm__("__cxa_atexit");
int patchbay_cxa_atexit(void (*run)(void*), void* object, void*) noexcept {
  auto* made = static_cast<exit_function*>(std::malloc(sizeof(exit_function)));
  if (made == nullptr) return -1;
  *made = {run, object, last_exit_function.load(std::memory_order_relaxed)};
  while (!last_exit_function.compare_exchange_weak(made->before, made, std::memory_order_acq_rel)) {
  }
  return 0;
}

// Last of all that runs at the unloading, as the C library has it; a destructor may register more.
[[gnu::destructor(101), gnu::used]] static void run_exit_functions() {
  while (auto* last = last_exit_function.load(std::memory_order_acquire)) {
    last_exit_function.store(last->before, std::memory_order_release);
    const exit_function now = *last;
    std::free(last);
    now.run(now.object);
  }
}

}  // namespace patchbay::detail
#endif
