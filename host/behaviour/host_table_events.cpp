#include "behaviour/host_table_events.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "behaviour/event_manager.hpp"
#include "behaviour/event_names.hpp"
#include "behaviour/gen_event.hpp"
#include "behaviour/host_table.hpp"

namespace patchbay::behaviour {

using message::view;
using process::milliseconds;

namespace {

milliseconds duration(std::uint64_t ms) noexcept {
  return ms > static_cast<std::uint64_t>(process::infinity.count()) ? process::infinity
                                                                    : milliseconds(static_cast<std::int64_t>(ms));
}

void write(const pb_sink* out, std::string_view text) {
  if (out != nullptr && !text.empty()) out->write(out->context, text.data(), text.size());
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

std::string application_here() {
  const process::process* code = process::running_code();
  return code == nullptr ? std::string() : code->code().application();
}

using task = std::function<void(event_manager& manager, std::uint64_t tag)>;

process::system::answered ask(process::system& system, const pb_target& manager, task what, milliseconds timeout) {
  return system.question(
      manager,
      [&system, what = std::move(what)](process::process& self, std::uint64_t tag) {
        if (event_manager* asked = gen_event::manager_of(self)) return what(*asked, tag);
        system.refuse(tag, PB_E_BADARG,
                      "badarg: " + process::pid_text(self.pid()) + " (" + self.code().name() + ") is no event manager");
      },
      timeout);
}

/// A payload in a function that can be copied.
std::shared_ptr<message::payload> kept(const pb_type& type, void* object) {
  auto content = std::make_shared<message::payload>();
  if (!content->set_object(type, object, process::maker_here())) throw std::bad_alloc();
  return content;
}

pb_status handler(const pb_host* host, const pb_target* manager, std::uint32_t what, pb_str name, pb_str args_json,
                  pb_str other, pb_str other_args_json, const pb_sink* answer, const pb_sink* error) {
  return guarded([&]() -> pb_status {
    process::system& system = host_table::of(host).system();
    if (what < PB_EVENT_ADD || what > PB_EVENT_SWAP_SUP) return PB_E_BADARG;
    const bool supervised = what == PB_EVENT_ADD_SUP || what == PB_EVENT_SWAP_SUP;
    const bool adds = what == PB_EVENT_ADD || what == PB_EVENT_ADD_SUP;
    for (const auto& each : {view(name), view(other)}) {
      if (std::none_of(each.begin(), each.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; })) continue;
      write(error, "badarg: a handler's name holds control characters");
      return PB_E_BADARG;
    }
    if (supervised && system.self() == 0) {
      write(error, "no_process: a supervised handler belongs to a process; add it in a handler");
      return PB_E_NO_PROCESS;
    }
    std::string asked = full_handler_name(view(name), application_here());
    std::string args(view(args_json));
    event_addition added;
    added.name = adds ? asked : full_handler_name(view(other), application_here());
    added.args_json = adds ? args : std::string(view(other_args_json));
    added.supervisor = supervised ? system.self() : 0;
    const auto got = ask(
        system, *manager,
        [what, asked = std::move(asked), args = std::move(args), added = std::move(added)](event_manager& of,
                                                                                           std::uint64_t tag) {
          if (what == PB_EVENT_ADD || what == PB_EVENT_ADD_SUP) return of.add_handler(added, tag);
          if (what == PB_EVENT_DELETE) return of.delete_handler(asked, args, tag);
          of.swap_handler(asked, args, added, tag);
        },
        process::infinity);
    if (got.status == PB_OK) {
      write(answer, got.content.bytes());
    } else {
      write(error, got.text);
    }
    return got.status;
  });
}

pb_status notify(const pb_host* host, const pb_target* manager, const pb_type* type, void* event, std::uint32_t sync,
                 const pb_sink* error) {
  return guarded([&]() -> pb_status {
    process::system& system = host_table::of(host).system();
    if (sync == 0) return system.post(*manager, message::signal::cast, *type, event, error);
    if (type->host_id == 0) return PB_E_NOT_IMPORTED;
    const auto got = ask(
        system, *manager,
        [content = kept(*type, event)](event_manager& of, std::uint64_t tag) {
          of.notify(PB_KIND_CAST, std::move(*content), tag);
        },
        process::infinity);
    if (got.status != PB_OK) write(error, got.text);
    return got.status;
  });
}

pb_status call(const pb_host* host, const pb_target* manager, pb_str name, const pb_type* request_type, void* request,
               const pb_type* reply_type, void* reply_storage, std::uint64_t timeout_ms, const pb_sink* error) {
  return guarded([&]() -> pb_status {
    process::system& system = host_table::of(host).system();
    if (request_type->host_id == 0 || reply_type->host_id == 0) return PB_E_NOT_IMPORTED;
    auto got = ask(
        system, *manager,
        [asked = full_handler_name(view(name), application_here()), content = kept(*request_type, request)](
            event_manager& of, std::uint64_t tag) { of.call(asked, std::move(*content), tag); },
        duration(timeout_ms));
    if (got.status == PB_OK) return got.content.convert(*reply_type, reply_storage, error);
    write(error, got.text);
    return got.status;
  });
}

pb_status which_handlers(const pb_host* host, const pb_target* manager, const pb_sink* names, const pb_sink* error) {
  return guarded([&]() -> pb_status {
    process::system& system = host_table::of(host).system();
    const auto got = ask(
        system, *manager,
        [&system](event_manager& of, std::uint64_t tag) {
          std::string text;
          for (const std::string& each : of.which_handlers()) text.append(each).append("\n");
          message::payload lines;
          lines.set_bytes(std::move(text), 0, 0);
          system.answer(tag, std::move(lines));
        },
        process::infinity);
    write(got.status == PB_OK ? names : error, got.status == PB_OK ? got.content.bytes() : got.text);
    return got.status;
  });
}

}  // namespace

const pb_event_api& event_api() noexcept {
  static constexpr pb_event_api api{sizeof(pb_event_api), 0, handler, notify, call, which_handlers};
  return api;
}

}  // namespace patchbay::behaviour
