#pragma once
// What differs between two releases, whether or not there is a way between them. Pure; nothing here is refused.
#include <string>
#include <vector>

#include "release/plan/files.hpp"

namespace patchbay::release {

enum class difference_kind { equal, changed, added, removed };
const char* word(difference_kind kind);

/// A list of words in one version and in another.
struct names_difference {
  std::vector<std::string> added;
  std::vector<std::string> removed;
  std::vector<std::string> changed;  ///< same name, other value; values are not shown: they may be secrets
  [[nodiscard]] bool empty() const { return added.empty() && removed.empty() && changed.empty(); }
};

/// A message that a module takes, or imports. Only those that differ are listed.
struct message_difference {
  difference_kind kind = difference_kind::changed;
  std::string message;               ///< `call sequence/sequence_server.set_delta`
  std::vector<std::string> request;  ///< schema_difference of a changed one; of an added or removed one its whole shape
  std::vector<std::string> reply;
};

struct module_difference {
  std::string module;
  difference_kind kind = difference_kind::equal;
  std::string from_behaviour;  ///< `gen_server`; empty where that version lacks the module
  std::string to_behaviour;
  std::uint32_t from_version = 0;  ///< of the state; 0 where it has none
  std::uint32_t to_version = 0;
  std::vector<std::string> state;  ///< schema_difference; of an added or removed module its whole shape
  std::vector<message_difference> messages;
  std::vector<message_difference> imports;
  names_difference code_changes;  ///< `from state version 1, up and down`
  /// What differs besides: `status`, `layout` (values that lie otherwise in memory go through bytes), `flags`.
  std::vector<std::string> also;
};

struct application_difference {
  std::string application;
  difference_kind kind = difference_kind::equal;
  std::string from_version;  ///< empty where that release lacks it
  std::string to_version;
  std::string from_build_id;
  std::string to_build_id;
  std::string from_type;  ///< `permanent`
  std::string to_type;
  names_difference env;
  names_difference applications;  ///< that must be started before it
  names_difference optional_applications;
  names_difference included_applications;
  names_difference registered;
  /// What differs besides: keys of the app file (`mod`, `maxT` …), `library` (the same build-id and other bytes), `toolchain`.
  std::vector<std::string> also;
  std::vector<module_difference> modules;  ///< of `to`, in its order, then those that it lacks; equal ones too
};

struct release_difference {
  std::string from;  ///< release ids
  std::string to;
  std::vector<application_difference>
      applications;                  ///< of `to`, in start order, then those that it lacks; equal ones too
  [[nodiscard]] bool equal() const;  ///< but for the ids
};

release_difference compare(const release_view& from, const release_view& to);

std::string describe(const release_difference& difference);  ///< for people, several lines
json to_json(const release_difference& difference);

}  // namespace patchbay::release
