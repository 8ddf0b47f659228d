#pragma once
// The pb_module of an application's callback module.
#include <string>
#include <string_view>
#include <type_traits>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/args.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/texts.hpp>

namespace patchbay::application {

/// What start answers: the top process, whose end is the application's, and what prep_stop and stop are given. An exception is {error,Reason}.
struct top {
  std::string module;  ///< of this application, or `application/module`
  arg_list args = {};
  arg_list state = {};
};

}  // namespace patchbay::application

namespace patchbay::detail {

template <class Application>
class application_module {
 public:
  static const pb_module* table(std::string_view name) {
    static pb_application_callbacks callbacks{};
    callbacks.struct_size = sizeof callbacks;
    callbacks.start = &start;
    if constexpr (requires(std::string_view phase, const args& a) { Application::start_phase(phase, a); })
      callbacks.start_phase = &start_phase;
    if constexpr (has_prep_stop()) callbacks.prep_stop = &prep_stop;
    if constexpr (has_stop()) callbacks.stop = &stop;
    if constexpr (requires(const args& a) { Application::config_change(a, a, a); })
      callbacks.config_change = &config_change;
    static pb_module module{};
    module.struct_size = sizeof(pb_module);
    module.behaviour = PB_BEHAVIOUR_APPLICATION;
    module.name = to_str(name);
    module.application = &callbacks;
    return &module;
  }

 private:
  static constexpr bool has_prep_stop() {
    return requires(const args& a) { Application::prep_stop(a); } || requires { Application::prep_stop(); };
  }
  static constexpr bool has_stop() {
    return requires(const args& a) { Application::stop(a); } || requires { Application::stop(); };
  }

  static pb_status start(const pb_args* raw, const pb_application_start* out, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const args env(raw);
      const auto run = [&] {
        if constexpr (requires { Application::start(env); }) {
          return Application::start(env);
        } else {
          static_assert(
              requires { Application::start(); },
              "Patchbay: an application has `static patchbay::application::top start(const patchbay::args&)`");
          return Application::start();
        }
      };
      static_assert(std::is_convertible_v<decltype(run()), application::top>,
                    "Patchbay: an application's start returns patchbay::application::top");
      const application::top made = run();
      write_text(out->module, made.module);
      write_text(out->args_json, made.args.json());
      write_text(out->state_json, made.state.json());
      return PB_OK;
    });
  }

  static pb_status start_phase(pb_str phase, const pb_args* raw, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      Application::start_phase(to_view(phase), args(raw));
      return PB_OK;
    });
  }

  static pb_status prep_stop(const pb_args* raw, const pb_sink* next, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const args state(raw);
      const auto run = [&] {
        if constexpr (requires { Application::prep_stop(state); }) {
          return Application::prep_stop(state);
        } else {
          return Application::prep_stop();
        }
      };
      if constexpr (std::is_void_v<decltype(run())>) {
        run();
      } else {
        static_assert(std::is_convertible_v<decltype(run()), arg_list>,
                      "Patchbay: prep_stop returns nothing, or the next state as a patchbay::arg_list");
        write_text(next, arg_list(run()).json());
      }
      return PB_OK;
    });
  }

  static pb_status stop(const pb_args* raw, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const args state(raw);
      if constexpr (requires { Application::stop(state); }) {
        Application::stop(state);
      } else {
        Application::stop();
      }
      return PB_OK;
    });
  }

  static pb_status config_change(const pb_args* changed, const pb_args* added, const pb_args* removed,
                                 const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      Application::config_change(args(changed), args(added), args(removed));
      return PB_OK;
    });
  }
};

}  // namespace patchbay::detail
