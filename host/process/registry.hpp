#pragma once
// Elixir's Registry: processes under keys, with a value each.
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <patchbay/abi.h>

#include "process/listener.hpp"

namespace patchbay::process {

/// What `{via, REGISTRY, KEY}` says.
struct via_name {
  std::string_view registry;
  std::string_view key;
};
/// nullopt: a local name.
std::optional<via_name> as_via(std::string_view name) noexcept;

struct registry_entry {
  std::string key;
  pb_pid pid = 0;
  std::string value;  ///< JSON
};

/// Invariants:
///  - An entry's process is alive, or on its way: forget() takes its entries out once, at its end, and nothing enters for it afterwards, because
///    only the process itself and its start enter.
///  - owned_ has (registry, key) for each entry.
///  - Listeners are told under mutex_, so in the order of the changes; telling takes no lock of this room.
/// Thread: any.
class registries {
 public:
  static constexpr std::size_t max_length = 255;
  /// Without blanks: `[["monitor","u64"],["registry","string"],…]`
  static const std::string& change_schema();

  explicit registries(teller tell) : tell_(std::move(tell)) {}

  pb_status make(std::string_view name, std::uint32_t kind);
  /// `owner` is who has the key, with PB_E_ALREADY_REGISTERED.
  pb_status enter(std::string_view name, std::string_view key, pb_pid pid, std::string value, pb_pid& owner);
  pb_status leave(std::string_view name, std::string_view key, pb_pid pid);
  pb_status update(std::string_view name, std::string_view key, pb_pid pid, std::string value);
  /// Of a unique registry; 0: nobody.
  [[nodiscard]] pb_pid find(std::string_view name, std::string_view key) const;
  /// `{via, REGISTRY, KEY}` of every entry of a unique registry, and whose it is; by registry, then by key.
  [[nodiscard]] std::vector<std::pair<std::string, pb_pid>> via_names() const;
  /// An empty key: all.
  pb_status lookup(std::string_view name, std::string_view key, std::vector<registry_entry>& out) const;
  pb_status put_meta(std::string_view name, std::string_view key, std::string value);
  pb_status meta(std::string_view name, std::string_view key, std::string& value) const;
  pb_status listen(std::string_view name, const listener& who);
  bool unlisten(pb_pid who, pb_ref monitor);
  /// The process has ended: its entries and listeners go.
  void forget(pb_pid pid);

 private:
  struct holder {
    pb_pid pid;
    std::string value;
  };
  struct registry {
    std::string name;
    std::uint32_t kind;
    std::map<std::string, std::vector<holder>, std::less<>> keys;
    std::map<std::string, std::string, std::less<>> metadata;
    std::vector<listener> listeners;
  };
  [[nodiscard]] registry* find_registry(std::string_view name) const;
  void tell(const registry& where, std::string_view key, const holder& who, bool registered) const;
  bool take_out(registry& from, std::string_view key, pb_pid pid);

  teller tell_;
  mutable std::shared_mutex mutex_;
  // Both guarded by mutex_.
  std::map<std::string, std::unique_ptr<registry>, std::less<>> all_;
  std::unordered_map<pb_pid, std::vector<std::pair<registry*, std::string>>> owned_;
};

}  // namespace patchbay::process
