#pragma once
// One state there and back, as a swap would carry it: what patchbay-canary does with each.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "message/schema.hpp"
#include "release/rehearse/canary_wire.hpp"
#include "release/swap/route.hpp"

namespace patchbay::release {

/// What became of one state.
struct trial_result {
  std::string way;  ///< state, up, down, round, init: where it did not come through; empty: it did
  std::string why;
  std::uint64_t new_bytes = 0;  ///< of heap and storage that the new state takes, as malloc counts
  bool uncompared = false;      ///< other bytes came back, and only the plugin's own code can read them
};

/// The swap's own code (migration.hpp) carries the state, so what is rehearsed is what will be run: a supervisor's init, bytes between layouts, the
/// purity of code_change, the continue that it asks for.
/// Thread: one, with a thread_context. REQUIRES: what the routes name outlives it.
class trial {
 public:
  using tell_step = std::function<void(canary_step)>;
  /// Errors: bad_schema; no_code_change where there is no way back.
  static outcome<trial> make(route there, route back, const pb_args* new_config, const pb_args* old_config,
                             std::vector<std::string> lossy);

  /// `bytes`: the state as the generation that is left encodes it; of a supervisor the args of its init. code_change may
  /// hang or crash in here: `tell` says before each step what begins.
  [[nodiscard]] trial_result run(std::string_view bytes, const tell_step& tell) const;

 private:
  trial() = default;
  [[nodiscard]] trial_result supervise(std::string_view args_json) const;
  route there_;
  route back_;
  const pb_args* new_config_ = nullptr;
  const pb_args* old_config_ = nullptr;
  std::vector<std::string> lossy_;
  std::optional<message::schema> as_;
};

}  // namespace patchbay::release
