// Servers that only their next version's migration treats badly.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <patchbay/gen_server.hpp>
#include <patchbay/links.hpp>
#include <patchbay/log.hpp>
#include <patchbay/supervisor.hpp>

#include "unruly/messages.hpp"

namespace {

using namespace unruly_messages;

struct unruly {
  using calls = patchbay::messages<arm, ask, hold, nap>;
  struct state {
    std::string armed = "nothing";
    std::int64_t asked = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(armed), PATCHBAY_FIELD(asked)); }
  };
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
PATCHBAY_GEN_SERVER(unruly, 1);
PATCHBAY_SUPERVISOR(unruly_sup);
