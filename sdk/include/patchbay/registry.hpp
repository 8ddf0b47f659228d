#pragma once
// Elixir's Registry: processes under keys of their own choice, with a value each. What a process has registered goes when it ends, before its links
// and monitors hear of that. Functions throw status_error: PB_E_NOT_FOUND where there is no such registry, BADARG, IN_CODE_CHANGE.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/arg_list.hpp>
#include <patchbay/message.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/serial/field.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/texts.hpp>
#include <patchbay/via.hpp>

namespace patchbay::registry {

PATCHBAY_MESSAGES_OF("patchbay", "registry")

enum class kind : std::uint32_t { unique = PB_REGISTRY_UNIQUE, duplicate = PB_REGISTRY_DUPLICATE };
inline constexpr kind unique = kind::unique;
inline constexpr kind duplicate = kind::duplicate;

/// {pid, value} under a key.
struct entry {
  std::string key;
  pid process = pid::nobody;
  std::string value;  ///< JSON
  bool operator==(const entry&) const = default;
};

/// What a listener gets, in handle_info: `infos = messages<registry::change>`.
struct change {
  monitor_ref monitor = monitor_ref::none;
  std::string registry;
  std::string key;
  pid process = pid::nobody;
  std::string value;        ///< JSON
  bool registered = false;  ///< or unregistered
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(monitor), PATCHBAY_FIELD(registry), PATCHBAY_FIELD(key), PATCHBAY_FIELD(process),
       PATCHBAY_FIELD(value), PATCHBAY_FIELD(registered));
  }
};

namespace detail {
using patchbay::detail::check;
using patchbay::detail::host_table;
using patchbay::detail::to_str;
using patchbay::detail::to_view;

inline const pb_names_api& api() {
  const auto* names = patchbay::detail::host().names;
  if (names == nullptr) check(PB_E_UNSUPPORTED, "registries and groups are not offered by this host");
  return *names;
}
inline std::string what(const char* function, std::string_view registry, std::string_view key = {}) {
  std::string text(function);
  text.append(" ").append(registry);
  if (!key.empty()) text.append(" ").append(key);
  return text;
}
}  // namespace detail

/// Registry.start_link(keys: kind, name: registry). It lives until the host stops. False: there is one of that name.
inline bool start(std::string_view registry, kind keys = unique) {
  const auto status =
      detail::api().new_registry(detail::host_table, detail::to_str(registry), static_cast<std::uint32_t>(keys));
  if (status == PB_E_ALREADY_STARTED) return false;
  detail::check(status, detail::what("registry::start", registry));
  return true;
}

/// What became of a registration.
struct registered {
  pb_status status = PB_OK;  ///< PB_E_ALREADY_REGISTERED
  pid owner = pid::nobody;   ///< who has the key then
  [[nodiscard]] bool ok() const noexcept { return status == PB_OK; }
};

/// Registry.register/3 of the running process: `{ok, _}` or `{error, {already_registered, owner}}`, which may be the process itself. Only in a
/// handler, as enter, leave, update_value and listen.
inline registered try_enter(std::string_view registry, std::string_view key, const arg_value& value = "") {
  pb_pid owner = 0;
  const auto status = detail::api().enter(detail::host_table, detail::to_str(registry), detail::to_str(key),
                                          detail::to_str(value.json()), &owner);
  if (status != PB_E_ALREADY_REGISTERED) detail::check(status, detail::what("registry::enter", registry, key));
  return {status, static_cast<pid>(owner)};
}
/// The same; a taken key is a status_error too.
inline void enter(std::string_view registry, std::string_view key, const arg_value& value = "") {
  const auto made = try_enter(registry, key, value);
  if (!made.ok()) detail::check(made.status, detail::what("registry::enter", registry, key), to_text(made.owner));
}
/// Registry.unregister/2: takes out every entry that the running process has under the key.
inline void leave(std::string_view registry, std::string_view key) {
  detail::check(detail::api().leave(detail::host_table, detail::to_str(registry), detail::to_str(key)),
                detail::what("registry::leave", registry, key));
}
/// Registry.lookup/2: in the order of registration.
inline std::vector<entry> lookup(std::string_view registry, std::string_view key) {
  std::vector<entry> found;
  const auto each = [](void* context, pb_str name, pb_pid process, pb_str value) {
    static_cast<std::vector<entry>*>(context)->push_back(
        {std::string(detail::to_view(name)), static_cast<pid>(process), std::string(detail::to_view(value))});
  };
  detail::check(detail::api().lookup(detail::host_table, detail::to_str(registry), detail::to_str(key), &found, each),
                detail::what("registry::lookup", registry, key));
  return found;
}
/// The pid under a key of a unique registry, or nobody.
inline pid whereis(std::string_view registry, std::string_view key) {
  return static_cast<pid>(patchbay::detail::host().whereis(detail::host_table, detail::to_str(via(registry, key))));
}
/// Registry.select/2: every entry for which `wanted(entry)` is true, by key, then in the order of registration.
template <class Wanted>
std::vector<entry> select(std::string_view registry, Wanted wanted) {
  auto all = lookup(registry, {});
  std::erase_if(all, [&](const entry& one) { return !wanted(one); });
  return all;
}
inline std::vector<entry> select(std::string_view registry) { return lookup(registry, {}); }
/// Registry.count/1.
inline std::size_t count(std::string_view registry) { return lookup(registry, {}).size(); }
/// Registry.keys/2: of one process, one for each entry.
inline std::vector<std::string> keys(std::string_view registry, pid process) {
  std::vector<std::string> names;
  for (auto& one : lookup(registry, {})) {
    if (one.process == process) names.push_back(std::move(one.key));
  }
  return names;
}
/// Registry.values/3: of one process under one key.
inline std::vector<std::string> values(std::string_view registry, std::string_view key, pid process) {
  std::vector<std::string> found;
  for (auto& one : lookup(registry, key)) {
    if (one.process == process) found.push_back(std::move(one.value));
  }
  return found;
}
/// Registry.dispatch/3: `run(const std::vector<entry>&)` where the key has entries, here and now.
template <class Run>
void dispatch(std::string_view registry, std::string_view key, Run run) {
  const auto entries = lookup(registry, key);
  if (!entries.empty()) run(entries);
}
/// Registry.update_value/3 of a unique registry: `change(const std::string& json)` answers the new value. {new, old}; nothing where the key is not
/// the running process's.
template <class Change>
std::optional<std::pair<std::string, std::string>> update_value(std::string_view registry, std::string_view key,
                                                                Change change) {
  const auto self = static_cast<pid>(patchbay::detail::host().self(detail::host_table));
  auto mine = values(registry, key, self);
  if (mine.empty()) return std::nullopt;
  // Only its owner changes a value: nobody else can have done so in between.
  const arg_value now = change(std::as_const(mine.front()));
  detail::check(detail::api().update(detail::host_table, detail::to_str(registry), detail::to_str(key),
                                     detail::to_str(now.json())),
                detail::what("registry::update_value", registry, key));
  return std::pair(now.json(), std::move(mine.front()));
}
/// Registry.put_meta/3 and delete_meta/2.
inline void put_meta(std::string_view registry, std::string_view key, const arg_value& value) {
  detail::check(detail::api().put_meta(detail::host_table, detail::to_str(registry), detail::to_str(key),
                                       detail::to_str(value.json())),
                detail::what("registry::put_meta", registry, key));
}
inline void delete_meta(std::string_view registry, std::string_view key) {
  detail::check(detail::api().put_meta(detail::host_table, detail::to_str(registry), detail::to_str(key), {}),
                detail::what("registry::delete_meta", registry, key));
}
/// Registry.meta/2: JSON; nothing where there is none.
inline std::optional<std::string> meta(std::string_view registry, std::string_view key) {
  patchbay::detail::text_sink value;
  const auto status =
      detail::api().meta(detail::host_table, detail::to_str(registry), detail::to_str(key), value.get());
  if (status == PB_E_NOT_FOUND) return std::nullopt;
  detail::check(status, detail::what("registry::meta", registry, key));
  return value.take();
}
/// Makes the running process a listener: a `change` for each entry that comes or goes from now on.
inline monitor_ref listen(std::string_view registry) {
  pb_ref made = 0;
  detail::check(detail::api().listen(detail::host_table, detail::to_str(registry),
                                     &patchbay::detail::message_cell<change>, &made),
                detail::what("registry::listen", registry));
  return static_cast<monitor_ref>(made);
}
/// No `change` of that listener is handled any more.
inline void unlisten(monitor_ref listener) {
  detail::check(detail::api().demonitor_group(detail::host_table, static_cast<pb_ref>(listener)), "registry::unlisten");
}

}  // namespace patchbay::registry
