#pragma once
// The shape of a type as it is serialised, read from the text that sdk/abi/schema.md defines.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "port/outcome.hpp"

namespace patchbay::message {

enum class shape : std::uint8_t {
  boolean,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f32,
  f64,
  character,
  string,
  monostate,
  enumeration,  ///< parts: [integer]
  list,         ///< parts: [element]
  array,        ///< parts: [element], size
  set,          ///< parts: [element], unordered, multi
  map,          ///< parts: [key, value], unordered, multi
  optional,     ///< parts: [value]
  pointer,      ///< parts: [value]
  variant,      ///< parts: alternatives
  tuple,        ///< parts: elements
  structure,    ///< parts: the fields' types, names beside them; version
  reference,    ///< parts: [the enclosing struct]
  opaque        ///< names: [what it is]
};

/// One place in a schema. `parts` are positions in schema::nodes.
struct schema_node {
  shape kind = shape::monostate;
  bool unordered = false;
  bool multi = false;
  std::uint64_t size = 0;                ///< of an array
  std::optional<std::uint32_t> version;  ///< of a struct
  std::uint64_t least_bytes = 0;         ///< no value of this shape is encoded in fewer
  std::vector<std::uint32_t> parts;
  std::vector<std::string> names;
};

/// A whole schema. Fixed once parsed, so that any thread may read it. References are resolved: only through them the tree has cycles,
/// and every cycle passes a list, set, map, optional, pointer or variant.
struct schema {
  std::string text;
  std::uint64_t fingerprint = 0;   ///< FNV-1a 64 of the text
  std::vector<schema_node> nodes;  ///< never empty; the root is the first
  [[nodiscard]] const schema_node& root() const { return nodes.front(); }
  [[nodiscard]] const schema_node& at(std::uint32_t position) const { return nodes[position]; }
};

constexpr std::size_t max_schema_bytes = 1u << 20;
constexpr std::size_t max_schema_nodes = 1u << 16;
constexpr std::size_t max_schema_depth = 100;

/// Errors (bad_schema): not JSON, unknown words with the nearest known one, wrong types, fields named twice, references to nothing
/// or to a struct that would hold itself, limits; worded with the path inside the schema.
outcome<schema> parse_schema(std::string_view text);

/// For people: `{n: i64, history: list<i64>}`; a reference is `^n`, a class version `{…}@v`.
[[nodiscard]] std::string describe(const schema& of);
[[nodiscard]] std::string describe(const schema& of, const schema_node& part);

}  // namespace patchbay::message
