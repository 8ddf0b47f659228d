#include "behaviour/host_table_names.hpp"

#include <new>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "behaviour/host_table.hpp"
#include "message/envelope.hpp"
#include "process/naming.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {
namespace {

using message::str;
using message::view;
using process::naming;

naming of(const pb_host* host) { return naming(host_table::of(host).system()); }

// What can throw here is memory that cannot be had.
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

/// False: it is no JSON. A registry's values are shown to people, and read by modules of other plugins.
bool json_of(pb_str given, std::string& value) {
  value = given.size == 0 ? "null" : std::string(view(given));
  return nlohmann::json::accept(value);
}

pb_status new_registry(const pb_host* host, pb_str registry, std::uint32_t kind) {
  return guarded([&] { return of(host).new_registry(view(registry), kind); });
}

pb_status enter(const pb_host* host, pb_str registry, pb_str key, pb_str value_json, pb_pid* owner) {
  return guarded([&] {
    std::string value;
    if (!json_of(value_json, value)) return pb_status{PB_E_BADARG};
    pb_pid holder = 0;
    const pb_status status = of(host).enter(view(registry), view(key), std::move(value), holder);
    if (owner != nullptr) *owner = holder;
    return status;
  });
}

pb_status leave(const pb_host* host, pb_str registry, pb_str key) {
  return guarded([&] { return of(host).leave(view(registry), view(key)); });
}

pb_status update(const pb_host* host, pb_str registry, pb_str key, pb_str value_json) {
  return guarded([&] {
    std::string value;
    if (!json_of(value_json, value)) return pb_status{PB_E_BADARG};
    return of(host).update(view(registry), view(key), std::move(value));
  });
}

pb_status lookup(const pb_host* host, pb_str registry, pb_str key, void* context,
                 void (*each)(void*, pb_str, pb_pid, pb_str)) {
  return guarded([&] {
    if (process::refused_in_code_change()) return pb_status{PB_E_IN_CODE_CHANGE};
    std::vector<process::registry_entry> found;
    const pb_status status = of(host).entries().lookup(view(registry), view(key), found);
    for (const auto& one : found) each(context, str(one.key), one.pid, str(one.value));
    return status;
  });
}

pb_status put_meta(const pb_host* host, pb_str registry, pb_str key, pb_str value_json) {
  return guarded([&] {
    std::string value;
    if (!json_of(value_json, value)) return pb_status{PB_E_BADARG};
    if (value_json.size == 0) value.clear();
    return of(host).put_meta(view(registry), view(key), std::move(value));
  });
}

pb_status meta(const pb_host* host, pb_str registry, pb_str key, const pb_sink* value_json) {
  return guarded([&] {
    if (process::refused_in_code_change()) return pb_status{PB_E_IN_CODE_CHANGE};
    std::string value;
    const pb_status status = of(host).entries().meta(view(registry), view(key), value);
    if (status == PB_OK) value_json->write(value_json->context, value.data(), value.size());
    return status;
  });
}

pb_status listen(const pb_host* host, pb_str registry, const pb_type* change, pb_ref* out) {
  return guarded([&] { return of(host).listen(view(registry), *change, *out); });
}

pb_status join(const pb_host* host, pb_str scope, pb_str group, const pb_pid* processes, std::size_t count) {
  return guarded([&] { return of(host).join(view(scope), view(group), {processes, count}); });
}

pb_status part(const pb_host* host, pb_str scope, pb_str group, const pb_pid* processes, std::size_t count) {
  return guarded([&] { return of(host).part(view(scope), view(group), {processes, count}); });
}

pb_status members(const pb_host* host, pb_str scope, pb_str group, void* context, void (*each)(void*, pb_str, pb_pid)) {
  return guarded([&] {
    if (process::refused_in_code_change()) return pb_status{PB_E_IN_CODE_CHANGE};
    if (group.size == 0) return pb_status{PB_E_BADARG};
    for (const auto& one : of(host).all_groups().members(view(scope), view(group))) {
      each(context, str(one.group), one.pid);
    }
    return pb_status{PB_OK};
  });
}

pb_status group_names(const pb_host* host, pb_str scope, void* context, void (*each)(void*, pb_str)) {
  return guarded([&] {
    if (process::refused_in_code_change()) return pb_status{PB_E_IN_CODE_CHANGE};
    for (const std::string& one : of(host).all_groups().names(view(scope))) each(context, str(one));
    return pb_status{PB_OK};
  });
}

pb_status monitor_group(const pb_host* host, pb_str scope, pb_str group, const pb_type* change, pb_ref* out,
                        void* context, void (*each)(void*, pb_str, pb_pid)) {
  return guarded([&] {
    std::vector<process::group_member> members;
    const pb_status status = of(host).monitor_group(view(scope), view(group), *change, *out, members);
    for (const auto& one : members) each(context, str(one.group), one.pid);
    return status;
  });
}

pb_status demonitor_group(const pb_host* host, pb_ref monitor) {
  return guarded([&] { return of(host).demonitor(monitor); });
}

}  // namespace

const pb_names_api& names_api() noexcept {
  static constexpr pb_names_api api{sizeof(pb_names_api),
                                    0,
                                    new_registry,
                                    enter,
                                    leave,
                                    update,
                                    lookup,
                                    put_meta,
                                    meta,
                                    listen,
                                    join,
                                    part,
                                    members,
                                    group_names,
                                    monitor_group,
                                    demonitor_group};
  return api;
}

}  // namespace patchbay::behaviour
