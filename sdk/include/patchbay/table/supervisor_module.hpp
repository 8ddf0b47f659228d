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
#include <patchbay/table/texts.hpp>
#include <patchbay/times.hpp>

namespace patchbay::detail {

inline void write_spec(const sup_spec& spec, const pb_sup_builder& out) {
  pb_sup_flags flags{};
  flags.struct_size = sizeof flags;
  flags.strategy = static_cast<std::uint32_t>(spec.strategy);
  flags.intensity = spec.intensity;
  flags.period_s = static_cast<std::uint32_t>(spec.period.count());
  flags.max_children = PB_INFINITY;
  out.flags(out.context, &flags);
  for (const auto& child : spec.children) {
    const bool is_supervisor = child.type == child_type::supervisor;
    const auto shutdown = child.shutdown.value_or(is_supervisor ? infinity : std::chrono::milliseconds(5000));
    const auto& module = child.module.empty() ? child.id : child.module;
    const pb_child_spec raw{sizeof(pb_child_spec),
                            static_cast<std::uint32_t>(child.restart),
                            static_cast<std::uint32_t>(child.type),
                            child.significant ? 1u : 0u,
                            to_str(child.id),
                            to_str(module),
                            to_str(child.name),
                            to_str(child.args.json()),
                            to_ms(shutdown)};
    out.child(out.context, &raw);
  }
}

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
      using answer = decltype(run());
      static_assert(
          std::is_convertible_v<answer, std::optional<sup_spec>>,
          "Patchbay: a supervisor's init returns patchbay::sup_spec, or a std::optional of it: empty is `ignore`");
      if constexpr (std::is_convertible_v<answer, std::optional<sup_spec>>) {
        const std::optional<sup_spec> spec = run();
        if (!spec) return PB_E_IGNORE;
        write_spec(*spec, *out);
      }
      return PB_OK;
    });
  }
};

}  // namespace patchbay::detail
