#pragma once
// One state through one module's code_change, and back.
#include <string>
#include <string_view>

#include <patchbay/abi.h>

namespace patchbay::release {

/// What became of one state.
struct trip {
  std::string failed;  ///< up, down, state: where it ended; empty: it came back
  std::string why;
  std::string before;  ///< the state's bytes as its own type writes them; set unless `failed` is state
  std::string after;   ///< after both ways; empty where only one exists
};

/// Thread: one. REQUIRES: the module outlives it.
class round_trip {
 public:
  round_trip(const pb_module& module, const pb_migration& over) : module_(module), over_(over) {}

  [[nodiscard]] const pb_type& old_type() const noexcept { return *over_.old_state; }
  [[nodiscard]] const pb_type& new_type() const noexcept { return *module_.state; }

  /// An old state up, and down again where there is a way.
  trip from_old(std::string_view bytes) const;
  /// A new state down, and up again where there is a way.
  trip from_new(std::string_view bytes) const;

 private:
  const pb_module& module_;
  const pb_migration& over_;
};

}  // namespace patchbay::release
