#pragma once
// An application's callback module, and OTP's application functions.
//
//   struct bank {
//     static patchbay::application::top start(const patchbay::args& env) { return {.module = "bank_sup", .args = env}; }
//     static void start_phase(std::string_view phase, const patchbay::args&);      // optional, as all that follow
//     static void prep_stop();                                                       // may take the state, and return the next
//     static void stop();                                                            // may take the state
//     static void config_change(const patchbay::args& changed, const patchbay::args& added, const patchbay::args& removed);
//   };
//   PATCHBAY_APPLICATION(bank)
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/args.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/application_module.hpp>
#include <patchbay/table/env_reader.hpp>
#include <patchbay/visibility.hpp>

namespace patchbay::application {

/// What the end of an application means: temporary, nothing; transient, one with any reason but normal ends the host, so also the shutdown that a
/// supervisor ends with; permanent, any does.
enum class type : std::uint32_t {
  temporary = PB_APPLICATION_TEMPORARY,
  transient = PB_APPLICATION_TRANSIENT,
  permanent = PB_APPLICATION_PERMANENT
};
/// How ensure_all_started starts what is needed.
enum class mode : std::uint32_t { serial = PB_APPLICATION_SERIAL, concurrent = PB_APPLICATION_CONCURRENT };

/// One line of which_applications.
struct info {
  std::string name;
  std::string description;
  std::string vsn;
};

// Where no application is named this plugin's own is meant. Thread of all: any. Errors of all: status_error.

/// application:get_env/2. Dots go into tables. Empty: undefined. Errors: also std::invalid_argument, where the value is of another kind; see args::get.
template <class T>
[[nodiscard]] std::optional<T> get_env(std::string_view application, std::string_view key) {
  static_assert(
      !detail::refers_to_args<T>::value,
      "Patchbay: get_env gives copies; take std::string, or a vector of values, instead of what refers to the env");
  std::optional<T> value;
  detail::read_env(application, [&](const args& env) {
    if (env.has(key)) value = env.get<T>(key);
  });
  return value;
}
template <class T>
[[nodiscard]] std::optional<T> get_env(std::string_view key) {
  return get_env<T>(detail::to_view(detail::own_application), key);
}
/// application:get_env/3, of this application.
template <class T>
[[nodiscard]] T get_env_or(std::string_view key, std::type_identity_t<T> fallback) {
  auto value = get_env<T>(key);
  return value ? std::move(*value) : std::move(fallback);
}
/// application:get_all_env, for writing arguments from it.
[[nodiscard]] inline arg_list get_all_env(std::string_view application = detail::to_view(detail::own_application)) {
  arg_list all;
  detail::read_env(application, [&](const args& env) { all = arg_list(env); });
  return all;
}
/// application:set_env: holds over stops and upgrades, until it is set again or unset.
inline void set_env(std::string_view application, std::string_view key, const arg_value& value) {
  const auto status = detail::applications().set_env(detail::host_table, detail::to_str(application),
                                                     detail::to_str(key), detail::to_str(value.json()));
  detail::check(status, "application:set_env " + std::string(key));
}
inline void set_env(std::string_view key, const arg_value& value) {
  set_env(detail::to_view(detail::own_application), key, value);
}
/// application:unset_env.
inline void unset_env(std::string_view key, std::string_view application = detail::to_view(detail::own_application)) {
  const auto status =
      detail::applications().unset_env(detail::host_table, detail::to_str(application), detail::to_str(key));
  detail::check(status, "application:unset_env " + std::string(key));
}

namespace functions {

inline std::vector<std::string> start(std::string_view application, type how, std::uint32_t dependencies) {
  std::vector<std::string> started;
  detail::text_sink reason;
  const auto add = [](void* context, pb_str name) noexcept {
    // Memory that cannot be had shortens the list; the application runs all the same.
    try {
      static_cast<std::vector<std::string>*>(context)->emplace_back(detail::to_view(name));
    } catch (...) {  // NOLINT(bugprone-empty-catch)
    }
  };
  const auto status =
      detail::applications().start(detail::host_table, detail::to_str(application), static_cast<std::uint32_t>(how),
                                   dependencies, &started, add, reason.get());
  detail::check(status, "application:start " + std::string(application), reason.take());
  return started;
}

}  // namespace functions

/// application:start/2: not_started with the dependency's name, already_started, not_found, init, badarg (in a process of that application).
inline void start(std::string_view application, type how = type::temporary) {
  (void)functions::start(application, how, PB_APPLICATION_ALONE);
}
/// application:ensure_all_started/3: those that it started, in their order. Where one fails those are stopped again.
inline std::vector<std::string> ensure_all_started(std::string_view application, type how = type::temporary,
                                                   mode dependencies = mode::serial) {
  return functions::start(application, how, static_cast<std::uint32_t>(dependencies));
}
/// application:stop: not_started, badarg (in a process of that application).
inline void stop(std::string_view application) {
  detail::text_sink reason;
  const auto status = detail::applications().stop(detail::host_table, detail::to_str(application), reason.get());
  detail::check(status, "application:stop " + std::string(application), reason.take());
}
/// application:load: already_loaded, not_found.
inline void load(std::string_view application) {
  detail::text_sink reason;
  const auto status = detail::applications().load(detail::host_table, detail::to_str(application), reason.get());
  detail::check(status, "application:load " + std::string(application), reason.take());
}
/// application:unload: running, not_found.
inline void unload(std::string_view application) {
  detail::text_sink reason;
  const auto status = detail::applications().unload(detail::host_table, detail::to_str(application), reason.get());
  detail::check(status, "application:unload " + std::string(application), reason.take());
}

namespace functions {

inline std::vector<info> list(bool loaded) {
  struct result {
    std::vector<info> all;
    std::exception_ptr failure;
  } made;
  const auto add = [](void* context, const pb_application_info* one) noexcept {
    auto& into = *static_cast<result*>(context);
    try {
      into.all.push_back({std::string(detail::to_view(one->name)), std::string(detail::to_view(one->description)),
                          std::string(detail::to_view(one->version))});
    } catch (...) {
      into.failure = std::current_exception();
    }
  };
  detail::check(detail::applications().which(detail::host_table, loaded ? 1 : 0, &made, add),
                "application:which_applications");
  if (made.failure) std::rethrow_exception(made.failure);
  return std::move(made.all);
}

}  // namespace functions

/// application:which_applications: those that run, newest first.
[[nodiscard]] inline std::vector<info> which_applications() { return functions::list(false); }
/// application:loaded_applications.
[[nodiscard]] inline std::vector<info> loaded_applications() { return functions::list(true); }

}  // namespace patchbay::application

/// Makes a struct the callback module of this plugin's application; `mod` in the app file names it. Stands in the global namespace or
/// in the struct's own.
#define PATCHBAY_APPLICATION(type)                                                         \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view) { \
    return ::patchbay::detail::application_module<type>::table(#type);                     \
  }
