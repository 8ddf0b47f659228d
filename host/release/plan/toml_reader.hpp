#pragma once
// Strict reading of TOML: what a file may hold is said key by key, all else is refused with file and line.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>
#include <nlohmann/json.hpp>

#include "port/outcome.hpp"

namespace patchbay::release {

/// One file while it is read. The first thing wrong is kept; readers go on with empty values, so that a caller checks once, at the end.
/// Error codes: no_such_file, io, bad_toml (syntax), unknown_key, missing_key, wrong_type, bad_value.
class toml_source {
 public:
  explicit toml_source(const std::filesystem::path& file);

  [[nodiscard]] const toml::table& root() const { return root_; }
  [[nodiscard]] bool ok() const { return !failure_; }
  /// REQUIRES: !ok().
  [[nodiscard]] const error& failure() const { return *failure_; }
  /// Keeps `FILE:LINE: text` unless something was wrong before.
  void fail(std::string code, const toml::source_region& at, const std::string& text);

 private:
  std::string name_;
  toml::table root_;
  std::optional<error> failure_;
};

enum class presence { needed, optional };

/// One table of a file. `what` names it in errors (`in [[up]]`), `known` are its keys: others are refused at once.
/// The source must outlive it.
class table_reader {
 public:
  table_reader(toml_source& source, const toml::table& table, std::string what, std::vector<std::string> known);

  [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }
  std::string text(std::string_view key, presence p);
  std::string name(std::string_view key, presence p);     ///< valid_name()
  std::string version(std::string_view key, presence p);  ///< valid_version()
  std::uint64_t number(std::string_view key, std::uint64_t absent, std::uint64_t least, std::uint64_t most);
  std::vector<std::string> texts(std::string_view key, presence p);
  /// valid_name() each, none twice.
  std::vector<std::string> names(std::string_view key, presence p);
  nlohmann::json object(std::string_view key);
  /// nullptr where it is absent (and then an error, if needed).
  const toml::table* table(std::string_view key, presence p);
  /// The tables of an array, `[[key]]` or `key = [{…}]`.
  std::vector<const toml::table*> tables(std::string_view key, presence p);

  /// Refuses the value of a key that is there: `FILE:LINE: key: text`.
  void refuse(std::string_view key, std::string code, const std::string& text);
  /// Refuses the table itself.
  void refuse(std::string code, const std::string& text);

 private:
  const toml::node* node(std::string_view key, presence p, toml::node_type wanted);

  toml_source* source_;
  const toml::table* table_;
  std::string what_;
};

/// `sequence` from `…/sequence.app.toml`; an error where the name does not end so or is not a valid name.
outcome<std::string> application_of(const std::filesystem::path& file, std::string_view ending);

}  // namespace patchbay::release
