// pb_host::sys (sdk/abi/patchbay/abi/sys.h).
#include <memory>
#include <new>
#include <string>

#include "behaviour/debug_options.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/sys.hpp"
#include "message/envelope.hpp"
#include "message/fingerprint.hpp"
#include "process/process.hpp"

namespace patchbay::behaviour {
namespace {

using process::asked;

process::milliseconds duration(std::uint64_t ms) noexcept {
  return ms > static_cast<std::uint64_t>(process::infinity.count())
             ? process::infinity
             : process::milliseconds(static_cast<std::int64_t>(ms));
}

template <class Run>
pb_status guarded(Run run) noexcept {
  try {
    return run();
  } catch (const std::bad_alloc&) {
    return PB_E_NOMEM;
  } catch (...) {
    return PB_E_EXCEPTION;
  }
}

void write(const pb_sink* to, std::string_view text) {
  if (to != nullptr && !text.empty()) to->write(to->context, text.data(), text.size());
}

pb_pid resolve(const pb_host* host, const pb_target& to) { return to.pid != 0 ? to.pid : host->whereis(host, to.name); }

message::code_use* maker() noexcept {
  const process::process* here = process::running_process();
  return here == nullptr ? nullptr : &here->group();
}

pb_status told(const asked& answer, const pb_sink* out, const pb_sink* error) {
  if (answer.status == PB_OK) {
    write(out, answer.bytes);
  } else {
    write(error, answer.text);
  }
  return answer.status;
}

/// A pb_sys_change that somebody handed over: its code is held until it has been dropped.
class handed_change {
 public:
  explicit handed_change(const pb_sys_change& change) : change_(change), maker_(maker()) {
    if (maker_ != nullptr) maker_->need();
  }
  handed_change(const handed_change&) = delete;
  handed_change& operator=(const handed_change&) = delete;
  ~handed_change() {
    if (change_.drop != nullptr) change_.drop(change_.context);
    if (maker_ != nullptr) maker_->release();
  }
  pb_status call(std::string_view old, std::uint64_t schema_fp, std::string& next, std::string& why) const {
    const pb_sink out = message::string_sink(next);
    const pb_sink error = message::string_sink(why);
    return change_.call(change_.context, {old.data(), old.size()}, schema_fp, &out, &error);
  }

 private:
  pb_sys_change change_;
  message::code_use* maker_;
};

}  // namespace

/// None lets an exception out: what can throw here is memory that cannot be had.
struct sys_functions {
  static sys& of(const pb_host* host) noexcept { return reinterpret_cast<const host_table::raw*>(host)->self->sys_; }

  static pb_status request(const pb_host* host, const pb_target* to, std::uint32_t what, pb_str argument_json,
                           std::uint64_t timeout_ms, const pb_sink* answer, const pb_sink* error) {
    return guarded([&] {
      return told(of(host).request(resolve(host, *to), what, message::view(argument_json), duration(timeout_ms)),
                  answer, error);
    });
  }
  static pb_status install(const pb_host* host, const pb_target* to, pb_str name, const pb_sys_function* function,
                           std::uint64_t timeout_ms, const pb_sink* error) {
    return guarded([&] {
      debug_function made(std::string(message::view(name)), *function, maker());
      return told(of(host).install(resolve(host, *to), std::move(made), duration(timeout_ms)), nullptr, error);
    });
  }
  static pb_status remove(const pb_host* host, const pb_target* to, pb_str name, std::uint64_t timeout_ms,
                          const pb_sink* error) {
    return guarded([&] {
      return told(of(host).remove(resolve(host, *to), message::view(name), duration(timeout_ms)), nullptr, error);
    });
  }
  static pb_status get_state(const pb_host* host, const pb_target* to, std::uint64_t timeout_ms,
                             std::uint64_t* schema_fp, const pb_sink* state, const pb_sink* error) {
    return guarded([&] {
      const asked seen = of(host).get_state(resolve(host, *to), duration(timeout_ms));
      if (seen.status == PB_OK && seen.text.empty()) {
        write(error, "this behaviour's state is the host's; get_status shows it");
        return static_cast<pb_status>(PB_E_UNSUPPORTED);
      }
      if (seen.status == PB_OK) *schema_fp = message::fnv1a_64(seen.text);
      return told(seen, state, error);
    });
  }
  static pb_status replace_state(const pb_host* host, const pb_target* to, const pb_sys_change* change,
                                 std::uint64_t timeout_ms, const pb_sink* error) {
    return guarded([&] {
      auto kept = std::make_shared<handed_change>(*change);
      return told(of(host).replace_state(
                      resolve(host, *to),
                      [kept](std::string_view old, std::string_view schema, std::string& next, std::string& why) {
                        return kept->call(old, message::fnv1a_64(schema), next, why);
                      },
                      duration(timeout_ms)),
                  nullptr, error);
    });
  }
};

const pb_sys_api& sys_table() noexcept {
  using f = sys_functions;
  static constexpr pb_sys_api table{sizeof(pb_sys_api), 0, f::request, f::install, f::remove, f::get_state,
                                    f::replace_state};
  return table;
}

}  // namespace patchbay::behaviour
