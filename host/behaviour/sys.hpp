#pragma once
// The functions of OTP's sys: OTP.md section 4.
#include <functional>
#include <string>
#include <string_view>

#include "process/system.hpp"

namespace patchbay::behaviour {

class debug_function;

/// A suspended process's move to the newest loaded generation of its module: how it ended, by generation.
struct changed_code {
  pb_status status = PB_OK;  ///< PB_E_CALLBACK_FAILED: code_change failed, or there is none; the process is as it was
  std::string text;
  bool changed = false;  ///< false, with PB_OK: it runs the newest already
  std::string from;
  std::string to;
};
/// Runs under the token of that process. The release room's: see release/swap/change_code.hpp.
using code_changer = std::function<changed_code(process::process& suspended)>;

/// Every function asks the process under its token, in the order of its messages; in a handler the asking process is held meanwhile.
/// Statuses of all: PB_E_TIMEOUT, NOPROC, CALLING_SELF, OVERLOADED, IN_CODE_CHANGE, SHUTTING_DOWN. Thread: any.
class sys {
 public:
  /// OTP's default of all of them.
  static constexpr process::milliseconds default_timeout{5000};

  /// REQUIRES: before the first process.
  void bind(process::system& owner, code_changer change = nullptr) {
    system_ = &owner;
    change_ = std::move(change);
  }

  /// By PB_SYS_*; argument and answer (asked::bytes) as sdk/abi/sys.md has them; an empty argument is null. Besides the above:
  /// PB_E_CALLBACK_FAILED, UNKNOWN_SYSTEM_MSG, BADARG, DECODE, UNSUPPORTED.
  process::asked request(pb_pid pid, std::uint32_t what, std::string_view argument_json,
                         process::milliseconds timeout = default_timeout);
  process::asked install(pb_pid pid, debug_function function, process::milliseconds timeout = default_timeout);
  process::asked remove(pb_pid pid, std::string_view name, process::milliseconds timeout = default_timeout);
  /// The state encoded (bytes) and its schema's text (text).
  process::asked get_state(pb_pid pid, process::milliseconds timeout = default_timeout);
  /// Makes the new encoded state from the old one, under the token.
  using state_change =
      std::function<pb_status(std::string_view old, std::string_view schema, std::string& next, std::string& error)>;
  process::asked replace_state(pb_pid pid, state_change what, process::milliseconds timeout = default_timeout);

 private:
  process::asked perform(process::process& self, std::uint32_t what, const std::string& argument);
  process::asked replaced(process::process& self, const state_change& what) const;
  process::asked replaced_by_json(process::process& self, const std::string& argument) const;
  process::asked status(process::process& self) const;
  process::asked change_code(process::process& self) const;

  process::system* system_ = nullptr;
  code_changer change_;
};

/// `normal`, `shutdown`, `{shutdown, why}`, or an error in words.
process::reason reason_from_words(std::string_view words);

}  // namespace patchbay::behaviour
