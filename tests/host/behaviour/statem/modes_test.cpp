// OTP.md section 2: callback_mode, as C++ has it: a function per alternative or per enumerator, or one for all.
#include "script.hpp"

namespace patchbay::test {
namespace {

namespace shared {
PATCHBAY_MESSAGES_OF("test", "lamp")
struct press {
  std::int64_t button = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(button)); }
};
struct look {
  using reply = std::string;
  void serialize(auto&) {}
};
}  // namespace shared
using shared::look;
using shared::press;
struct fade {
  void serialize(auto&) {}
};

/// state_functions over a variant: each state has what only it needs.
struct lamp {
  struct off {
    void serialize(auto&) {}
    bool operator==(const off&) const = default;
  };
  struct lit {
    std::int64_t brightness = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(brightness)); }
    bool operator==(const lit&) const = default;
  };
  using state = std::variant<off, lit>;
  struct data {
    std::int64_t pressed = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(pressed)); }
  };
  using calls = messages<look>;
  using casts = messages<press>;
  using timeouts = messages<fade>;
  using result = event_handler_result<state>;

  static auto init() { return ok(off{}, data{}); }
  static result handle_event(const on::cast<press>& e, const off&, data& d) {
    ++d.pressed;
    return next_state(lit{e.content.button});
  }
  static result handle_event(const on::cast<press>& e, const lit& now, data& d) {
    ++d.pressed;
    if (e.content.button == 0) return next_state(off{});
    return next_state(lit{now.brightness + e.content.button});
  }
  static auto handle_event(const on::call<look>& e, const off&, data&) { return keep_state().reply(e.from, "off"); }
  static auto handle_event(const on::call<look>& e, const lit& now, data&) {
    return keep_state().reply(e.from, "lit " + std::to_string(now.brightness));
  }
  static result handle_event(const on::enter<state>& e, const lit&, data&) {
    seen->add("lit, before alternative " + std::to_string(e.old_state.index()));
    return keep_state().state_timeout(std::chrono::hours(1), fade{});
  }
  static auto handle_event(const on::state_timeout<fade>&, const lit&, data&) { return next_state(off{}); }
};

/// state_functions over an enum.
struct gate {
  enum class state { shut, ajar };
  struct data {
    std::int64_t pressed = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(pressed)); }
  };
  static constexpr auto callback_mode = patchbay::callback_mode::state_functions;
  using calls = messages<look>;
  using casts = messages<press>;
  using result = event_handler_result<state>;
  static auto init() { return ok(state::shut, data{}); }
  static auto handle_event(const on::cast<press>&, in<state::shut>, data&) { return next_state(state::ajar); }
  static void handle_event(const on::call<look>& e, in<state::shut>, data&) { reply(e.from, "shut"); }
  static auto handle_event(const on::call<look>& e, in<state::ajar>, data&) {
    return keep_state().reply(e.from, "ajar");
  }
  static std::int64_t format_status(const state&, const data& d) { return d.pressed; }
};

/// handle_event_function over an enum.
struct latch {
  enum class state { shut, ajar };
  struct data {
    std::int64_t pressed = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(pressed)); }
  };
  using calls = messages<look>;
  using casts = messages<press>;
  static statem_init<state, data> init() { return ok(state::shut, data{}); }
  static event_handler_result<state> handle_event(const on::cast<press>&, state now, data&) {
    if (now == state::shut) return next_state(state::ajar);
    return stop(shutdown);
  }
  static auto handle_event(const on::call<look>& e, state now, data&) {
    return keep_state_and_data().reply(e.from, now == state::shut ? "shut" : "ajar");
  }
};

PATCHBAY_GEN_STATEM(lamp, 1);
PATCHBAY_GEN_STATEM(gate, 1);
PATCHBAY_GEN_STATEM(latch, 1);

class modes_test : public testing::Test {
 protected:
  modes_test() { seen = &record_; }
  record record_;
  runtime host_{{patchbay_module_lamp, patchbay_module_gate, patchbay_module_latch}};
  pid start(const char* module) { return static_cast<pid>(host_.spawn(module)); }
};

TEST_F(modes_test, state_functions_one_per_alternative_of_a_variant) {
  const pid lamp_ = start("lamp");
  EXPECT_EQ(gen_statem::call<look>(lamp_), "off");
  cast<press>(lamp_, 3);
  EXPECT_EQ(gen_statem::call<look>(lamp_), "lit 3");
  cast<press>(lamp_, 4);
  EXPECT_EQ(gen_statem::call<look>(lamp_), "lit 7");
  cast<press>(lamp_, 0);
  EXPECT_EQ(gen_statem::call<look>(lamp_), "off");
  // `off` has no enter function: nothing is called.
  EXPECT_EQ(record_.get(), (lines{"lit, before alternative 0", "lit, before alternative 1"}));
}

TEST_F(modes_test, state_functions_one_per_enumerator) {
  const pid gate_ = start("gate");
  EXPECT_EQ(gen_statem::call<look>(gate_), "shut");
  cast<press>(gate_, 1);
  EXPECT_EQ(gen_statem::call<look>(gate_), "ajar");
}

TEST_F(modes_test, handle_event_function) {
  const pid latch_ = start("latch");
  EXPECT_EQ(gen_statem::call<look>(latch_), "shut");
  cast<press>(latch_, 1);
  EXPECT_EQ(gen_statem::call<look>(latch_), "ajar");
}

TEST_F(modes_test, an_event_that_the_state_has_no_function_for_is_a_function_clause) {
  const pid gate_ = start("gate");
  cast<press>(gate_, 1);
  cast<press>(gate_, 1);
  EXPECT_TRUE(eventually([&] { return !host_->alive(static_cast<pb_pid>(gate_)); }));
  EXPECT_TRUE(host_.logged("function_clause: gate has no handle_event for cast<")) << "no crash report";
  EXPECT_TRUE(host_.logged("in state ajar"));
}

TEST_F(modes_test, get_state_shows_state_and_data) {
  const auto shown = host_->get_state(static_cast<pb_pid>(start("lamp")), 10s);
  ASSERT_TRUE(shown);
  EXPECT_EQ(
      shown->schema,
      R"({"struct":[["state",{"variant":[{"struct":[]},{"struct":[["brightness","i64"]]}]}],["data",{"struct":[["pressed","i64"]]}]]})");
  const auto formatted = host_->get_state(static_cast<pb_pid>(start("gate")), 10s);
  ASSERT_TRUE(formatted);
  EXPECT_EQ(formatted->schema, R"("i64")");
}

TEST_F(modes_test, the_table_says_the_mode_and_names_the_state) {
  const pb_module& table = *patchbay_module_gate("test");
  EXPECT_EQ(table.statem->mode, static_cast<std::uint32_t>(PB_STATEM_STATE_FUNCTIONS));
  EXPECT_EQ(table.statem->state_enter, 0U);
  EXPECT_EQ(patchbay_module_lamp("test")->statem->state_enter, 1U);
  EXPECT_EQ(patchbay_module_latch("test")->statem->mode, static_cast<std::uint32_t>(PB_STATEM_HANDLE_EVENT_FUNCTION));
  const state_and_data<gate::state, gate::data> now{gate::state::ajar, {}};
  std::string name;
  const pb_sink out = message::string_sink(name);
  table.statem->state_name(&now, &out);
  EXPECT_EQ(name, "ajar");
}

}  // namespace
}  // namespace patchbay::test
