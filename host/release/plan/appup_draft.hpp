#pragma once
// An appup as it can be told from two builds of an application: what their facts show, and what somebody has to write. Pure.
#include <string>
#include <string_view>
#include <vector>

#include "release/plan/files.hpp"

namespace patchbay::release {

/// Of one module, for whoever reads the draft.
struct draft_note {
  std::string module;
  /// The planner refuses the appup until somebody has done this.
  bool to_do = false;
  std::vector<std::string> lines;  ///< the first says what; the others are the skeleton of the C++ that is missing
};

struct appup_draft {
  std::string application;
  appup_file appup;  ///< one entry up from the older version, one down to it
  std::vector<draft_note> notes;
  /// Entries of the appup that the newer version has already, for other versions; they are not in the draft.
  std::vector<std::string> left_out;
  [[nodiscard]] bool complete() const;  ///< nothing to do
};

/// Of `to`'s appup, from `from`, which is the older one. For each module of the two:
///   add_module, delete_module   only one of the two has it
///   update advanced             the state's schema differs, or its version does and there is a code_change for it; `lossy` names what the
///                               planner refuses to lose unnamed
///   load_module                 all else: its code may differ, its state is kept
/// The two have different versions.
appup_draft draft_appup(const application_view& from, const application_view& to);

/// For each application that both have in different versions, in `to`'s start order; or for one alone.
/// Errors: no_such_application, nothing_to_write (none differs, or the one is new or gone), build_id_conflict (the same version, another build).
outcome<std::vector<appup_draft>> draft_appups(const release_view& from, const release_view& to,
                                               std::string_view application = {});

/// NAME.appup.toml, with notes as comments. read_appup reads it as `draft.appup`.
std::string to_toml(const appup_draft& draft);

}  // namespace patchbay::release
