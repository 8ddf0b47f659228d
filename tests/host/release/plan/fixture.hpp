#pragma once
// Releases for the planner's tests: facts in memory, versioned release directories on disk.
#include <filesystem>
#include <string>
#include <vector>

#include "release/plan/plan.hpp"

namespace patchbay::release::fixture {

/// A directory of its own under the system's temporary one, removed at the end.
class temp_dir {
 public:
  temp_dir();
  ~temp_dir();
  temp_dir(const temp_dir&) = delete;
  temp_dir& operator=(const temp_dir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write(const std::filesystem::path& file, const std::string& text);
std::string read(const std::filesystem::path& file);

/// `{"struct":[["total","i64"]]}`
inline const std::string state_1 = R"({"struct":[["number","i64"]]})";
inline const std::string state_2 = R"({"struct":[["number","i64"],["delta","i64"]]})";

code::module_facts server(const std::string& name, std::uint32_t version, const std::string& schema);
code::module_facts supervisor(const std::string& name);
code::migration_facts migration(std::uint32_t version, const std::string& schema, bool up = true, bool down = true);
code::message_facts message(std::uint32_t kind, const std::string& name, const std::string& schema,
                            const std::string& reply = "");

/// An application with these modules, its app file and its build-id to match; no appup.
application_view application(const std::string& name, const std::string& vsn, std::vector<code::module_facts> modules);
release_view release(const std::string& vsn, std::vector<application_view> applications);

/// sequence 1.0.0 and 2.0.0: a server whose state gains `delta` by code_change, a stash, a supervisor; 2.0.0's appup goes both ways.
application_view sequence_1();
application_view sequence_2();

/// Writes release.toml and lib/… of these applications, with an empty file for each library.
void write_release(const std::filesystem::path& directory, const release_view& release);

}  // namespace patchbay::release::fixture
