// Schemas and layouts: what sdk/abi/schema.md and DESIGN's rules of transparency say.
#include <gtest/gtest.h>

#include <bitset>

#include <cereal/types/bitset.hpp>

#include <patchbay/serial/field.hpp>
#include <patchbay/serial/fingerprint.hpp>
#include <patchbay/serial/input_archive.hpp>
#include <patchbay/serial/output_archive.hpp>
#include <patchbay/serial/shape.hpp>

namespace {

using patchbay::shape_of;

template <class T>
std::string schema() {
  return shape_of<T>().schema;
}
template <class T>
bool transparent() {
  return !shape_of<T>().layout.empty();
}

enum class colour : std::uint16_t { red, green };
struct empty {};
struct point {
  std::int32_t x = 0;
  std::int32_t y = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(x), PATCHBAY_FIELD(y)); }
};
struct point_again {  // another name, the same shape
  std::int32_t x = 7;
  std::int32_t y = 8;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(x), PATCHBAY_FIELD(y)); }
};
struct swapped {
  std::int32_t y = 0;
  std::int32_t x = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(y), PATCHBAY_FIELD(x)); }
};
struct node {
  std::string name;
  std::vector<node> children;
  std::unique_ptr<node> next;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(name), PATCHBAY_FIELD(children), PATCHBAY_FIELD(next)); }
};

TEST(schema, scalars) {
  EXPECT_EQ(schema<bool>(), R"("bool")");
  EXPECT_EQ(schema<char>(), R"("char")");
  EXPECT_EQ(schema<signed char>(), R"("i8")");
  EXPECT_EQ(schema<unsigned char>(), R"("u8")");
  EXPECT_EQ(schema<std::int16_t>(), R"("i16")");
  EXPECT_EQ(schema<std::uint32_t>(), R"("u32")");
  EXPECT_EQ(schema<std::int64_t>(), R"("i64")");
  EXPECT_EQ(schema<unsigned long long>(), R"("u64")");
  EXPECT_EQ(schema<float>(), R"("f32")");
  EXPECT_EQ(schema<double>(), R"("f64")");
  EXPECT_EQ(schema<std::string>(), R"("string")");
  EXPECT_EQ(schema<colour>(), R"({"enum":"u16"})");
  EXPECT_EQ(schema<std::monostate>(), R"("monostate")");
  EXPECT_EQ(schema<long double>(), R"({"opaque":"long double"})");
}

TEST(schema, containers) {
  EXPECT_EQ(schema<std::vector<int>>(), R"({"list":"i32"})");
  EXPECT_EQ(schema<std::vector<bool>>(), R"({"list":"bool"})");
  EXPECT_EQ(schema<std::forward_list<std::list<std::deque<char>>>>(), R"({"list":{"list":{"list":"char"}}})");
  EXPECT_EQ((schema<std::array<double, 3>>()), R"({"array":"f64","size":3})");
  EXPECT_EQ(schema<std::set<int>>(), R"({"set":"i32"})");
  EXPECT_EQ(schema<std::multiset<int>>(), R"({"set":"i32","multi":true})");
  EXPECT_EQ(schema<std::unordered_set<int>>(), R"({"set":"i32","unordered":true})");
  EXPECT_EQ(schema<std::unordered_multiset<int>>(), R"({"set":"i32","unordered":true,"multi":true})");
  EXPECT_EQ((schema<std::map<std::string, int>>()), R"({"map":["string","i32"]})");
  EXPECT_EQ((schema<std::multimap<int, bool>>()), R"({"map":["i32","bool"],"multi":true})");
  EXPECT_EQ((schema<std::unordered_map<int, bool>>()), R"({"map":["i32","bool"],"unordered":true})");
  EXPECT_EQ((schema<std::unordered_multimap<int, bool>>()), R"({"map":["i32","bool"],"unordered":true,"multi":true})");
}

TEST(schema, sums_and_products) {
  EXPECT_EQ(schema<std::optional<int>>(), R"({"optional":"i32"})");
  EXPECT_EQ(schema<std::unique_ptr<int>>(), R"({"pointer":"i32"})");
  EXPECT_EQ(schema<std::shared_ptr<int>>(), R"({"pointer":"i32"})");
  EXPECT_EQ((schema<std::variant<std::monostate, int>>()), R"({"variant":["monostate","i32"]})");
  EXPECT_EQ((schema<std::tuple<int, std::string>>()), R"({"tuple":["i32","string"]})");
  EXPECT_EQ(schema<std::tuple<>>(), R"({"tuple":[]})");
  EXPECT_EQ((schema<std::pair<int, bool>>()), R"({"tuple":["i32","bool"]})");
}

TEST(schema, structs) {
  EXPECT_EQ(schema<point>(), R"({"struct":[["x","i32"],["y","i32"]]})");
  EXPECT_EQ(schema<empty>(), R"({"struct":[]})");
  EXPECT_EQ(schema<std::vector<point>>(), R"({"list":{"struct":[["x","i32"],["y","i32"]]}})");
  EXPECT_EQ(schema<node>(),
            R"({"struct":[["name","string"],["children",{"list":{"ref":0}}],["next",{"pointer":{"ref":0}}]]})");
}

struct inner;
struct outer {
  std::vector<inner> parts;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(parts)); }
};
struct inner {
  std::vector<outer> whole;
  std::vector<inner> same;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whole), PATCHBAY_FIELD(same)); }
};
TEST(schema, references_count_enclosing_structs) {
  EXPECT_EQ(schema<outer>(),
            R"({"struct":[["parts",{"list":{"struct":[["whole",{"list":{"ref":1}}],["same",{"list":{"ref":0}}]]}}]]})");
}

struct unnamed {
  int a = 0;
  int b = 0;
  void serialize(auto& ar) { ar(a, b); }
};
struct quoted {
  int a = 0;
  void serialize(auto& ar) { ar(cereal::make_nvp("a \"b\"\n", a)); }
};
struct doubled {
  int a = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(a), PATCHBAY_FIELD(a)); }
};
struct split {
  int a = 0;
  template <class Archive>
  void save(Archive& ar) const {
    ar(PATCHBAY_FIELD(a));
  }
  template <class Archive>
  void load(Archive& ar) {
    ar(PATCHBAY_FIELD(a));
  }
};
TEST(schema, every_form_of_serialize) {
  EXPECT_EQ(schema<unnamed>(), R"({"struct":[["value0","i32"],["value1","i32"]]})");
  EXPECT_EQ(schema<quoted>(), R"({"struct":[["a \"b\"\u000a","i32"]]})");
  EXPECT_EQ(schema<split>(), R"({"struct":[["a","i32"]]})");
  EXPECT_THROW(schema<doubled>(), std::logic_error);
  EXPECT_EQ(schema<std::bitset<8>>(), R"({"opaque":"std::bitset<8>"})");
}

struct versioned {
  int a = 0;
  template <class Archive>
  void serialize(Archive& ar, std::uint32_t) {
    ar(PATCHBAY_FIELD(a));
  }
};

TEST(layout, ignores_names_of_structs_but_not_of_fields) {
  EXPECT_EQ(shape_of<point>().layout, "{8,4;x@0:i;y@4:i}");
  EXPECT_EQ(shape_of<point>().layout, shape_of<point_again>().layout);
  EXPECT_NE(shape_of<point>().layout, shape_of<swapped>().layout);
  EXPECT_NE(shape_of<std::vector<long>>().layout, shape_of<std::vector<int>>().layout);
  EXPECT_NE((shape_of<std::array<int, 3>>().layout), (shape_of<std::array<int, 4>>().layout));
  EXPECT_NE(shape_of<std::vector<point>>().layout, shape_of<std::deque<point>>().layout);
}

struct everything {
  bool b = false;
  colour c = colour::red;
  std::string s;
  std::vector<point> v;
  std::map<std::string, std::vector<int>> m;
  std::unordered_map<int, point> um;
  std::set<std::pair<int, std::string>> keys;
  std::optional<point> o;
  std::variant<int, std::string, point> va;
  std::tuple<int, double> t;
  std::unique_ptr<point> u;
  std::array<point, 2> a;
  empty e;
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(b), PATCHBAY_FIELD(c), PATCHBAY_FIELD(s), PATCHBAY_FIELD(v), PATCHBAY_FIELD(m),
       PATCHBAY_FIELD(um), PATCHBAY_FIELD(keys), PATCHBAY_FIELD(o), PATCHBAY_FIELD(va), PATCHBAY_FIELD(t),
       PATCHBAY_FIELD(u), PATCHBAY_FIELD(a), PATCHBAY_FIELD(e));
  }
};
TEST(layout, transparent_types) {
  EXPECT_TRUE(transparent<everything>());
  EXPECT_TRUE(transparent<node>());
  EXPECT_TRUE(transparent<empty>());
  EXPECT_TRUE(transparent<std::monostate>());
}

struct forgotten {
  int a = 0;
  int b = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(a)); }
};
struct forgotten_in_padding {
  char a = 0;
  char b = 0;
  int c = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(a), PATCHBAY_FIELD(c)); }
};
struct with_base : point {
  int z = 0;
  void serialize(auto& ar) { ar(cereal::base_class<point>(this), PATCHBAY_FIELD(z)); }
};
struct with_array {
  int a[1] = {};
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(a)); }
};
struct with_private {
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(a)); }

 private:
  int a = 0;
};
struct with_shared {
  std::shared_ptr<int> p;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(p)); }
};
struct with_temporary {
  int a = 0;
  void serialize(auto& ar) {
    int other = a;
    ar(cereal::make_nvp("other", other));
    a = other;
  }
};
struct closer {
  void operator()(int* p) const { delete p; }
};
struct by_length {
  bool operator()(const std::string& a, const std::string& b) const { return a.size() < b.size(); }
};
struct key {
  int k = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(k)); }
  auto operator<=>(const key&) const = default;
};
struct polymorphic {
  virtual ~polymorphic() = default;
};
TEST(layout, opaque_types) {
  EXPECT_FALSE(transparent<forgotten>());
  EXPECT_FALSE(transparent<forgotten_in_padding>());
  EXPECT_FALSE(transparent<with_base>());
  EXPECT_FALSE(transparent<with_array>());
  EXPECT_FALSE(transparent<with_private>());
  EXPECT_FALSE(transparent<with_shared>());
  EXPECT_FALSE(transparent<with_temporary>());
  EXPECT_FALSE(transparent<versioned>());
  EXPECT_FALSE((transparent<std::unique_ptr<int, closer>>()));
  EXPECT_FALSE((transparent<std::set<std::string, by_length>>()));
  EXPECT_FALSE((transparent<std::map<std::string, int, std::greater<std::string>>>()));
  EXPECT_FALSE(transparent<std::vector<with_shared>>());
  EXPECT_FALSE(transparent<polymorphic>());
}
// operator< of a struct is code of its own plugin: the other version's tree may be ordered otherwise.
TEST(layout, containers_ordered_by_a_struct_are_opaque) {
  EXPECT_TRUE((transparent<std::map<int, key>>()));
  EXPECT_FALSE((transparent<std::map<key, int>>()));
  EXPECT_FALSE((transparent<std::set<std::pair<int, key>>>()));
  EXPECT_FALSE((transparent<std::set<std::vector<key>>>()));
}

TEST(schema, class_versions) { EXPECT_EQ(schema<versioned>(), R"({"struct":[["a","i32"]],"version":3})"); }

TEST(fingerprint, is_fnv_1a_64) {
  EXPECT_EQ(patchbay::fingerprint(""), 0xcbf29ce484222325u);
  EXPECT_EQ(patchbay::fingerprint("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(patchbay::fingerprint("foobar"), 0x85944171f73967e8u);
}

}  // namespace

CEREAL_CLASS_VERSION(versioned, 3)
