#pragma once
// What a plugin's table says, as plain data: written at build time as NAME.facts.json, compared with the table at load, and
// read by the planner without loading anything. Pure: no runtime, no file access but read_facts.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <patchbay/abi.h>

#include "port/outcome.hpp"

namespace patchbay::code {

struct type_facts {
  std::string name;
  std::uint32_t version = 0;
  std::uint32_t flags = 0;  ///< PB_TYPE_*
  std::string schema;       ///< JSON text, sdk/abi/schema.md
  std::string layout;       ///< empty: never by pointer
  bool operator==(const type_facts&) const = default;
};

/// A call, cast, info, continue or response that a module takes, or a message that it imports.
struct message_facts {
  std::uint32_t kind = 0;  ///< PB_KIND_*
  type_facts type;         ///< name empty for exit, down, timeout
  type_facts reply;        ///< name empty where there is none
  bool operator==(const message_facts&) const = default;
};

struct migration_facts {
  std::uint32_t version = 0;  ///< the older state's version
  type_facts old_state;
  bool up = false;
  bool down = false;
  bool operator==(const migration_facts&) const = default;
};

struct module_facts {
  std::string name;
  std::uint32_t behaviour = 0;  ///< PB_BEHAVIOUR_*
  type_facts state;             ///< name empty for a supervisor
  type_facts status;            ///< name empty where the state is shown as it is
  std::vector<message_facts> messages;
  std::vector<message_facts> imports;
  std::vector<migration_facts> migrations;
  bool operator==(const module_facts&) const = default;
};

struct plugin_facts {
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::uint64_t capabilities_required = 0;
  std::string application;
  std::string version;
  std::string toolchain;
  std::string build_id;  ///< lower-case hex of NT_GNU_BUILD_ID; from the file, not from the table
  std::string
      sha256;  ///< of the whole file, lower-case hex; what a table cannot know, so that first_difference leaves it out
  std::vector<module_facts> modules;
  [[nodiscard]] const module_facts* find(std::string_view module) const;
  bool operator==(const plugin_facts&) const = default;
};

/// Reads a plugin's table. Errors (bad_table): null or absurd pointers and sizes, names empty or doubled, a schema that is not JSON,
/// fingerprints that do not match their texts, a gen_server without init …; worded with the module and field.
outcome<plugin_facts> facts_of(const pb_plugin& table, std::string build_id);

/// JSON text with a trailing newline, keys in a fixed order: the same facts give the same bytes.
std::string to_json(const plugin_facts& facts);
/// Errors (bad_facts): not JSON, unknown or missing keys, wrong types; worded with `where`, a file name, and the key's path.
outcome<plugin_facts> facts_from_json(std::string_view text, const std::string& where);
outcome<plugin_facts> read_facts(const std::filesystem::path& file);

/// The first difference of two facts in words («module counter: state schema {…} against {…}»), empty where they are equal.
std::string first_difference(const plugin_facts& file, const plugin_facts& table);

}  // namespace patchbay::code
