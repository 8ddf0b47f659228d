#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "message/codec.hpp"
#include "message/json_path.hpp"
#include "message/little_endian.hpp"
#include "message/nullable.hpp"
#include "message/text_bytes.hpp"
#include "port/text.hpp"

namespace patchbay::message {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 2> variant_keys = {"index", "value"};

std::string shown(const json& value) {
  constexpr std::size_t longest = 40;
  if (value.is_structured()) return value.is_array() ? "an array" : "an object";
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() <= longest) return text;
  return std::string("a long ") + value.type_name();
}

class encoder {
 public:
  explicit encoder(const schema& as) : as_(as) {}

  bool value(const schema_node& node, const json& in) {
    if (++depth_ > max_value_depth)
      return fail("too_deep", "values nested deeper than " + std::to_string(max_value_depth));
    if (!shaped(node, in)) return false;
    --depth_;
    return true;
  }

  std::string out;
  error failure;

 private:
  bool fail(std::string code, const std::string& what) {
    failure = {std::move(code), port::shortened(path_.text()) + ": " + what};
    return false;
  }

  bool wrong_type(const schema_node& node, const json& in) {
    return fail("wrong_type", "expected " + describe(as_, node) + ", not " + shown(in));
  }

  bool shaped(const schema_node& node, const json& in) {
    switch (node.kind) {
      case shape::boolean:
        if (!in.is_boolean()) return wrong_type(node, in);
        out += in.get<bool>() ? '\1' : '\0';
        return true;
      case shape::i8:
      case shape::character:
        return integer<std::int8_t>(node, in);
      case shape::i16:
        return integer<std::int16_t>(node, in);
      case shape::i32:
        return integer<std::int32_t>(node, in);
      case shape::i64:
        return integer<std::int64_t>(node, in);
      case shape::u8:
        return integer<std::uint8_t>(node, in);
      case shape::u16:
        return integer<std::uint16_t>(node, in);
      case shape::u32:
        return integer<std::uint32_t>(node, in);
      case shape::u64:
        return integer<std::uint64_t>(node, in);
      case shape::f32:
        return real<float, std::uint32_t>(node, in);
      case shape::f64:
        return real<double, std::uint64_t>(node, in);
      case shape::string:
        return string(node, in);
      case shape::monostate:
        return in.is_null() || wrong_type(node, in);
      case shape::enumeration:
      case shape::reference:
        return value(as_.at(node.parts[0]), in);
      case shape::list:
      case shape::set:
        return list(node, in);
      case shape::array:
        return array(node, in);
      case shape::map:
        return map(node, in);
      case shape::optional:
        return perhaps(node, '\1', '\0', in);
      case shape::pointer:
        return perhaps(node, '\0', '\1', in);
      case shape::variant:
        return variant(node, in);
      case shape::tuple:
        return tuple(node, in);
      case shape::structure:
        return structure(node, in);
      case shape::opaque:
        break;
    }
    return fail("opaque", "values of " + node.names.front() + " can be made only by the plugin's own code");
  }

  template <class Integer>
  bool integer(const schema_node& node, const json& in) {
    using limits = std::numeric_limits<Integer>;
    const bool whole = in.is_number_integer();
    // The JSON reader turns integers beyond 64 bits into floats; those are out of range, 1.5 is no integer at all.
    const bool beyond = in.is_number_float() && std::abs(in.get<double>()) >= 0x1p63;
    if (!whole && !beyond) return wrong_type(node, in);
    const bool fits = whole && (in.is_number_unsigned() ? std::in_range<Integer>(in.get<std::uint64_t>())
                                                        : std::in_range<Integer>(in.get<std::int64_t>()));
    if (!fits)
      return fail("out_of_range", in.dump() + " is no " + describe(as_, node) + " (" + std::to_string(limits::min()) +
                                      " to " + std::to_string(limits::max()) + ")");
    put_little(out, static_cast<Integer>(in.is_number_unsigned() ? in.get<std::uint64_t>()
                                                                 : static_cast<std::uint64_t>(in.get<std::int64_t>())));
    return true;
  }

  template <class Float, class Bits>
  bool real(const schema_node& node, const json& in) {
    using limits = std::numeric_limits<Float>;
    Float number = 0;
    if (in.is_number()) {
      const auto given = in.get<double>();
      if (!(std::abs(given) <= static_cast<double>(limits::max())))
        return fail("out_of_range",
                    in.dump() + " is no " + describe(as_, node) + "; beyond its range are only \"inf\" and \"-inf\"");
      number = static_cast<Float>(given);
    } else if (in == "nan") {
      number = limits::quiet_NaN();
    } else if (in == "inf" || in == "-inf") {
      number = in == "inf" ? limits::infinity() : -limits::infinity();
    } else {
      return wrong_type(node, in);
    }
    put_little(out, std::bit_cast<Bits>(number));
    return true;
  }

  bool string(const schema_node& node, const json& in) {
    if (in.is_string()) {
      text(in.get_ref<const std::string&>());
      return true;
    }
    if (!in.is_object() || in.size() != 1 || !in.contains("base64")) return wrong_type(node, in);
    const json& coded = in["base64"];
    const auto bytes = coded.is_string() ? from_base64(coded.get_ref<const std::string&>()) : std::nullopt;
    if (!bytes) return fail("bad_base64", "\"base64\" holds no padded base64 text (RFC 4648, section 4)");
    text(*bytes);
    return true;
  }

  void text(std::string_view bytes) {
    put_little(out, static_cast<std::uint64_t>(bytes.size()));
    out += bytes;
  }

  bool part(const schema_node& node, std::size_t which, std::size_t step, const json& in) {
    path_.enter(step);
    if (!value(as_.at(node.parts[which]), in)) return false;
    path_.leave();
    return true;
  }

  bool list(const schema_node& node, const json& in) {
    if (!in.is_array()) return wrong_type(node, in);
    put_little(out, static_cast<std::uint64_t>(in.size()));
    const bool once = node.kind == shape::set && !node.multi;
    std::vector<std::size_t> ends;
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (!part(node, 0, i, in[i])) return false;
      if (once) ends.push_back(out.size());
    }
    return !once || all_differ(begin, ends, ends, "element");
  }

  bool array(const schema_node& node, const json& in) {
    if (!in.is_array()) return wrong_type(node, in);
    if (in.size() != node.size)
      return fail("wrong_size",
                  "expected " + std::to_string(node.size) + " elements, not " + std::to_string(in.size()));
    for (std::size_t i = 0; i < in.size(); ++i)
      if (!part(node, 0, i, in[i])) return false;
    return true;
  }

  bool map(const schema_node& node, const json& in) {
    const bool keyed = as_.at(node.parts[0]).kind == shape::string && !node.multi;
    if (keyed && in.is_object()) return keyed_map(node, in);
    if (!in.is_array()) return wrong_type(node, in);
    put_little(out, static_cast<std::uint64_t>(in.size()));
    std::vector<std::size_t> keys;
    std::vector<std::size_t> ends;
    const std::size_t begin = out.size();
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (!in[i].is_array() || in[i].size() != 2) {
        path_.enter(i);
        return fail("wrong_type", "expected [key, value] of a " + describe(as_, node) + ", not " + shown(in[i]));
      }
      if (!part(node, 0, i, in[i][0])) return false;
      keys.push_back(out.size());
      if (!part(node, 1, i, in[i][1])) return false;
      ends.push_back(out.size());
    }
    return node.multi || all_differ(begin, keys, ends, "key");
  }

  bool keyed_map(const schema_node& node, const json& in) {
    put_little(out, static_cast<std::uint64_t>(in.size()));
    for (const auto& [key, held] : in.items()) {
      text(key);
      path_.enter(std::string_view(key));
      if (!value(as_.at(node.parts[1]), held)) return false;
      path_.leave();
    }
    return true;
  }

  // Element i begins where the one before ended; what must differ of it ends at parts[i].
  bool all_differ(std::size_t begin, const std::vector<std::size_t>& parts, const std::vector<std::size_t>& ends,
                  std::string_view what) {
    std::vector<std::pair<std::string_view, std::size_t>> seen;
    seen.reserve(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t start = i == 0 ? begin : ends[i - 1];
      seen.emplace_back(std::string_view(out).substr(start, parts[i] - start), i);
    }
    std::sort(seen.begin(), seen.end());
    const auto twice =
        std::adjacent_find(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice == seen.end()) return true;
    path_.enter(std::next(twice)->second);
    return fail("duplicate_key", "the same " + std::string(what) + " as at [" + std::to_string(twice->second) +
                                     "]; each may stand once");
  }

  bool perhaps(const schema_node& node, char empty, char full, const json& in) {
    out += in.is_null() ? empty : full;
    if (in.is_null()) return true;
    if (!nullable(as_, node.parts[0])) return value(as_.at(node.parts[0]), in);
    if (!in.is_object() || in.size() != 1 || !in.contains("value"))
      return fail("wrong_type", "expected null or {\"value\": …} for " + describe(as_, node) + ", not " + shown(in));
    path_.enter("value");
    if (!value(as_.at(node.parts[0]), in["value"])) return false;
    path_.leave();
    return true;
  }

  bool variant(const schema_node& node, const json& in) {
    const std::string form = R"({"index": i, "value": v} of )" + describe(as_, node);
    if (!in.is_object()) return fail("wrong_type", "expected " + form + ", not " + shown(in));
    if (!fields(in, variant_keys)) return false;
    const json& index = in["index"];
    const auto most = node.parts.size() - 1;
    if (!index.is_number_integer()) return fail("wrong_type", "index is 0 to " + std::to_string(most) + " in " + form);
    if (!index.is_number_unsigned() || index.get<std::uint64_t>() > most)
      return fail("wrong_index", "index is 0 to " + std::to_string(most) + ", not " + index.dump() + ", in " + form);
    const auto chosen = index.get<std::size_t>();
    put_little(out, static_cast<std::int32_t>(chosen));
    path_.enter("value");
    if (!value(as_.at(node.parts[chosen]), in["value"])) return false;
    path_.leave();
    return true;
  }

  bool tuple(const schema_node& node, const json& in) {
    if (!in.is_array()) return wrong_type(node, in);
    if (in.size() != node.parts.size())
      return fail("wrong_size", "expected the " + std::to_string(node.parts.size()) + " elements of " +
                                    describe(as_, node) + ", not " + std::to_string(in.size()));
    for (std::size_t i = 0; i < in.size(); ++i)
      if (!part(node, i, i, in[i])) return false;
    return true;
  }

  bool structure(const schema_node& node, const json& in) {
    if (!in.is_object()) return wrong_type(node, in);
    if (!fields(in, node.names)) return false;
    if (node.version) put_little(out, *node.version);
    for (std::size_t i = 0; i < node.parts.size(); ++i) {
      path_.enter(node.names[i]);
      if (!value(as_.at(node.parts[i]), in[node.names[i]])) return false;
      path_.leave();
    }
    return true;
  }

  // An unknown field first: it is mostly the missing one, mistyped.
  template <class Names>
  bool fields(const json& in, const Names& known) {
    for (const auto& [key, unused] : in.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        return fail("unknown_field", "unknown field \"" + port::shortened(key) + "\"" + port::did_you_mean(key, known) +
                                         " (fields: " + port::list_names(known) + ")");
    for (const auto& name : known)
      if (!in.contains(name))
        return fail("missing_field",
                    "field \"" + std::string(name) + "\" is missing (fields: " + port::list_names(known) + ")");
    return true;
  }

  const schema& as_;
  json_path path_;
  std::size_t depth_ = 0;
};

}  // namespace

outcome<std::string> json_to_binary(const schema& as, const json& value) {
  encoder writer(as);
  if (!writer.value(as.root(), value)) return std::move(writer.failure);
  return std::move(writer.out);
}

}  // namespace patchbay::message
