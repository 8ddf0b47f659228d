#pragma once
// Configuration as plugins read it: a JSON table behind the ABI's pb_args.
#include <cstddef>
#include <memory>
#include <string_view>

#include <patchbay/abi.h>
#include <nlohmann/json_fwd.hpp>

#include "port/outcome.hpp"

namespace patchbay::behaviour {

/// One table of arguments, for the duration of the calls that it is given to. Thread: any (never changes).
class args_table {
 public:
  args_table();  ///< {}
  /// REQUIRES: an object; anything else counts as {}.
  explicit args_table(nlohmann::json table);
  /// From JSON text; empty text is {}. Errors: bad_json (also where it is JSON but no object).
  static outcome<args_table> parse(std::string_view json_text);

  args_table(args_table&&) noexcept;
  args_table& operator=(args_table&&) noexcept;
  ~args_table();

  /// What crosses the boundary. It, its nested tables and all their strings stay valid as long as this object or the one it was moved to.
  [[nodiscard]] const pb_args* handle() const noexcept;

 private:
  std::unique_ptr<const nlohmann::json> table_;
};

/// What args_find looks up, in JSON. nullptr where it is absent.
const nlohmann::json* find_arg(const nlohmann::json& table, std::string_view key);

// pb_host's functions of the same names. NULL args are an empty table. A JSON null counts as absent; an integer beyond int64 is a
// float; `number` is set for integers too.

/// A key that is there as it is written wins; else its dots go into tables, the longest first part first.
void args_find(const pb_host* host, const pb_args* args, pb_str key, pb_value* out);
/// Entries of a table in the order of their keys. PB_VALUE_NONE and an empty key beyond the end.
void args_at(const pb_host* host, const pb_args* args, std::size_t index, pb_str* out_key, pb_value* out);
std::size_t args_size(const pb_host* host, const pb_args* args);
void args_json(const pb_host* host, const pb_args* args, const pb_sink* out);

}  // namespace patchbay::behaviour
