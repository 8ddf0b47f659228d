#pragma once
// The pb_module of a supervisor.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <patchbay/abi.h>
#include <patchbay/args.hpp>
#include <patchbay/child_spec.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/texts.hpp>
#include <patchbay/times.hpp>

namespace patchbay::detail {

/// What the ABI has of one child; refers to the spec's texts.
inline pb_child_spec raw_spec(const child_spec& child) {
  const bool is_supervisor = child.type == child_type::supervisor;
  const auto shutdown = child.shutdown.value_or(is_supervisor ? infinity : std::chrono::milliseconds(5000));
  const auto& module = child.module.empty() ? child.id : child.module;
  const auto& id = child.id.empty() ? child.module : child.id;
  return {sizeof(pb_child_spec),
          static_cast<std::uint32_t>(child.restart),
          static_cast<std::uint32_t>(child.type),
          child.significant ? 1u : 0u,
          to_str(id),
          to_str(module),
          to_str(child.name),
          to_str(child.args.json()),
          to_ms(shutdown)};
}

inline pb_sup_flags raw_flags(strategy how, std::uint32_t intensity, std::chrono::seconds period) {
  pb_sup_flags flags{};
  flags.struct_size = sizeof flags;
  flags.strategy = static_cast<std::uint32_t>(how);
  flags.intensity = intensity;
  flags.period_s = static_cast<std::uint32_t>(period.count());
  flags.max_children = PB_INFINITY;
  return flags;
}

inline void write_spec(const sup_spec& spec, const pb_sup_builder& out) {
  pb_sup_flags flags = raw_flags(spec.strategy, spec.intensity, spec.period);
  flags.auto_shutdown = static_cast<std::uint32_t>(spec.auto_shutdown);
  out.flags(out.context, &flags);
  for (const auto& child : spec.children) {
    const pb_child_spec raw = raw_spec(child);
    out.child(out.context, &raw);
  }
}

inline void write_spec(const dynamic_sup_spec& spec, const pb_sup_builder& out) {
  pb_sup_flags flags = raw_flags(one_for_one, spec.max_restarts, spec.max_seconds);
  flags.dynamic = 1;
  flags.max_children = spec.max_children.value_or(PB_INFINITY);
  flags.extra_args_json = to_str(spec.extra_arguments.json());
  out.flags(out.context, &flags);
}

inline void write_spec(const partition_sup_spec& spec, const pb_sup_builder& out) {
  pb_sup_flags flags = raw_flags(spec.strategy, spec.max_restarts, spec.max_seconds);
  flags.partitions = 1;
  out.flags(out.context, &flags);
  const auto count = spec.partitions
                         ? *spec.partitions
                         : (host().supervisors == nullptr ? 1 : host().supervisors->schedulers_online(host_table));
  for (std::uint64_t i = 0; i < count; ++i) {
    child_spec child = spec.child;
    if (child.module.empty()) child.module = child.id;
    child.id = std::to_string(i);
    child.name.clear();
    if (spec.with_arguments) child.args = spec.with_arguments(spec.child.args, i);
    const pb_child_spec raw = raw_spec(child);
    out.child(out.context, &raw);
  }
}

template <class Spec>
struct spec_or_ignore {
  static constexpr bool valid = requires(const Spec& spec, const pb_sup_builder& out) { write_spec(spec, out); };
};
template <class Spec>
struct spec_or_ignore<std::optional<Spec>> : spec_or_ignore<Spec> {};

template <class Supervisor>
class supervisor_module {
 public:
  static const pb_module* table(std::string_view name) {
    static pb_module module{};
    module.struct_size = sizeof(pb_module);
    module.behaviour = PB_BEHAVIOUR_SUPERVISOR;
    module.name = to_str(name);
    module.supervisor_init = &init;
    return &module;
  }

 private:
  static pb_status init(const pb_args* raw, const pb_sup_builder* out, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const args config(raw);
      const auto run = [&] {
        if constexpr (requires { Supervisor::init(config); }) {
          return Supervisor::init(config);
        } else {
          static_assert(
              requires { Supervisor::init(); },
              "Patchbay: a supervisor has `static patchbay::sup_spec init(const patchbay::args&)`");
          return Supervisor::init();
        }
      };
      using answer = std::remove_cvref_t<decltype(run())>;
      static_assert(
          spec_or_ignore<answer>::valid,
          "Patchbay: a supervisor's init returns patchbay::sup_spec, dynamic_sup_spec or partition_sup_spec, or a "
          "std::optional of one: empty is `ignore`");
      if constexpr (spec_or_ignore<answer>::valid) {
        const answer spec = run();
        if constexpr (requires { spec.has_value(); }) {
          if (!spec) return PB_E_IGNORE;
          write_spec(*spec, *out);
        } else {
          write_spec(spec, *out);
        }
      }
      return PB_OK;
    });
  }
};

}  // namespace patchbay::detail
