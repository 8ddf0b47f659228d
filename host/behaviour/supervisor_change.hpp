#pragma once
// supervisor's code_change: OTP.md section 2.
#include <optional>
#include <string>

#include "behaviour/supervision.hpp"
#include "process/module.hpp"

namespace patchbay::behaviour {

/// What a supervisor will be after a swap: init of the new code, given the original args. Flags are replaced; known ids get their new specs and
/// keep their pids; new ids are added and not started; dropped ids are kept and go on running. ignore changes nothing.
///
/// Three steps, so that a swap is all or nothing. Nobody enters the supervisor between the first and the last, so what was copied
/// stays true.
///  - the constructor alone looks at the live supervisor;
///  - prepare() runs code of the plugin, which may hang: it touches only what was copied;
///  - apply() cannot fail. What the supervisor had before is then in this object, and goes with it.
class supervisor_change {
 public:
  explicit supervisor_change(const supervision& live);

  /// What the supervisor's init was given.
  [[nodiscard]] const std::string& args_json() const noexcept { return args_json_; }
  /// Empty: done. Otherwise why the new code's init will not do, in OTP's words. Thread: any; the new generation stays loaded.
  std::string prepare(const process::module& to);
  void apply(supervision& live) noexcept;

 private:
  void merge(std::vector<child_spec> specs);

  sup_flags flags_;
  std::string args_json_;
  std::vector<child> before_;
  std::optional<child_spec> template_;
  child_table children_;
  bool ignored_ = false;
};

}  // namespace patchbay::behaviour
