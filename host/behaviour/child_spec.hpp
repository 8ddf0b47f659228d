#pragma once
// What a supervisor is told of its children, copied out of the plugin and checked (OTP's supervisor:child_spec()).
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "port/outcome.hpp"

namespace patchbay::behaviour {

enum class restart_type : std::uint8_t { permanent, transient, temporary };
enum class child_type : std::uint8_t { worker, supervisor };

std::string_view word(restart_type restart) noexcept;
std::string_view word(child_type type) noexcept;

/// Nothing of it lies in a plugin: it outlives the generation that wrote it.
struct child_spec {
  std::string id;
  std::string module;  ///< in `application`
  std::string application;
  std::string name;       ///< local name, or empty
  std::string args_json;  ///< an object
  restart_type restart = restart_type::permanent;
  child_type type = child_type::worker;
  std::chrono::milliseconds shutdown{5000};  ///< 0: brutal_kill; milliseconds::max(): infinity

  [[nodiscard]] bool brutal_kill() const noexcept { return shutdown.count() == 0; }
  /// `brutal_kill`, `infinity` or the milliseconds.
  [[nodiscard]] std::string shutdown_words() const;
};

/// one_for_one is what this version offers.
struct sup_flags {
  std::uint32_t intensity = 3;  ///< Elixir's default; OTP's is 1
  std::chrono::seconds period{5};
};

struct sup_spec {
  sup_flags flags;
  std::vector<child_spec> children;
};

/// One child, checked. `application` is the supervisor's own, for modules without one.
/// Errors: start_spec, with OTP's term as the text: missing_id, missing_start, {invalid_restart_type,7}, {invalid_child_type,7},
/// {bad_combination,…} (significant: auto_shutdown is never here), {invalid_args,Id,Why}.
outcome<child_spec> make_child_spec(const pb_child_spec& raw, std::string_view application);

/// Errors: supervisor_data: {invalid_strategy,7}, {unsupported_strategy,one_for_all}, {invalid_intensity,N}, {invalid_period,0}.
outcome<sup_flags> make_sup_flags(const pb_sup_flags& raw);

/// What a supervisor's init fills through the ABI. The first thing wrong is kept.
class sup_builder {
 public:
  explicit sup_builder(std::string application) : application_(std::move(application)) {}

  /// Valid as long as this object stays where it is.
  [[nodiscard]] pb_sup_builder handle() noexcept;
  /// The whole, checked: also start_spec {duplicate_child_name,Id}.
  outcome<sup_spec> take();

 private:
  static void set_flags(void* context, const pb_sup_flags* flags);
  static void add_child(void* context, const pb_child_spec* child);
  void fail(const error& why);

  std::string application_;
  sup_spec spec_;
  error failure_;  // empty code: none
};

}  // namespace patchbay::behaviour
