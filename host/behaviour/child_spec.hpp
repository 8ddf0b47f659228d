#pragma once
// What a supervisor is told of its children, copied out of the plugin and checked (OTP's supervisor:child_spec()).
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "port/outcome.hpp"

namespace patchbay::behaviour {

enum class restart_type : std::uint8_t { permanent, transient, temporary };
enum class child_type : std::uint8_t { worker, supervisor };

enum class strategy_type : std::uint8_t { one_for_one, one_for_all, rest_for_one, simple_one_for_one };
enum class auto_shutdown_type : std::uint8_t { never, any_significant, all_significant };

std::string_view word(restart_type restart) noexcept;
std::string_view word(child_type type) noexcept;
std::string_view word(strategy_type strategy) noexcept;
std::string_view word(auto_shutdown_type when) noexcept;

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
  bool significant = false;

  [[nodiscard]] bool brutal_kill() const noexcept { return shutdown.count() == 0; }
  /// `brutal_kill`, `infinity` or the milliseconds.
  [[nodiscard]] std::string shutdown_words() const;
};

struct sup_flags {
  std::uint32_t intensity = 3;  ///< Elixir's default; OTP's is 1
  std::chrono::seconds period{5};
  strategy_type strategy = strategy_type::one_for_one;
  auto_shutdown_type auto_shutdown = auto_shutdown_type::never;
  bool dynamic = false;                      ///< a DynamicSupervisor
  std::uint64_t max_children = PB_INFINITY;  ///< of a dynamic one
  std::string extra_args_json = "{}";        ///< of a dynamic one: under every child's own args
  bool partitions = false;                   ///< a PartitionSupervisor: its children are its partitions

  /// Its children have no ids, and stop together.
  [[nodiscard]] bool many() const noexcept { return dynamic || strategy == strategy_type::simple_one_for_one; }
};

struct sup_spec {
  sup_flags flags;
  std::vector<child_spec> children;
};

/// One child, checked. `application` is for modules without one; may be empty, for whoever takes the spec to fill in.
/// Errors: start_spec, with OTP's term as the text: missing_id, {missing_start,Id}, {invalid_restart_type,7}, {invalid_child_type,7},
/// {invalid_args,Id,Why}.
outcome<child_spec> make_child_spec(const pb_child_spec& raw, std::string_view application);

/// Errors: start_spec: {bad_combination,…} of `significant` with restart permanent, or with auto_shutdown never where that is given.
outcome<void> check_significant(const child_spec& spec, std::optional<auto_shutdown_type> auto_shutdown);

/// Errors: supervisor_data: {invalid_strategy,7}, {invalid_intensity,N}, {invalid_period,0}, {invalid_auto_shutdown,7},
/// {invalid_extra_arguments,Why}, {bad_combination,…}.
outcome<sup_flags> make_sup_flags(const pb_sup_flags& raw);

/// supervisor:check_childspecs/2; /1 without auto_shutdown. Errors: as above, and {duplicate_child_name,Id}.
outcome<void> check_childspecs(const std::vector<child_spec>& specs, std::optional<auto_shutdown_type> auto_shutdown);

/// The keys of `over` over those of `base`. REQUIRES: both are objects.
std::string merge_args(const std::string& base, const std::string& over);

/// What a supervisor's init fills through the ABI. The first thing wrong is kept.
class sup_builder {
 public:
  explicit sup_builder(std::string application) : application_(std::move(application)) {}

  /// Valid as long as this object stays where it is.
  [[nodiscard]] pb_sup_builder handle() noexcept;
  /// The whole, checked: also start_spec {duplicate_child_name,Id}, and {bad_start_spec,…}: a simple_one_for_one supervisor has exactly one
  /// child, a dynamic one none.
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
