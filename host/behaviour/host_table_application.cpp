#include "behaviour/host_table_application.hpp"

#include <array>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "behaviour/application_controller.hpp"
#include "behaviour/args.hpp"
#include "message/codec.hpp"
#include "message/envelope.hpp"
#include "process/process.hpp"

namespace patchbay::behaviour {
namespace {

using message::str;
using message::view;
using nlohmann::json;

/// None lets an exception out: what can throw here is memory, or a thread, that cannot be had.
template <class Run>
pb_status guarded(Run run) noexcept {
  try {
    if (process::refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
    return run();
  } catch (const std::bad_alloc&) {
    return PB_E_NOMEM;
  } catch (...) {
    return PB_E_SYSTEM_LIMIT;
  }
}

/// A plugin's code runs before the applications do (its entry) and after they ended (its destructors).
application_controller* controller(const pb_host* host) noexcept { return host_table::of(host).applications(); }

void say(const pb_sink* sink, std::string_view text) {
  if (sink != nullptr) sink->write(sink->context, text.data(), text.size());
}

pb_status status_of(const std::string& code) {
  static constexpr std::array<std::pair<std::string_view, pb_status>, 8> words{{
      {"not_started", PB_E_NOT_STARTED},
      {"already_started", PB_E_ALREADY_STARTED},
      {"already_loaded", PB_E_ALREADY_LOADED},
      {"no_such_file", PB_E_NOT_FOUND},
      {"not_loaded", PB_E_NOT_FOUND},
      {"running", PB_E_RUNNING},
      {"badarg", PB_E_BADARG},
      {"shutdown", PB_E_SHUTTING_DOWN},
  }};
  for (const auto& [word, status] : words) {
    if (word == code) return status;
  }
  return PB_E_INIT;
}

template <class Result>
pb_status told(const outcome<Result>& done, const pb_sink* error) {
  if (done) return PB_OK;
  say(error, done.failure().text);
  return status_of(done.failure().code);
}

/// The application that is meant; empty: the caller belongs to none.
std::string meant(pb_str application) {
  if (application.size != 0) return std::string(view(application));
  const process::process* here = process::running_code();
  return here == nullptr ? std::string() : here->code().application();
}

/// Runs `work(controller, name)` for the application that is meant.
template <class Work>
pb_status with_application(const pb_host* host, pb_str application, Work work) noexcept {
  return guarded([&]() -> pb_status {
    const std::string name = meant(application);
    if (name.empty()) return PB_E_NO_PROCESS;
    application_controller* applications = controller(host);
    return applications == nullptr ? pb_status{PB_E_SHUTTING_DOWN} : work(*applications, name);
  });
}

pb_status get_env(const pb_host* host, pb_str application, pb_str key, const pb_sink* out) {
  return with_application(host, application,
                          [&](application_controller& applications, const std::string& name) -> pb_status {
                            const auto env = applications.env().all(name);
                            const json* found = find_arg(*env, view(key));
                            if (found == nullptr || found->is_null()) return PB_E_NOT_FOUND;
                            say(out, found->dump(-1, ' ', false, json::error_handler_t::replace));
                            return PB_OK;
                          });
}

pb_status set_env(const pb_host* host, pb_str application, pb_str key, pb_str value_json) {
  return with_application(host, application,
                          [&](application_controller& applications, const std::string& name) -> pb_status {
                            if (key.size == 0) return PB_E_BADARG;
                            auto value = message::parse_json(view(value_json));
                            if (!value) return PB_E_DECODE;
                            applications.env().set(name, std::string(view(key)), std::move(*value));
                            return PB_OK;
                          });
}

pb_status unset_env(const pb_host* host, pb_str application, pb_str key) {
  return set_env(host, application, key, str("null"));
}

pb_status read_env(const pb_host* host, pb_str application, void* context,
                   void (*read)(void* context, const pb_args* env)) {
  return with_application(host, application,
                          [&](application_controller& applications, const std::string& name) -> pb_status {
                            const args_table env(*applications.env().all(name));
                            read(context, env.handle());
                            return PB_OK;
                          });
}

std::optional<application_type> type_of(std::uint32_t type) {
  switch (type) {
    case PB_APPLICATION_TEMPORARY:
      return application_type::temporary;
    case PB_APPLICATION_TRANSIENT:
      return application_type::transient;
    case PB_APPLICATION_PERMANENT:
      return application_type::permanent;
    default:
      return std::nullopt;
  }
}

pb_status start(const pb_host* host, pb_str application, std::uint32_t type, std::uint32_t dependencies, void* context,
                void (*started)(void* context, pb_str name), const pb_sink* error) {
  return with_application(
      host, application, [&](application_controller& applications, const std::string& name) -> pb_status {
        const auto how = type_of(type);
        if (!how || dependencies > PB_APPLICATION_CONCURRENT) {
          say(error, "badarg: no such type, or no such way to start dependencies");
          return PB_E_BADARG;
        }
        if (dependencies == PB_APPLICATION_ALONE) {
          const auto done = applications.start(name, *how);
          if (done && started != nullptr) started(context, str(name));
          return told(done, error);
        }
        const auto mode = dependencies == PB_APPLICATION_SERIAL ? start_mode::serial : start_mode::concurrent;
        const auto done = applications.ensure_all_started({name}, *how, mode);
        if (done && started != nullptr) {
          for (const auto& each : *done) started(context, str(each));
        }
        return told(done, error);
      });
}

pb_status stop(const pb_host* host, pb_str application, const pb_sink* error) {
  return with_application(host, application,
                          [&](application_controller& applications, const std::string& name) -> pb_status {
                            return told(applications.stop(name), error);
                          });
}

pb_status load(const pb_host* host, pb_str application, const pb_sink* error) {
  return with_application(host, application,
                          [&](application_controller& applications, const std::string& name) -> pb_status {
                            return told(applications.load(name), error);
                          });
}

pb_status unload(const pb_host* host, pb_str application, const pb_sink* error) {
  return with_application(host, application,
                          [&](application_controller& applications, const std::string& name) -> pb_status {
                            return told(applications.unload(name), error);
                          });
}

pb_status which(const pb_host* host, std::uint32_t loaded, void* context,
                void (*each)(void* context, const pb_application_info* info)) {
  return guarded([&]() -> pb_status {
    application_controller* applications = controller(host);
    if (applications == nullptr) return PB_E_SHUTTING_DOWN;
    const auto all = applications->which_applications();
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      if (!one->started && loaded == 0) continue;
      const std::uint32_t type = one->type == application_type::permanent   ? PB_APPLICATION_PERMANENT
                                 : one->type == application_type::transient ? PB_APPLICATION_TRANSIENT
                                                                            : PB_APPLICATION_TEMPORARY;
      const pb_application_info info{sizeof info, type, str(one->name), str(one->description), str(one->version)};
      each(context, &info);
    }
    return PB_OK;
  });
}

constexpr pb_application_api functions{
    sizeof(pb_application_api), 0, get_env, set_env, unset_env, read_env, start, stop, load, unload, which};

}  // namespace

const pb_application_api& application_api() noexcept { return functions; }

}  // namespace patchbay::behaviour
