#include "behaviour/child_spec.hpp"

#include <cstddef>
#include <exception>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "behaviour/args.hpp"

namespace patchbay::behaviour {
namespace {

// A longer list of restart times than this is a mistake in the unit, not a wish.
constexpr std::uint32_t max_intensity = 1'000'000;

error bad_child(std::string term) { return {"start_spec", std::move(term)}; }
error bad_start(const std::string& why) { return {"bad_start_spec", why}; }
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

std::string_view word(strategy_type strategy) noexcept {
  constexpr std::string_view words[] = {"one_for_one", "one_for_all", "rest_for_one", "simple_one_for_one"};
  return words[static_cast<std::size_t>(strategy)];
}

std::string_view word(auto_shutdown_type when) noexcept {
  constexpr std::string_view words[] = {"never", "any_significant", "all_significant"};
  return words[static_cast<std::size_t>(when)];
}

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
  if (made.module.empty() || slash == 0) return bad_child("{missing_start," + made.id + "}");
  if (raw.restart > PB_RESTART_TEMPORARY) {
    return bad_child("{invalid_restart_type," + std::to_string(raw.restart) + "}");
  }
  if (raw.type > PB_CHILD_SUPERVISOR) return bad_child("{invalid_child_type," + std::to_string(raw.type) + "}");
  if (raw.significant > 1) return bad_child("{invalid_significant," + std::to_string(raw.significant) + "}");
  made.significant = raw.significant == 1;
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

outcome<void> check_significant(const child_spec& spec, std::optional<auto_shutdown_type> auto_shutdown) {
  if (!spec.significant) return {};
  if (auto_shutdown == auto_shutdown_type::never) {
    return bad_child("{bad_combination,[{auto_shutdown,never},{significant,true}]}");
  }
  if (spec.restart == restart_type::permanent) {
    return bad_child("{bad_combination,[{restart,permanent},{significant,true}]}");
  }
  return {};
}

outcome<void> check_childspecs(const std::vector<child_spec>& specs, std::optional<auto_shutdown_type> auto_shutdown) {
  std::set<std::string_view> ids;
  for (const auto& each : specs) {
    if (!ids.insert(each.id).second) return bad_child("{duplicate_child_name," + each.id + "}");
    if (auto fit = check_significant(each, auto_shutdown); !fit) return fit;
  }
  return {};
}

outcome<sup_flags> make_sup_flags(const pb_sup_flags& raw) {
  const auto invalid = [](const char* what, std::uint64_t value) {
    return bad_flags(std::string("{invalid_") + what + "," + std::to_string(value) + "}");
  };
  if (raw.strategy > PB_STRATEGY_SIMPLE_ONE_FOR_ONE) return invalid("strategy", raw.strategy);
  if (raw.intensity > max_intensity) return invalid("intensity", raw.intensity);
  if (raw.period_s == 0) return invalid("period", raw.period_s);
  if (raw.auto_shutdown > PB_AUTO_SHUTDOWN_ALL_SIGNIFICANT) return invalid("auto_shutdown", raw.auto_shutdown);
  sup_flags made;
  made.intensity = raw.intensity;
  made.period = std::chrono::seconds(raw.period_s);
  made.strategy = static_cast<strategy_type>(raw.strategy);
  made.auto_shutdown = static_cast<auto_shutdown_type>(raw.auto_shutdown);
  made.dynamic = raw.dynamic != 0;
  if (made.dynamic) {
    // As Elixir's DynamicSupervisor: one_for_one is all it offers.
    if (made.strategy != strategy_type::one_for_one) return invalid("strategy", raw.strategy);
    made.max_children = raw.max_children;
    if (raw.extra_args_json.size != 0) made.extra_args_json = copy(raw.extra_args_json);
    if (const auto args = args_table::parse(made.extra_args_json); !args) {
      return bad_flags("{invalid_extra_arguments," + args.failure().text + "}");
    }
  }
  made.partitions = raw.struct_size >= sizeof(pb_sup_flags) && raw.partitions != 0;
  if (made.partitions && made.many()) return bad_flags("{bad_combination,[{partitions,true},{dynamic,true}]}");
  return made;
}

std::string merge_args(const std::string& base, const std::string& over) {
  if (over.empty() || over == "{}") return base;
  auto merged = nlohmann::json::parse(base.empty() ? "{}" : base);
  merged.update(nlohmann::json::parse(over));
  return merged.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

pb_sup_builder sup_builder::handle() noexcept { return {this, &sup_builder::set_flags, &sup_builder::add_child}; }

outcome<sup_spec> sup_builder::take() {
  if (!failure_.code.empty()) return failure_;
  const sup_flags& flags = spec_.flags;
  if (flags.dynamic && !spec_.children.empty()) {
    return bad_start("a dynamic supervisor's children come from start_child, but init gives " + spec_.children[0].id);
  }
  if (flags.strategy == strategy_type::simple_one_for_one && spec_.children.size() != 1) {
    return bad_start("simple_one_for_one takes exactly one child, and init gives " +
                     std::to_string(spec_.children.size()));
  }
  if (auto checked = check_childspecs(spec_.children, flags.auto_shutdown); !checked) return checked.failure();
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
