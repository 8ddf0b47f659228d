#include "behaviour/host_table.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "behaviour/args.hpp"
#include "behaviour/debug_options.hpp"
#include "behaviour/host_table_application.hpp"
#include "behaviour/host_table_events.hpp"
#include "behaviour/host_table_names.hpp"
#include "behaviour/host_table_work.hpp"
#include "message/envelope.hpp"
#include "process/process.hpp"

namespace patchbay::behaviour {

using message::view;
using process::milliseconds;
using process::reason;

namespace {

milliseconds duration(std::uint64_t ms) noexcept {
  return ms > static_cast<std::uint64_t>(process::infinity.count()) ? process::infinity
                                                                    : milliseconds(static_cast<std::int64_t>(ms));
}

void say(const pb_sink* error, std::string_view text) {
  if (error != nullptr) error->write(error->context, text.data(), text.size());
}

}  // namespace

/// The functions behind the table. None lets an exception out: what can throw here is memory that cannot be had.
struct host_functions {
  static process::system& system(const pb_host* host) noexcept { return owner(host).system(); }
  static host_table& owner(const pb_host* host) noexcept { return host_table::of(host); }

  template <class Run>
  static pb_status guarded(Run run) noexcept {
    try {
      return run();
    } catch (const std::bad_alloc&) {
      return PB_E_NOMEM;
    } catch (...) {
      return PB_E_EXCEPTION;
    }
  }

  static pb_pid self(const pb_host* host) { return system(host).self(); }
  static pb_pid whereis(const pb_host* host, pb_str name) { return system(host).whereis(view(name)); }
  static pb_status register_name(const pb_host* host, pb_str name) {
    return guarded([&] { return system(host).register_name(view(name)); });
  }
  static pb_status unregister_name(const pb_host* host, pb_str name) {
    return guarded([&] { return system(host).unregister_name(view(name)); });
  }
  static pb_status call(const pb_host* host, const pb_target* to, const pb_type* request_type, void* request,
                        const pb_type* reply_type, void* reply_storage, std::uint64_t timeout_ms,
                        const pb_sink* error) {
    return guarded([&] {
      return system(host).call(*to, *request_type, request, *reply_type, reply_storage, duration(timeout_ms), error);
    });
  }
  static pb_status cast(const pb_host* host, const pb_target* to, const pb_type* type, void* object,
                        const pb_sink* error) {
    return guarded([&] { return system(host).post(*to, message::signal::cast, *type, object, error); });
  }
  static pb_status send(const pb_host* host, const pb_target* to, const pb_type* type, void* object,
                        const pb_sink* error) {
    return guarded([&] { return system(host).post(*to, message::signal::info, *type, object, error); });
  }
  static pb_status send_request(const pb_host* host, const pb_target* to, const pb_type* request_type, void* request,
                                const pb_type* reply_type, pb_ref* out, const pb_sink* error) {
    return guarded([&] { return system(host).send_request(*to, *request_type, request, *reply_type, *out, error); });
  }
  static pb_status receive_response(const pb_host* host, pb_ref request, std::uint64_t timeout_ms,
                                    std::uint32_t abandon, void* reply_storage, const pb_sink* error) {
    return guarded([&] {
      return system(host).receive_response(request, duration(timeout_ms), abandon != 0, reply_storage, error);
    });
  }
  static pb_status receive_any(const pb_host* host, const pb_ref* requests, std::size_t count, std::uint64_t timeout_ms,
                               std::uint32_t abandon, std::size_t* which, void* reply_storage, const pb_sink* error) {
    return guarded([&] {
      return system(host).receive_any({requests, count}, duration(timeout_ms), abandon != 0, *which, reply_storage,
                                      error);
    });
  }
  static pb_status reply(const pb_host* host, const pb_from* to, const pb_type* type, void* object,
                         const pb_sink* error) {
    return guarded([&] { return system(host).reply(*to, *type, object, error); });
  }
  static pb_status send_after(const pb_host* host, const pb_target* to, std::uint64_t delay_ms, const pb_type* type,
                              void* object, pb_ref* out, const pb_sink* error) {
    return guarded([&] { return system(host).send_after(*to, duration(delay_ms), *type, object, *out, error); });
  }
  static pb_status cancel_timer(const pb_host* host, pb_ref timer, std::uint64_t* left_ms) {
    return guarded([&] { return system(host).cancel_timer(timer, left_ms); });
  }
  static pb_status link(const pb_host* host, pb_pid other) {
    return guarded([&] { return system(host).link(other); });
  }
  static pb_status unlink(const pb_host* host, pb_pid other) {
    return guarded([&] { return system(host).unlink(other); });
  }
  static pb_status monitor(const pb_host* host, const pb_target* other, pb_ref* out) {
    return guarded([&] { return system(host).monitor(*other, *out); });
  }
  static pb_status demonitor(const pb_host* host, pb_ref monitor) {
    return guarded([&] { return system(host).demonitor(monitor); });
  }
  static pb_status exit(const pb_host* host, pb_pid other, const pb_reason* why) {
    return guarded([&] { return system(host).exit(other, reason::from(*why)); });
  }
  static pb_status process_flag(const pb_host*, std::uint32_t flag, std::uint32_t value, std::uint32_t* old) {
    if (process::refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
    process::process* here = process::running_process();
    if (here == nullptr) return PB_E_NO_PROCESS;
    if (flag != PB_FLAG_TRAP_EXIT) return PB_E_BADARG;
    if (old != nullptr) *old = here->trap_exit() ? 1 : 0;
    here->set_trap_exit(value != 0);
    return PB_OK;
  }
  static pb_status start(const pb_host* host, const pb_start* how, pb_pid* out_pid, const pb_sink* error) {
    return guarded([&] {  // An older plugin's pb_start is shorter.
      pb_start given{};
      std::memcpy(&given, how, std::min<std::size_t>(how->struct_size, sizeof given));
      return start_checked(owner(host), given, *out_pid, error);
    });
  }
  static pb_status stop(const pb_host* host, const pb_target* to, const pb_reason* why, std::uint64_t timeout_ms,
                        const pb_sink* error) {
    return guarded([&] { return system(host).stop_process(*to, reason::from(*why), duration(timeout_ms), error); });
  }
  static void log(const pb_host* host, std::uint32_t level, pb_str text) {
    (void)guarded([&] {
      system(host).log(level, std::string(view(text)), system(host).self());
      return PB_OK;
    });
  }
  static void* allocate(const pb_host*, const pb_type* type) { return message::allocate_storage(*type); }
  static void release(const pb_host*, const pb_type* type, void* storage) { message::release_storage(*type, storage); }

  static pb_status start_checked(host_table& table, const pb_start& how, pb_pid& out, const pb_sink* error) {
    const process::process* here = process::running_code();
    const std::string module(view(how.module));
    const std::string application = here == nullptr ? std::string() : here->code().application();
    process::spawn_request request;
    request.find_module = [&] { return table.find_module_(module, application); };
    request.name = view(how.name);
    request.args_json = view(how.args_json);
    request.link = (how.flags & PB_START_LINK) != 0;
    request.monitor = (how.flags & PB_START_MONITOR) != 0;
    request.timeout = duration(how.timeout_ms);
    if (request.monitor && how.out_monitor == nullptr) return PB_E_BADARG;
    if (how.debug.size != 0) {
      request.prepare = [&](process::process& made) { start_debugging(*table.system_, made, view(how.debug)); };
    }
    const process::spawned made = table.system_->spawn(request);
    if (!made) {
      out = made.failure.existing;
      switch (made.failure.status) {
        case PB_E_UNDEF_MODULE:
          say(error, "undef_module: no loaded plugin has " + module);
          break;
        case PB_E_TIMEOUT:
          // init runs on this thread and cannot be interrupted: one that came back too late has failed all the same, as in OTP.
          say(error, "timeout: init of " + module + " took longer than " + std::to_string(how.timeout_ms) + " ms");
          break;
        default:
          say(error, made.failure.why.words());
      }
      return made.failure.status;
    }
    if (request.monitor) *how.out_monitor = made.monitor;
    out = made.pid;
    return PB_OK;
  }
};

host_table::host_table() {
  using f = host_functions;
  raw_.self = this;
  raw_.table = {sizeof(pb_host),
                PB_ABI_MAJOR,
                PB_ABI_MINOR,
                0,
                PB_CAP_GEN_SERVER | PB_CAP_SUPERVISOR | PB_CAP_COROUTINES | PB_CAP_GEN_EVENT | PB_CAP_GEN_STATEM |
                    PB_CAP_APPLICATION,
                f::self,
                f::whereis,
                f::register_name,
                f::unregister_name,
                f::call,
                f::cast,
                f::send,
                f::send_request,
                f::receive_response,
                f::reply,
                f::send_after,
                f::cancel_timer,
                f::link,
                f::unlink,
                f::monitor,
                f::demonitor,
                f::exit,
                f::process_flag,
                f::start,
                f::stop,
                f::log,
                args_find,
                args_at,
                args_size,
                args_json,
                f::allocate,
                f::release,
                nullptr,
                nullptr,
                &sys_table(),
                nullptr,
                nullptr,
                nullptr,
                nullptr};
  raw_.table.events = &event_api();
  raw_.table.applications = &application_api();
  raw_.table.supervisors = &supervisor_table();
  raw_.table.work = &work_api();
  raw_.table.names = &names_api();
  raw_.table.receive_any = f::receive_any;
}

void host_table::bind(process::system& owner, module_finder find_module, code_changer change) {
  system_ = &owner;
  sys_.bind(owner, std::move(change));
  find_module_ = std::move(find_module);
}

}  // namespace patchbay::behaviour
