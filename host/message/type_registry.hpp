#pragma once
// Dense ids for the names and layouts of all types in loaded plugins, so that a call compares two integers.
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include <patchbay/abi.h>

namespace patchbay::message {

/// Interns type names and layouts. Ids start at 1 and are never reused: names are few and outlive their generations.
/// Thread: any.
class type_registry {
 public:
  /// Sets type.host_id from its name and type.host_layout_id from toolchain + layout (0 where it never goes by pointer).
  /// REQUIRES: no other thread sees the type yet.
  void adopt(pb_type& type, std::string_view toolchain);

  /// The id of a name, 0 where no loaded plugin ever had it.
  [[nodiscard]] std::uint32_t find(std::string_view name) const;
  /// The name of an id, empty where there is none.
  [[nodiscard]] std::string name(std::uint32_t id) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::uint32_t> names_;    // guarded by mutex_
  std::unordered_map<std::string, std::uint32_t> layouts_;  // guarded by mutex_
};

/// True where an object of one type may be used in place as one of the other: same memory, same compiler, nothing of its
/// generation inside. A local type (PB_TYPE_LOCAL) has no layout to share: it is the same only as itself, in its own generation.
inline bool same_layout(const pb_type& a, const pb_type& b) noexcept {
  return &a == &b || (a.host_layout_id != 0 && a.host_layout_id == b.host_layout_id);
}

}  // namespace patchbay::message
