#include <patchbay/gen_statem.hpp>

#include "door/messages.hpp"

using namespace door;
namespace on = patchbay::on;

// The code lock of OTP's design principles. Who knocks at a locked door waits until it opens.
// README: statem
struct code_lock {
  enum class state { locked, open };
  struct data {
    std::string code;
    std::string entered;
    std::int64_t open_ms = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(code), PATCHBAY_FIELD(entered), PATCHBAY_FIELD(open_ms)); }
  };
  struct relock {};
  using casts = patchbay::messages<button>;
  using calls = patchbay::messages<knock, look>;
  using timeouts = patchbay::messages<relock>;
  using result = patchbay::event_result<state>;

  static auto init(const patchbay::args& a) {
    return patchbay::ok(state::locked,
                        data{a.get<std::string>("code", "1234"), "", a.get<std::int64_t>("open_ms", 10'000)});
  }
  static result handle_event(const on::cast<button>& e, state now, data& d) {
    if (now == state::open) return patchbay::keep_state();
    d.entered += std::to_string(e.content.digit);
    if (d.entered.size() < d.code.size()) return patchbay::keep_state();
    if (std::exchange(d.entered, {}) != d.code) return patchbay::keep_state();
    return patchbay::next_state(state::open).state_timeout(std::chrono::milliseconds(d.open_ms), relock{});
  }
  static result handle_event(const on::call<knock>& e, state now, data&) {
    if (now == state::locked) return patchbay::keep_state().postpone();
    return patchbay::keep_state().reply(e.from, "come in");
  }
  static result handle_event(const on::state_timeout<relock>&, state, data&) {
    return patchbay::next_state(state::locked);
  }
  static result handle_event(const on::call<look>& e, state now, data&) {
    return patchbay::keep_state().reply(e.from, now == state::locked ? "locked" : "open");
  }
};
PATCHBAY_GEN_STATEM(code_lock, 1);
// README end
