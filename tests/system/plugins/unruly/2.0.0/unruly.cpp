// The version whose migration throws or hangs where a server was armed so.
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <patchbay/gen_server.hpp>
#include <patchbay/links.hpp>
#include <patchbay/log.hpp>
#include <patchbay/supervisor.hpp>

#include "unruly/messages.hpp"

namespace {

using namespace unruly_messages;

struct unruly {
  using calls = patchbay::messages<arm, ask, hold, nap>;
  struct state_v1 {
    std::string armed = "nothing";
    std::int64_t asked = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(armed), PATCHBAY_FIELD(asked)); }
  };
  struct state {
    std::int64_t asked = 0;
    std::string armed = "nothing";
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(asked), PATCHBAY_FIELD(armed)); }
  };
  static state code_change(patchbay::upgrade<1>, const state_v1& old) {
    misbehave(old.armed);
    return {old.asked, old.armed};
  }
  static state_v1 code_change(patchbay::downgrade<1>, const state& now) {
    misbehave(now.armed);
    return {now.armed, now.armed == "forget" ? 0 : now.asked};
  }
  static void eat() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    throw std::bad_alloc();  // a sanitizer's operator new ends the process instead
#else
    std::vector<char>(std::size_t{1} << 60U).front() = 1;
#endif
  }
  /// `X_in_host` behaves in the canary: a state that became bad after its rehearsal.
  static void misbehave(std::string how) {
    if (constexpr std::string_view only = "_in_host"; how.ends_with(only)) {
      if (std::filesystem::read_symlink("/proc/self/exe").filename() == "patchbay-canary") return;
      how.resize(how.size() - only.size());
    }
    if (how == "throw") throw std::runtime_error("armed with throw");
    if (how == "crash") ::raise(SIGSEGV);
    if (how == "abort") std::abort();
    if (how == "exit") ::_exit(0);
    if (how == "eat") eat();
    while (how == "hang") std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  static state init(const patchbay::args&) { return {}; }
  static std::string handle_call(const arm& m, patchbay::from, state& s) {
    if (!is_known(m.with)) throw std::invalid_argument("armed with " + m.with);
    if (m.with == "linger") patchbay::trap_exit(true);  // else no terminate is run at a shutdown
    return std::exchange(s.armed, m.with);
  }
  static std::int64_t handle_call(const ask&, patchbay::from, state& s) { return ++s.asked; }
  static std::int64_t handle_call(const hold& m, patchbay::from, const state& s) {
    while (std::filesystem::exists(m.file)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return s.asked;
  }
  static void terminate(const patchbay::exit_reason&, const state& s) {
    if (s.armed != "linger") return;
    patchbay::log::warning("lingers before it ends");
    std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  }
  static std::int64_t handle_call(const nap& m, patchbay::from, const state& s) {
    std::this_thread::sleep_for(std::chrono::milliseconds(m.ms));
    return s.asked;
  }
};

struct unruly_sup {
  static patchbay::sup_spec init(const patchbay::args&) {
    return {.children = {{.id = "first", .module = "unruly", .name = "first"},
                         {.id = "second", .module = "unruly", .name = "second"},
                         {.id = "third", .module = "unruly", .name = "third"}}};
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(unruly, 2);
PATCHBAY_SUPERVISOR(unruly_sup);
