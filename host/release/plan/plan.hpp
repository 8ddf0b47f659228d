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
  std::vector<std::string>
      schema_diff;  ///< `+delta: i64`, `-x: string`, `n: i32 -> i64`, `order changed`; empty: equal
  std::vector<std::string> lossy;
  /// Fields of the state that is left which the other one does not have and `lossy` does not name. Whether code_change carries them in
  /// what only the other one has, schemas do not show; where that is nothing, the plan is refused.
  std::vector<std::string> drops;
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
  std::vector<std::string> unchanged;          ///< names: same version and same build-id
  bool way_back = false;                       ///< a plan from `to` to `from` exists
  std::string way_back_refusal;                ///< why not
  std::vector<std::string> way_back_drops;     ///< `field of module`: module_plan::drops of that plan
  std::vector<std::string> notes;
};

/// Lookup as OTP's: for each application whose version changes, the first entry of `to`'s appup that matches the old version (up), else the
/// first of `from`'s appup that matches the new one (down).
/// Errors, each worded with application, versions and module:
///   no_matching_relup    no appup entry either way; lists the versions that the appups know
///   same_release         both are the same release
///   build_id_conflict    an application has the same version and another build-id
///   unsupported          an application added or removed, its start type changed, a module's behaviour changed, a supervisor `advanced`
///   undef_module         an instruction names a module that is not where it should be; a new module without add_module, or a gone one
///                        without delete_module
///   muldef_module        two instructions for one module
///   schema_changed       another state schema and no code_change to carry it, or one that expects another old schema; field by field
///   no_code_change       `advanced`, equal schemas, but the newer plugin has no code_change for that state version
///   one_way              the code_change goes one way only
///   undef_field          `lossy` names a field that the state does not have
///   undeclared_loss      a field that the other state neither has nor could hold elsewhere, and `lossy` does not name it; of an upgrade
///                        also where its way back would lose one so
///   import_changed       an application of `to` sends a message in a form that no module of `to` takes
outcome<plan> make_plan(const release_view& from, const release_view& to);

std::string describe(const plan& plan);  ///< for people, several lines
json to_json(const plan& plan);

/// `+delta: i64` …, field by field, names with dots for nested structs, `[]` for elements, `[key]` and `[value]` of maps, `[n]` of tuples
/// and variants. Empty exactly where the texts are equal: errors in the texts are differences too.
std::vector<std::string> schema_difference(std::string_view from, std::string_view to);

/// What a change of schema leaves behind.
struct schema_loss {
  std::vector<std::string> fields;  ///< that only the first one has: `delta`, `items[].note`
  std::vector<std::string>
      room;  ///< of the second, where these could live on: fields that only it has or that differ in type
};
schema_loss lost_between(std::string_view from, std::string_view to);

}  // namespace patchbay::release
