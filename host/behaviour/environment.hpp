#pragma once
// The env of all applications (application:get_env): what the release says, and what set_env put over it.
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace patchbay::behaviour {

/// What differs between two envs of one application, as config_change is told.
struct env_difference {
  nlohmann::json changed = nlohmann::json::object();  ///< with their new values
  nlohmann::json added = nlohmann::json::object();
  nlohmann::json removed = nlohmann::json::array();  ///< names
  [[nodiscard]] bool empty() const { return changed.empty() && added.empty() && removed.empty(); }
};
env_difference difference(const nlohmann::json& before, const nlohmann::json& after);

/// An application that nobody described has an empty env. Thread: any.
class environment {
 public:
  using snapshot = std::shared_ptr<const nlohmann::json>;  ///< an object that never changes
  using table = std::map<std::string, snapshot, std::less<>>;

  /// application:get_all_env.
  [[nodiscard]] snapshot all(std::string_view application) const;
  /// What `all` would answer if the release said this.
  [[nodiscard]] snapshot all(std::string_view application, const snapshot& released) const;

  /// What the release says of one application, as it is loaded.
  void describe(const std::string& application, nlohmann::json env);
  void forget(std::string_view application);

  /// application:set_env; a null is unset_env. OTP loses such a value in an install; here it stays until it is set again.
  void set(std::string_view application, const std::string& key, nlohmann::json value);

  /// Shows what a new release says of all applications, at once, and puts what was shown before into `next`.
  void exchange(table& next) noexcept;

 private:
  using overlay = std::map<std::string, nlohmann::json>;

  mutable std::shared_mutex mutex_;
  table released_;                                   // guarded by mutex_
  std::map<std::string, overlay, std::less<>> set_;  // guarded by mutex_; a null: unset
};

}  // namespace patchbay::behaviour
