#pragma once
// Bytes of unknown origin, read by a schema: what binary_to_json and canonical share. Private to this room.
#include <cstdint>
#include <string_view>

#include "message/json_path.hpp"
#include "message/little_endian.hpp"
#include "message/schema.hpp"

namespace patchbay::message {

/// Functions that answer false have set `failure`, with the path and the offset; only the first failure counts.
class binary_source {
 public:
  explicit binary_source(std::string_view bytes) : bytes_(bytes) {}

  /// Errors: truncated.
  bool take(std::uint64_t count, std::string_view what, std::string_view& out);
  template <class Integer>
  bool integer(std::string_view what, Integer& out) {
    std::string_view at;
    if (!take(sizeof(Integer), what, at)) return false;
    out = get_little<Integer>(at);
    return true;
  }
  /// A byte that is 0 or 1. Errors: truncated, bad_value.
  bool flag(std::string_view what, bool& out);
  /// A count of elements that take at least `least_bytes` each. Errors: truncated, too_long.
  bool length(std::uint64_t least_bytes, std::string_view what, std::uint64_t& out);
  /// As length, for a count that the schema and not the bytes gives.
  bool expect(std::uint64_t count, std::uint64_t least_bytes, std::string_view what);
  /// Errors: truncated, wrong_index.
  bool index(std::size_t alternatives, std::size_t& out);
  /// A struct's class version. Errors: truncated, bad_value.
  bool class_version(std::uint32_t expected);
  /// One value of a shape without parts, taken as it lies. Errors: truncated, bad_value, too_long, opaque.
  bool leaf(const schema_node& node, std::string_view& out);
  /// Nesting of values. Errors: too_deep.
  bool enter();
  void leave() { --depth_; }
  /// Errors: trailing_bytes.
  bool finish();

  bool fail(std::string code, const std::string& what);

  [[nodiscard]] std::size_t position() const { return position_; }
  [[nodiscard]] std::string_view since(std::size_t begin) const { return bytes_.substr(begin, position_ - begin); }

  json_path path;
  error failure;

 private:
  [[nodiscard]] std::uint64_t left() const { return bytes_.size() - position_; }

  std::string_view bytes_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  std::uint64_t empty_elements_ = 0;
};

}  // namespace patchbay::message
