#include "behaviour/child_spec.hpp"

#include <cstddef>
#include <exception>
#include <set>
#include <utility>

#include "behaviour/args.hpp"

namespace patchbay::behaviour {
namespace {

// A longer list of restart times than this is a mistake in the unit, not a wish.
constexpr std::uint32_t max_intensity = 1'000'000;

error bad_child(std::string term) { return {"start_spec", std::move(term)}; }
error bad_flags(std::string term) { return {"supervisor_data", std::move(term)}; }
std::string copy(const pb_str& text) { return {text.data, text.size}; }

}  // namespace

std::string_view word(restart_type restart) noexcept {
  switch (restart) {
    case restart_type::permanent:
      return "permanent";
    case restart_type::transient:
      return "transient";
    case restart_type::temporary:
      return "temporary";
  }
  return "";
}

std::string_view word(child_type type) noexcept { return type == child_type::supervisor ? "supervisor" : "worker"; }

std::string child_spec::shutdown_words() const {
  if (brutal_kill()) return "brutal_kill";
  return shutdown == std::chrono::milliseconds::max() ? "infinity" : std::to_string(shutdown.count());
}

outcome<child_spec> make_child_spec(const pb_child_spec& raw, std::string_view application) {
  child_spec made;
  made.id = copy(raw.id);
  if (made.id.empty()) return bad_child("missing_id");
  const std::string module = copy(raw.module);
  const auto slash = module.find('/');
  made.application = slash == std::string::npos ? std::string(application) : module.substr(0, slash);
  made.module = slash == std::string::npos ? module : module.substr(slash + 1);
  if (made.module.empty() || made.application.empty()) return bad_child("{missing_start," + made.id + "}");
  if (raw.restart > PB_RESTART_TEMPORARY) {
    return bad_child("{invalid_restart_type," + std::to_string(raw.restart) + "}");
  }
  if (raw.type > PB_CHILD_SUPERVISOR) return bad_child("{invalid_child_type," + std::to_string(raw.type) + "}");
  if (raw.significant != 0) return bad_child("{bad_combination,[{auto_shutdown,never},{significant,true}]}");
  made.restart = static_cast<restart_type>(raw.restart);
  made.type = static_cast<child_type>(raw.type);
  made.name = copy(raw.name);
  made.args_json = raw.args_json.size == 0 ? "{}" : copy(raw.args_json);
  if (const auto args = args_table::parse(made.args_json); !args) {
    return bad_child("{invalid_args," + made.id + "," + args.failure().text + "}");
  }
  constexpr auto longest = std::chrono::milliseconds::max();
  made.shutdown = raw.shutdown_ms >= static_cast<std::uint64_t>(longest.count())
                      ? longest
                      : std::chrono::milliseconds(static_cast<std::int64_t>(raw.shutdown_ms));
  return made;
}

outcome<sup_flags> make_sup_flags(const pb_sup_flags& raw) {
  switch (raw.strategy) {
    case PB_STRATEGY_ONE_FOR_ONE:
      break;
    case PB_STRATEGY_ONE_FOR_ALL:
      return bad_flags("{unsupported_strategy,one_for_all}: this host offers one_for_one");
    case PB_STRATEGY_REST_FOR_ONE:
      return bad_flags("{unsupported_strategy,rest_for_one}: this host offers one_for_one");
    case PB_STRATEGY_SIMPLE_ONE_FOR_ONE:
      return bad_flags("{unsupported_strategy,simple_one_for_one}: this host offers one_for_one");
    default:
      return bad_flags("{invalid_strategy," + std::to_string(raw.strategy) + "}");
  }
  if (raw.intensity > max_intensity) return bad_flags("{invalid_intensity," + std::to_string(raw.intensity) + "}");
  if (raw.period_s == 0) return bad_flags("{invalid_period,0}");
  return sup_flags{raw.intensity, std::chrono::seconds(raw.period_s)};
}

pb_sup_builder sup_builder::handle() noexcept { return {this, &sup_builder::set_flags, &sup_builder::add_child}; }

outcome<sup_spec> sup_builder::take() {
  if (!failure_.code.empty()) return failure_;
  std::set<std::string_view> ids;
  for (const auto& child : spec_.children) {
    if (!ids.insert(child.id).second) return bad_child("{duplicate_child_name," + child.id + "}");
  }
  return std::move(spec_);
}

// Called by plugin code: nothing may be thrown through it.
void sup_builder::set_flags(void* context, const pb_sup_flags* flags) {
  auto& self = *static_cast<sup_builder*>(context);
  try {
    if (const auto made = make_sup_flags(*flags)) {
      self.spec_.flags = *made;
    } else {
      self.fail(made.failure());
    }
  } catch (const std::exception& e) {
    self.fail({"supervisor_data", e.what()});
  }
}

void sup_builder::add_child(void* context, const pb_child_spec* child) {
  auto& self = *static_cast<sup_builder*>(context);
  try {
    auto made = make_child_spec(*child, self.application_);
    if (made) {
      self.spec_.children.push_back(std::move(made.value()));
    } else {
      self.fail(made.failure());
    }
  } catch (const std::exception& e) {
    self.fail({"start_spec", e.what()});
  }
}

void sup_builder::fail(const error& why) {
  if (failure_.code.empty()) failure_ = why;
}

}  // namespace patchbay::behaviour
