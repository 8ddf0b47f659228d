// The callback module's table: which functions it has, and what they are given and answer.
#include <patchbay/application.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace {

std::vector<std::string> noted;
void note(std::string_view what, std::string_view which = {}, const patchbay::args& a = patchbay::args()) {
  noted.push_back(std::string(what) + " " + std::string(which) + " " + a.json());
}

// README: application
struct bank {
  static patchbay::application::top start(const patchbay::args& env) {
    return {.module = "bank_sup", .args = env, .state = {{"opened", true}}};
  }
  static void start_phase(std::string_view phase, const patchbay::args& args) { note("phase", phase, args); }
  static void prep_stop() { note("prep_stop"); }
  static void stop(const patchbay::args& state) { note("stop", "", state); }
  static void config_change(const patchbay::args& changed, const patchbay::args& added, const patchbay::args& removed) {
    for (std::size_t i = 0; i < changed.size(); ++i) note("changed", changed.key(i));
    note("added", "", added);
    note("removed", "", removed);
  }
};
PATCHBAY_APPLICATION(bank)
// README end

struct smallest {
  static patchbay::application::top start() { throw std::runtime_error("no_disk"); }
};
PATCHBAY_APPLICATION(smallest)

struct sinks {
  patchbay::detail::text_sink module;
  patchbay::detail::text_sink args;
  patchbay::detail::text_sink state;
  patchbay::detail::text_sink error;
  pb_application_start out{sizeof out, 0, module.get(), args.get(), state.get()};
};

TEST(application, start_answers_with_the_top_process_and_the_state) {
  const pb_module* table = patchbay_module_bank("bank");
  EXPECT_EQ(table->behaviour, PB_BEHAVIOUR_APPLICATION);
  ASSERT_NE(table->application, nullptr);
  sinks to;
  ASSERT_EQ(table->application->start(nullptr, &to.out, to.error.get()), PB_OK);
  EXPECT_EQ(to.module.take(), "bank_sup");
  EXPECT_EQ(to.args.take(), "{}");
  EXPECT_EQ(to.state.take(), "{\"opened\":true}");
}

TEST(application, the_others_are_told) {
  const auto& functions = *patchbay_module_bank("bank")->application;
  noted.clear();
  sinks to;
  ASSERT_EQ(functions.start_phase(patchbay::detail::to_str("go"), nullptr, to.error.get()), PB_OK);
  ASSERT_EQ(functions.prep_stop(nullptr, to.state.get(), to.error.get()), PB_OK);
  EXPECT_EQ(to.state.take(), "") << "the same state";
  ASSERT_EQ(functions.stop(nullptr, to.error.get()), PB_OK);
  ASSERT_EQ(functions.config_change(nullptr, nullptr, nullptr, to.error.get()), PB_OK);
  EXPECT_EQ(noted, (std::vector<std::string>{"phase go {}", "prep_stop  {}", "stop  {}", "added  {}", "removed  {}"}));
}

TEST(application, an_exception_is_an_error_and_what_is_left_out_is_null) {
  const auto& functions = *patchbay_module_smallest("bank")->application;
  sinks to;
  EXPECT_EQ(functions.start(nullptr, &to.out, to.error.get()), PB_E_EXCEPTION);
  EXPECT_EQ(to.error.take(), "no_disk");
  EXPECT_EQ(functions.start_phase, nullptr);
  EXPECT_EQ(functions.prep_stop, nullptr);
  EXPECT_EQ(functions.stop, nullptr);
  EXPECT_EQ(functions.config_change, nullptr);
}

}  // namespace
