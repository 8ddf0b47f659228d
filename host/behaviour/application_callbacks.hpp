#pragma once
// An application's callback module (PB_BEHAVIOUR_APPLICATION): its functions, as the host calls them.
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "behaviour/environment.hpp"
#include "behaviour/host_table.hpp"
#include "port/outcome.hpp"

namespace patchbay::behaviour {

/// A module of the generation that serves now. Its code stays mapped as long as this object lives.
/// Errors: exit, with what the function said. Thread: any; the module's functions run on the caller's.
class application_callbacks {
 public:
  application_callbacks(const host_table::module_finder& find, const std::string& module,
                        const std::string& application);
  ~application_callbacks();
  application_callbacks(const application_callbacks&) = delete;
  application_callbacks& operator=(const application_callbacks&) = delete;

  [[nodiscard]] bool found() const noexcept { return code_ != nullptr; }
  /// False: the module is that of a process.
  [[nodiscard]] bool is_application() const noexcept;

  // REQUIRES: is_application(). A function that the module does not have succeeds.
  struct started {
    std::string module;  ///< of the top process
    std::string args_json;
    std::string state_json;
  };
  [[nodiscard]] outcome<started> start(const nlohmann::json& args) const;
  [[nodiscard]] bool has_start_phase() const noexcept;
  [[nodiscard]] outcome<void> start_phase(std::string_view phase, const std::string& args_json) const;
  /// The state for stop.
  [[nodiscard]] outcome<std::string> prep_stop(const std::string& state_json) const;
  [[nodiscard]] outcome<void> stop(const std::string& state_json) const;
  [[nodiscard]] outcome<void> config_change(const env_difference& what) const;

 private:
  [[nodiscard]] const pb_application_callbacks& table() const noexcept { return *code_->table().application; }

  const process::module* code_;
};

}  // namespace patchbay::behaviour
