#include "behaviour/application_callbacks.hpp"

#include <utility>

#include "behaviour/args.hpp"
#include "message/envelope.hpp"
#include "process/module.hpp"

namespace patchbay::behaviour {
namespace {

using nlohmann::json;

/// Runs one function with a sink for what it says.
template <class Run>
outcome<void> said(Run run) {
  std::string text;
  const pb_sink sink = message::string_sink(text);
  const pb_status status = run(&sink);
  if (status == PB_OK) return {};
  if (status == PB_E_IGNORE) return error{"exit", "ignore"};
  return error{"exit", text.empty() ? "error" : std::move(text)};
}

}  // namespace

application_callbacks::application_callbacks(const host_table::module_finder& find, const std::string& module,
                                             const std::string& application)
    : code_(module.empty() ? nullptr : find(module, application)) {}

application_callbacks::~application_callbacks() {
  if (code_ != nullptr) code_->group().release();
}

bool application_callbacks::is_application() const noexcept {
  return code_ != nullptr && code_->table().behaviour == PB_BEHAVIOUR_APPLICATION;
}

outcome<application_callbacks::started> application_callbacks::start(const json& args) const {
  const args_table given(args);
  started made;
  const pb_sink module = message::string_sink(made.module);
  const pb_sink args_out = message::string_sink(made.args_json);
  const pb_sink state = message::string_sink(made.state_json);
  const pb_application_start out{sizeof out, 0, &module, &args_out, &state};
  const auto done = said([&](const pb_sink* error) { return table().start(given.handle(), &out, error); });
  if (!done) return done.failure();
  if (made.module.empty()) return error{"exit", "bad_return: start names no module for the top process"};
  for (const std::string* each : {&made.args_json, &made.state_json}) {
    if (auto parsed = args_table::parse(*each); !parsed) return error{"exit", "bad_return: " + parsed.failure().text};
  }
  return made;
}

bool application_callbacks::has_start_phase() const noexcept { return table().start_phase != nullptr; }

outcome<void> application_callbacks::start_phase(std::string_view phase, const std::string& args_json) const {
  const auto args = args_table::parse(args_json);
  if (!args) return args.failure();
  return said([&](const pb_sink* error) { return table().start_phase(message::str(phase), args->handle(), error); });
}

outcome<std::string> application_callbacks::prep_stop(const std::string& state_json) const {
  if (table().prep_stop == nullptr) return state_json;
  const auto state = args_table::parse(state_json);
  if (!state) return state.failure();
  std::string next;
  const pb_sink sink = message::string_sink(next);
  const auto done = said([&](const pb_sink* error) { return table().prep_stop(state->handle(), &sink, error); });
  if (!done) return done.failure();
  return next.empty() ? state_json : next;
}

outcome<void> application_callbacks::stop(const std::string& state_json) const {
  if (table().stop == nullptr) return {};
  const auto state = args_table::parse(state_json);
  if (!state) return state.failure();
  return said([&](const pb_sink* error) { return table().stop(state->handle(), error); });
}

outcome<void> application_callbacks::config_change(const env_difference& what) const {
  if (table().config_change == nullptr) return {};
  const args_table all(json{{"changed", what.changed}, {"added", what.added}, {"removed", what.removed}});
  const auto part = [&](std::string_view key) {
    pb_value value{};
    args_find(nullptr, all.handle(), message::str(key), &value);
    return value.table;
  };
  return said([&](const pb_sink* error) {
    return table().config_change(part("changed"), part("added"), part("removed"), error);
  });
}

}  // namespace patchbay::behaviour
