// pb_supervisor_api: a supervisor's functions for plugins.
#include <array>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "behaviour/host_table.hpp"
#include "behaviour/supervisor_control.hpp"
#include "message/envelope.hpp"
#include "process/process.hpp"

namespace patchbay::behaviour {
namespace {

using message::str;
using message::view;

pb_status status_of(std::string_view code) {
  constexpr std::array<std::pair<std::string_view, pb_status>, 16> known = {
      {{"already_present", PB_E_ALREADY_PRESENT},
       {"already_started", PB_E_ALREADY_STARTED},
       {"running", PB_E_RUNNING},
       {"restarting", PB_E_RESTARTING},
       {"not_found", PB_E_NOT_FOUND},
       {"simple_one_for_one", PB_E_SIMPLE_ONE_FOR_ONE},
       {"max_children", PB_E_MAX_CHILDREN},
       {"start_error", PB_E_INIT},
       {"start_spec", PB_E_BADARG},
       {"badarg", PB_E_BADARG},
       {"noproc", PB_E_NOPROC},
       {"timeout", PB_E_TIMEOUT},
       {"calling_self", PB_E_CALLING_SELF},
       {"overloaded", PB_E_OVERLOADED},
       {"in_code_change", PB_E_IN_CODE_CHANGE},
       {"shutdown", PB_E_SHUTTING_DOWN}}};
  for (const auto& [word, status] : known) {
    if (word == code) return status;
  }
  return PB_E_BADARG;
}

pb_status fail(const error& why, const pb_sink* sink) {
  if (sink != nullptr) sink->write(sink->context, why.text.data(), why.text.size());
  return status_of(why.code);
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

pb_pid resolve(const pb_host* host, const pb_target& to) {
  return to.pid != 0 ? to.pid : host_table::of(host).system().whereis(view(to.name));
}

supervisor_control control_of(const pb_host* host) { return supervisor_control(host_table::of(host).system()); }

/// Modules without an application are those of the caller's own; outside of any process, of the supervisor's.
std::string application_here() {
  const process::process* here = process::running_code();
  return here == nullptr ? std::string() : here->code().application();
}

/// The texts that a pb_child_info points to live as long as this.
struct shown_child {
  std::string module;
  pb_child_info info{};

  shown_child(const child_spec& spec, pb_pid pid, bool restarting) : module(spec.application + "/" + spec.module) {
    const auto shutdown = spec.shutdown == std::chrono::milliseconds::max()
                              ? PB_INFINITY
                              : static_cast<std::uint64_t>(spec.shutdown.count());
    info = {sizeof(pb_child_info),
            restarting ? 1U : 0U,
            pid,
            {sizeof(pb_child_spec), static_cast<std::uint32_t>(spec.restart), static_cast<std::uint32_t>(spec.type),
             spec.significant ? 1U : 0U, str(spec.id), str(module), str(spec.name), str(spec.args_json), shutdown}};
  }
};

pb_status start_child(const pb_host* host, const pb_target* supervisor, const pb_child_spec* spec, pb_pid* out,
                      const pb_sink* error) {
  return guarded([&]() -> pb_status {
    child_request what{make_child_spec(*spec, application_here()), std::string(view(spec->args_json))};
    pb_pid existing = 0;
    const auto made =
        control_of(host).start_child(resolve(host, *supervisor), std::move(what), process::infinity, &existing);
    if (out != nullptr) *out = made ? *made : existing;
    return made ? PB_OK : fail(made.failure(), error);
  });
}

pb_status change_child(const pb_host* host, const pb_target* supervisor, std::uint32_t what, pb_str id, pb_pid pid,
                       pb_pid* out, const pb_sink* error) {
  return guarded([&]() -> pb_status {
    auto control = control_of(host);
    const pb_pid whom = resolve(host, *supervisor);
    const auto told = [&](const auto& result) { return result ? PB_OK : fail(result.failure(), error); };
    switch (what) {
      case PB_CHILD_TERMINATE:
        return told(control.terminate_child(whom, child_name{std::string(view(id)), pid}));
      case PB_CHILD_DELETE:
        return told(control.delete_child(whom, std::string(view(id))));
      case PB_CHILD_RESTART: {
        const auto again = control.restart_child(whom, std::string(view(id)));
        if (again && out != nullptr) *out = *again;
        return told(again);
      }
      default:
        return PB_E_BADARG;
    }
  });
}

pb_status which_children(const pb_host* host, const pb_target* supervisor, const pb_child_reader* out,
                         const pb_sink* error) {
  return guarded([&]() -> pb_status {
    const auto children = control_of(host).which_children(resolve(host, *supervisor), process::infinity);
    if (!children) return fail(children.failure(), error);
    for (const child_info& each : *children) {
      child_spec spec;
      spec.id = each.id;
      spec.module = each.module;
      spec.application = each.application;
      spec.name = each.name;
      spec.restart = each.restart;
      spec.type = each.type;
      const shown_child shown(spec, each.pid, each.restarting);
      out->child(out->context, &shown.info);
    }
    return PB_OK;
  });
}

pb_status count_children(const pb_host* host, const pb_target* supervisor, pb_child_counts* out, const pb_sink* error) {
  return guarded([&]() -> pb_status {
    const auto counts = control_of(host).count_children(resolve(host, *supervisor), process::infinity);
    if (!counts) return fail(counts.failure(), error);
    *out = {sizeof(pb_child_counts), 0, counts->specs, counts->active, counts->supervisors, counts->workers};
    return PB_OK;
  });
}

pb_status get_childspec(const pb_host* host, const pb_target* supervisor, pb_str id, pb_pid pid,
                        const pb_child_reader* out, const pb_sink* error) {
  return guarded([&]() -> pb_status {
    const auto found = control_of(host).get_childspec(resolve(host, *supervisor),
                                                      child_name{std::string(view(id)), pid}, process::infinity);
    if (!found) return fail(found.failure(), error);
    const shown_child shown(*found, pid, false);
    out->child(out->context, &shown.info);
    return PB_OK;
  });
}

pb_status get_callback_module(const pb_host* host, const pb_target* supervisor, const pb_sink* out,
                              const pb_sink* error) {
  return guarded([&]() -> pb_status {
    const auto name = control_of(host).get_callback_module(resolve(host, *supervisor), process::infinity);
    if (!name) return fail(name.failure(), error);
    out->write(out->context, name->data(), name->size());
    return PB_OK;
  });
}

pb_status check_specs(const pb_host*, const pb_child_spec* specs, std::size_t count, std::uint32_t auto_shutdown,
                      const pb_sink* error) {
  return guarded([&]() -> pb_status {
    std::vector<child_spec> made;
    for (std::size_t i = 0; i < count; ++i) {
      auto spec = make_child_spec(specs[i], application_here());
      if (!spec) return fail(spec.failure(), error);
      made.push_back(std::move(*spec));
    }
    std::optional<auto_shutdown_type> when;
    if (auto_shutdown <= PB_AUTO_SHUTDOWN_ALL_SIGNIFICANT) when = static_cast<auto_shutdown_type>(auto_shutdown);
    const auto checked = check_childspecs(made, when);
    return checked ? PB_OK : fail(checked.failure(), error);
  });
}

std::uint64_t schedulers_online(const pb_host* host) { return host_table::of(host).system().scheduler().workers(); }
std::uint64_t partitions(const pb_host* host, const pb_target* supervisor) {
  return host_table::of(host).partitions().size(resolve(host, *supervisor));
}
pb_pid partition(const pb_host* host, const pb_target* supervisor, std::uint64_t number) {
  return host_table::of(host).partitions().at(resolve(host, *supervisor), number);
}
pb_status resize_partitions(const pb_host* host, const pb_target* supervisor, std::uint64_t count,
                            const pb_sink* error) {
  return guarded([&]() -> pb_status {
    const auto done = control_of(host).resize(resolve(host, *supervisor), count);
    return done ? PB_OK : fail(done.failure(), error);
  });
}

}  // namespace

const pb_supervisor_api& supervisor_table() noexcept {
  static constexpr pb_supervisor_api table{sizeof(pb_supervisor_api),
                                           0,
                                           start_child,
                                           change_child,
                                           which_children,
                                           count_children,
                                           get_childspec,
                                           get_callback_module,
                                           check_specs,
                                           schedulers_online,
                                           partitions,
                                           partition,
                                           resize_partitions};
  return table;
}

}  // namespace patchbay::behaviour
