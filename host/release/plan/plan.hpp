#pragma once
// The planner: from two releases as data to what a swap will do, or why it is refused. Pure.
#include <string>
#include <vector>

#include "release/plan/files.hpp"

namespace patchbay::release {

/// What happens to one module's processes.
enum class module_action {
  load,      ///< load_module, or implied because the appup does not name it: same schema, new code
  soft,      ///< update soft: same schema, new code
  advanced,  ///< update advanced: code_change
  add,       ///< new in this version: no processes yet
  remove     ///< delete_module: refused at the freeze where a process lives
};
/// Which plugin carries code_change: the newer of the two.
enum class direction { up, down };

struct module_plan {
  std::string module;
  module_action action = module_action::load;
  bool implied = false;            ///< not named by the appup
  std::uint32_t from_version = 0;  ///< of the state
  std::uint32_t to_version = 0;
  bool supervisor = false;
  std::vector<std::string> schema_diff;  ///< `+delta: i64`, `-x: string`, `n: i32 -> i64`, `order changed`; empty: equal
  std::vector<std::string> lossy;
  /// Messages whose form differs or is gone: queued ones of these are dropped or answered with undef_message.
  std::vector<std::string> message_notes;
};
struct application_plan {
  std::string application;
  std::string from_version;
  std::string to_version;
  direction way = direction::up;
  std::vector<module_plan> modules;
};
struct plan {
  std::string from;  ///< release ids
  std::string to;
  std::vector<application_plan> applications;  ///< only those whose version changes; in start order
  std::vector<std::string> unchanged;
  bool way_back = false;               ///< a plan from `to` to `from` exists
  std::string way_back_refusal;        ///< why not
  std::vector<std::string> notes;
};

/// Errors: no_matching_relup (no appup entry either way), unknown_version, schema_changed (no migration, with the difference),
/// one_way (migration without a way back), undef_module, muldef_module, same_release, build_id_conflict (same version, other build-id),
/// conflicting_versions, unsupported (an application added or removed, changed start type: later releases), live import of a changed
/// message without the new form (import_changed).
outcome<plan> make_plan(const release_view& from, const release_view& to);

std::string describe(const plan& plan);  ///< for people, several lines
json to_json(const plan& plan);

/// `+delta: i64` …, field by field, names with dots for nested structs. Errors in the schemas' texts are differences too.
std::vector<std::string> schema_difference(std::string_view from, std::string_view to);

}  // namespace patchbay::release
