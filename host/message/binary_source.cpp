#include "message/binary_source.hpp"

#include "message/codec.hpp"

namespace patchbay::message {

bool binary_source::fail(std::string code, const std::string& what) {
  failure = {std::move(code), path.text() + ": " + what + " (at byte " + std::to_string(position_) + " of " +
                                  std::to_string(bytes_.size()) + ")"};
  return false;
}

bool binary_source::take(std::uint64_t count, std::string_view what, std::string_view& out) {
  if (count > left())
    return fail("truncated", std::string(what) + " needs " + std::to_string(count) + " bytes, " +
                                 std::to_string(left()) + " are left");
  out = bytes_.substr(position_, static_cast<std::size_t>(count));
  position_ += static_cast<std::size_t>(count);
  return true;
}

bool binary_source::flag(std::string_view what, bool& out) {
  std::uint8_t byte = 0;
  if (!integer(what, byte)) return false;
  if (byte > 1) return fail("bad_value", std::string(what) + " is 0 or 1, not " + std::to_string(byte));
  out = byte == 1;
  return true;
}

bool binary_source::expect(std::uint64_t count, std::uint64_t least_bytes, std::string_view what) {
  if (least_bytes == 0) {
    if (count > max_empty_elements - empty_elements_)
      return fail("too_long", std::string(what) + " of " + std::to_string(count) + " elements without bytes; at most " +
                                  std::to_string(max_empty_elements) + " are read in one value");
    empty_elements_ += count;
    return true;
  }
  if (count > left() / least_bytes)
    return fail("too_long", std::string(what) + " of " + std::to_string(count) + " elements cannot lie in the " +
                                std::to_string(left()) + " bytes that are left");
  return true;
}

bool binary_source::length(std::uint64_t least_bytes, std::string_view what, std::uint64_t& out) {
  return integer(what, out) && expect(out, least_bytes, what);
}

bool binary_source::index(std::size_t alternatives, std::size_t& out) {
  std::int32_t given = 0;
  if (!integer("a variant's index", given)) return false;
  if (given < 0 || static_cast<std::size_t>(given) >= alternatives)
    return fail("wrong_index",
                "a variant's index is 0 to " + std::to_string(alternatives - 1) + ", not " + std::to_string(given));
  out = static_cast<std::size_t>(given);
  return true;
}

bool binary_source::class_version(std::uint32_t expected) {
  std::uint32_t given = 0;
  if (!integer("a class version", given)) return false;
  if (given == expected) return true;
  return fail("bad_value", "class version " + std::to_string(given) + ", the schema says " + std::to_string(expected));
}

bool binary_source::leaf(const schema_node& node, std::string_view& out) {
  const std::size_t begin = position_;
  if (node.kind == shape::opaque)
    return fail("opaque", "values of " + node.names.front() + " can be read only by the plugin's own code");
  if (node.kind == shape::string) {
    std::uint64_t size = 0;
    return length(1, "a string", size) && take(size, "a string", out);
  }
  if (node.kind == shape::boolean) {
    bool value = false;
    if (!flag("a bool", value)) return false;
    out = since(begin);
    return true;
  }
  return take(node.least_bytes, "a number", out);
}

bool binary_source::enter() {
  if (++depth_ <= max_value_depth) return true;
  return fail("too_deep", "values nested deeper than " + std::to_string(max_value_depth));
}

bool binary_source::finish() {
  if (left() == 0) return true;
  return fail("trailing_bytes", std::to_string(left()) + " bytes are left over; was this encoded by another schema?");
}

}  // namespace patchbay::message
