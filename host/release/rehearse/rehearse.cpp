#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "message/codec.hpp"
#include "message/envelope.hpp"
#include "patchbay/rehearsal.hpp"
#include "release/rehearse/differences.hpp"
#include "release/rehearse/draw.hpp"
#include "release/rehearse/round_trip.hpp"
#include "release/rehearse/shrink.hpp"

namespace patchbay {
namespace {

using message::schema;
using nlohmann::json;

/// One migration, one kind of first state.
class direction {
 public:
  direction(const release::round_trip& over, bool old_first, const schema& as, const rehearsal_options& options)
      : over_(over), old_first_(old_first), as_(as), options_(options) {}

  /// nullopt: nothing to complain about.
  std::optional<rehearsal_finding> look(const json& state) const {
    rehearsal_finding found;
    found.state = state.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto bytes = message::json_to_binary(as_, state);
    if (!bytes) {
      found.way = "state";
      found.why = bytes.failure().text;
      return found;
    }
    const release::trip made = old_first_ ? over_.from_old(*bytes) : over_.from_new(*bytes);
    if (!made.failed.empty()) {
      found.way = made.failed;
      found.why = made.why;
      return found;
    }
    if (!old_first_ || made.after.empty()) return std::nullopt;
    found.way = "round";
    found.differences =
        release::differences(as_, made.before, made.after, options_.lossy).value_or(std::vector<std::string>());
    if (found.differences.empty()) return std::nullopt;
    return found;
  }

  /// The smallest state that is complained about in the same way.
  rehearsal_finding smallest(const json& state, const rehearsal_finding& first) const {
    const auto same = [&](const json& candidate) {
      const auto found = look(candidate);
      return found && found->way == first.way;
    };
    return look(release::shrink(state, same)).value_or(first);
  }

 private:
  const release::round_trip& over_;
  bool old_first_;
  const schema& as_;
  const rehearsal_options& options_;
};

outcome<schema> schema_of(const pb_type& type, const std::string& what) {
  auto as = message::parse_schema(message::view(type.schema));
  if (!as) return error{as.failure().code, what + ": " + as.failure().text};
  if (release::is_opaque(*as)) {
    return error{"opaque", what + " holds what only the plugin's own code can write (" + message::describe(*as) +
                               "); rehearse it in a test of your own"};
  }
  return as;
}

/// One finding of each way is enough: the others say the same of other states.
void try_all(const direction& of, std::uint32_t version, const std::vector<json>& given,
             const std::vector<json>& generated, rehearsal_report& report) {
  for (const json& state : given) {
    ++report.states;
    if (auto found = of.look(state)) {
      found->version = version;
      report.findings.push_back(std::move(*found));
    }
  }
  std::vector<std::string> seen;
  for (const json& state : generated) {
    ++report.states;
    const auto found = of.look(state);
    if (!found || std::find(seen.begin(), seen.end(), found->way) != seen.end()) continue;
    seen.push_back(found->way);
    report.findings.push_back(of.smallest(state, *found));
    report.findings.back().version = version;
  }
}

std::vector<json> drawn(const schema& as, const rehearsal_options& options) {
  release::drawer source(as, options.seed);
  std::vector<json> states;
  for (std::size_t i = 0; i < options.generate; ++i) states.push_back(source.draw());
  return states;
}

}  // namespace

outcome<rehearsal_report> rehearse(const pb_module& module, const rehearsal_options& options,
                                   std::uint32_t only_version) {
  const std::string name(message::view(module.name));
  std::vector<json> given;
  for (const std::string& text : options.states_json) {
    auto state = message::parse_json(text);
    if (!state) {
      return error{state.failure().code,
                   name + ", state " + std::to_string(given.size() + 1) + " of those given: " + state.failure().text};
    }
    given.push_back(std::move(*state));
  }
  rehearsal_report report;
  for (std::size_t i = 0; i < module.migration_count; ++i) {
    const pb_migration& over = *module.migrations[i];
    if (only_version != 0 && over.version != only_version) continue;
    const auto before = schema_of(*over.old_state, name + ", state version " + std::to_string(over.version));
    if (!before) return before.failure();
    const auto now = schema_of(*module.state, name);
    if (!now) return now.failure();
    ++report.migrations;
    const release::round_trip trip(module, over);
    if (over.up != nullptr) {
      try_all({trip, true, *before, options}, over.version, given, drawn(*before, options), report);
    }
    if (over.down != nullptr) try_all({trip, false, *now, options}, over.version, {}, drawn(*now, options), report);
  }
  if (report.migrations == 0) {
    return error{"no_code_change",
                 name + " has no code_change" +
                     (only_version == 0 ? std::string() : " for state version " + std::to_string(only_version)) +
                     "; there is nothing to rehearse"};
  }
  return report;
}

}  // namespace patchbay
