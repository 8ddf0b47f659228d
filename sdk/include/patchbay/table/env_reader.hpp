#pragma once
// The host's table of applications, and reading an env in place.
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/args.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/texts.hpp>

namespace patchbay::detail {

/// Errors: unsupported.
inline const pb_application_api& applications() {
  if (host().applications == nullptr) check(PB_E_UNSUPPORTED, "this host offers no application functions");
  return *host().applications;
}

/// What would refer to an env that is gone when it is looked at.
template <class T>
struct refers_to_args : std::bool_constant<std::is_same_v<T, args> || std::is_same_v<T, std::string_view>> {};
template <class T>
struct refers_to_args<std::vector<T>> : refers_to_args<T> {};

/// Runs `read(const args&)` on the whole env. Errors: status_error, and what `read` throws.
template <class Read>
void read_env(std::string_view application, Read read) {
  struct visit {
    Read* read;
    std::exception_ptr failure;
  } one{&read, nullptr};
  const auto run = [](void* context, const pb_args* env) noexcept {
    auto& into = *static_cast<visit*>(context);
    try {
      (*into.read)(args(env));
    } catch (...) {
      into.failure = std::current_exception();
    }
  };
  check(applications().read_env(host_table, to_str(application), &one, run),
        "application:get_env of " + std::string(application.empty() ? "the caller's application" : application));
  if (one.failure) std::rethrow_exception(one.failure);
}

}  // namespace patchbay::detail
