#include "message/schema.hpp"

namespace patchbay::message {
namespace {

std::string_view word(shape kind) {
  switch (kind) {
    case shape::boolean:
      return "bool";
    case shape::i8:
      return "i8";
    case shape::i16:
      return "i16";
    case shape::i32:
      return "i32";
    case shape::i64:
      return "i64";
    case shape::u8:
      return "u8";
    case shape::u16:
      return "u16";
    case shape::u32:
      return "u32";
    case shape::u64:
      return "u64";
    case shape::f32:
      return "f32";
    case shape::f64:
      return "f64";
    case shape::character:
      return "char";
    case shape::string:
      return "string";
    case shape::monostate:
      return "monostate";
    case shape::enumeration:
      return "enum";
    case shape::list:
      return "list";
    case shape::array:
      return "array";
    case shape::set:
      return "set";
    case shape::map:
      return "map";
    case shape::optional:
      return "optional";
    case shape::pointer:
      return "pointer";
    case shape::variant:
      return "variant";
    case shape::tuple:
      return "tuple";
    case shape::structure:
      return "struct";
    case shape::reference:
      return "ref";
    case shape::opaque:
      return "opaque";
  }
  return "unknown";
}

void write(const schema& of, const schema_node& node, std::string& out) {
  if (node.kind == shape::reference) {
    out += "^" + std::to_string(node.size);
    return;
  }
  const bool is_struct = node.kind == shape::structure;
  if (!is_struct) {
    if (node.unordered) out += "unordered_";
    if (node.multi) out += "multi";
    out += word(node.kind);
    if (node.kind == shape::opaque) out += "<" + node.names.front() + ">";
    if (node.parts.empty()) return;
  }
  out += is_struct ? "{" : "<";
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    if (i != 0) out += ", ";
    if (is_struct) out += node.names[i] + ": ";
    write(of, of.at(node.parts[i]), out);
  }
  if (node.kind == shape::array) out += ", " + std::to_string(node.size);
  out += is_struct ? "}" : ">";
  if (node.version) out += "@" + std::to_string(*node.version);
}

}  // namespace

std::string describe(const schema& of, const schema_node& part) {
  std::string out;
  write(of, part, out);
  return out;
}

std::string describe(const schema& of) { return describe(of, of.root()); }

}  // namespace patchbay::message
