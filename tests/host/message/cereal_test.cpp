// The binary form is cereal's own: bytes that cereal writes are read by the schema, and bytes made from JSON are cereal's.
#include <gtest/gtest.h>

#include <cereal/archives/binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/deque.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "message/codec.hpp"

namespace patchbay::message {
namespace {

enum class colour : std::int16_t { red = 1, blue = -2 };

struct leg {
  std::int32_t price = 0;
  std::optional<std::string> note;
  void serialize(auto& ar) { ar(price, note); }
};

struct order {
  bool open = true;
  char side = 'B';
  std::int8_t a = -1;
  std::uint64_t b = UINT64_MAX;
  float f = 0.5F;
  double d = -1e300;
  colour tint = colour::blue;
  std::string text = "grüße";
  std::vector<bool> bits = {true, false, true};
  std::deque<leg> legs = {{7, "seven"}, {8, std::nullopt}};
  std::array<std::uint16_t, 2> pair = {1, 2};
  std::set<std::int64_t> set = {3, 1, 2};
  std::map<std::string, leg> named = {{"x", {1, std::nullopt}}, {"y", {2, "two"}}};
  std::map<std::int32_t, std::string> numbered = {{5, "five"}, {4, "four"}};
  std::unique_ptr<leg> held = std::make_unique<leg>(leg{9, "nine"});
  std::unique_ptr<leg> none;
  std::variant<std::monostate, std::int32_t, std::string> choice = std::string("chosen");
  std::tuple<std::int8_t, std::string> both = {4, "t"};
  void serialize(auto& ar) {
    ar(open, side, a, b, f, d, tint, text, bits, legs, pair, set, named, numbered, held, none, choice, both);
  }
};

constexpr std::string_view leg_schema = R"({"struct":[["price","i32"],["note",{"optional":"string"}]]})";

std::string order_schema() {
  std::string text =
      R"({"struct":[["open","bool"],["side","char"],["a","i8"],["b","u64"],["f","f32"],["d","f64"],["tint",{"enum":"i16"}],)"
      R"(["text","string"],["bits",{"list":"bool"}],["legs",{"list":LEG}],["pair",{"array":"u16","size":2}],["set",{"set":"i64"}],)"
      R"(["named",{"map":["string",LEG]}],["numbered",{"map":["i32","string"]}],["held",{"pointer":LEG}],["none",{"pointer":LEG}],)"
      R"(["choice",{"variant":["monostate","i32","string"]}],["both",{"tuple":["i8","string"]}]]})";
  for (auto at = text.find("LEG"); at != std::string::npos; at = text.find("LEG")) text.replace(at, 3, leg_schema);
  return text;
}

template <class Value>
std::string by_cereal(const Value& value) {
  std::ostringstream out;
  cereal::BinaryOutputArchive archive(out);
  archive(value);
  return out.str();
}

TEST(cereal_form, is_read_by_the_schema) {
  const auto as = parse_schema(order_schema());
  ASSERT_TRUE(as.ok()) << as.failure().text;
  const auto read = binary_to_json(*as, by_cereal(order{}));
  ASSERT_TRUE(read.ok()) << read.failure().text;
  EXPECT_EQ(*read, nlohmann::json::parse(R"({"open":true,"side":66,"a":-1,"b":18446744073709551615,"f":0.5,"d":-1e300,
    "tint":-2,"text":"grüße","bits":[true,false,true],"legs":[{"price":7,"note":"seven"},{"price":8,"note":null}],
    "pair":[1,2],"set":[1,2,3],"named":{"x":{"price":1,"note":null},"y":{"price":2,"note":"two"}},
    "numbered":[[4,"four"],[5,"five"]],"held":{"price":9,"note":"nine"},"none":null,
    "choice":{"index":2,"value":"chosen"},"both":[4,"t"]})"));
}

TEST(cereal_form, is_made_from_json) {
  const auto as = parse_schema(order_schema());
  ASSERT_TRUE(as.ok());
  const auto bytes = by_cereal(order{});
  const auto made = json_to_binary(*as, binary_to_json(*as, bytes).value());
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_EQ(*made, bytes);
}

TEST(cereal_form, of_equal_unordered_maps_is_equal_when_canonical) {
  std::unordered_map<std::string, std::int32_t> one;
  std::unordered_map<std::string, std::int32_t> other;
  other.reserve(4096);
  for (int i = 0; i < 500; ++i) one[std::to_string(i)] = i;
  for (int i = 500; i-- > 0;) other[std::to_string(i)] = i;
  ASSERT_NE(by_cereal(one), by_cereal(other));
  const auto as = parse_schema(R"({"map":["string","i32"],"unordered":true})");
  ASSERT_TRUE(as.ok());
  EXPECT_EQ(canonical(*as, by_cereal(one)).value(), canonical(*as, by_cereal(other)).value());
}

}  // namespace
}  // namespace patchbay::message
