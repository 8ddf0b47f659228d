#include <patchbay/gen_statem.hpp>

#include "door/messages.hpp"

using namespace door;
namespace on = patchbay::on;

// `open` is now `unlocked`; three wrong codes block the lock for a while. A function for each state.
struct code_lock {
  enum class state { locked, blocked, unlocked };
  struct data {
    std::string code;
    std::string entered;
    std::int64_t open_ms = 0;
    std::int64_t wrong = 0;
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(code), PATCHBAY_FIELD(entered), PATCHBAY_FIELD(open_ms), PATCHBAY_FIELD(wrong));
    }
  };
  struct relock {};
  static constexpr auto callback_mode = patchbay::callback_mode::state_functions;
  using casts = patchbay::messages<button>;
  using calls = patchbay::messages<knock, look>;
  using timeouts = patchbay::messages<relock>;
  using result = patchbay::event_result<state>;
  using locked = patchbay::in<state::locked>;
  using blocked = patchbay::in<state::blocked>;
  using unlocked = patchbay::in<state::unlocked>;

  // README: statem migration
  enum class old_state { locked, open };  // as 1.0.0 has them
  struct old_data {
    std::string code;
    std::string entered;
    std::int64_t open_ms = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(code), PATCHBAY_FIELD(entered), PATCHBAY_FIELD(open_ms)); }
  };
  using state_v1 = patchbay::state_and_data<old_state, old_data>;
  using now_held = patchbay::state_and_data<state, data>;
  static now_held code_change(patchbay::upgrade<1>, const state_v1& old) {
    return {old.state == old_state::open ? state::unlocked : state::locked,
            {old.data.code, old.data.entered, old.data.open_ms, 0}};
  }
  static state_v1 code_change(patchbay::downgrade<1>, const now_held& now) {
    return {now.state == state::unlocked ? old_state::open : old_state::locked,
            {now.data.code, now.data.entered, now.data.open_ms}};
  }
  // README end

  static auto init(const patchbay::args& a) {
    return patchbay::ok(state::locked,
                        data{a.get<std::string>("code", "1234"), "", a.get<std::int64_t>("open_ms", 10'000), 0});
  }

  static result handle_event(const on::cast<button>& e, locked, data& d) {
    d.entered += std::to_string(e.content.digit);
    if (d.entered.size() < d.code.size()) return patchbay::keep_state();
    const std::chrono::milliseconds time(d.open_ms);
    if (std::exchange(d.entered, {}) == d.code) {
      d.wrong = 0;
      return patchbay::next_state(state::unlocked).state_timeout(time, relock{});
    }
    if (++d.wrong < 3) return patchbay::keep_state();
    d.wrong = 0;
    return patchbay::next_state(state::blocked).state_timeout(time, relock{});
  }
  static void handle_event(const on::cast<button>&, blocked, data&) {}
  static void handle_event(const on::cast<button>&, unlocked, data&) {}

  static auto handle_event(const on::call<knock>&, locked, data&) { return patchbay::keep_state().postpone(); }
  static auto handle_event(const on::call<knock>&, blocked, data&) { return patchbay::keep_state().postpone(); }
  static auto handle_event(const on::call<knock>& e, unlocked, data&) {
    return patchbay::keep_state().reply(e.from, "do come in");
  }

  static auto handle_event(const on::state_timeout<relock>&, blocked, data&) {
    return patchbay::next_state(state::locked);
  }
  static auto handle_event(const on::state_timeout<relock>&, unlocked, data&) {
    return patchbay::next_state(state::locked);
  }

  static auto handle_event(const on::call<look>& e, locked, data&) {
    return patchbay::keep_state().reply(e.from, "locked");
  }
  static auto handle_event(const on::call<look>& e, blocked, data&) {
    return patchbay::keep_state().reply(e.from, "blocked");
  }
  static auto handle_event(const on::call<look>& e, unlocked, data&) {
    return patchbay::keep_state().reply(e.from, "unlocked");
  }
};
PATCHBAY_GEN_STATEM(code_lock, 2);
