// The archives: the bytes are cereal's, and nothing in them is trusted.
#include <gtest/gtest.h>

#include <sstream>

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/bitset.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/deque.hpp>
#include <cereal/types/forward_list.hpp>
#include <cereal/types/list.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/queue.hpp>
#include <cereal/types/set.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/unordered_set.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>

#include <patchbay/serial/field.hpp>
#include <patchbay/table/type.hpp>

#include "sink.hpp"

namespace {

using sdk_test::string_sink;

template <class T>
const pb_type& type() {
  static const pb_type built = [] {
    pb_type made{};
    patchbay::detail::build_type<T>(made, "t", 0);
    return made;
  }();
  return built;
}

template <class T>
std::string encoded(const T& value) {
  string_sink out;
  string_sink error;
  EXPECT_EQ(type<T>().encode(&value, &out.sink, &error.sink), PB_OK) << error.text;
  return out.text;
}

template <class T>
std::string by_cereal(const T& value) {
  std::ostringstream stream;
  {
    cereal::PortableBinaryOutputArchive archive(stream);
    archive(value);
  }
  return stream.str().substr(1);  // without the byte that tells the endianness
}

/// Decodes; on failure `error` tells why.
template <class T>
pb_status decoded(const std::string& bytes, std::optional<T>& into, std::string& error) {
  alignas(T) unsigned char room[sizeof(T)];
  string_sink text;
  const auto status = type<T>().decode({bytes.data(), bytes.size()}, room, &text.sink);
  error = text.text;
  if (status == PB_OK) {
    auto* object = std::launder(reinterpret_cast<T*>(room));
    into.emplace(std::move(*object));
    type<T>().destroy(object);
  }
  return status;
}

template <class T>
void expect_as_cereal(const T& value) {
  const auto bytes = encoded(value);
  EXPECT_EQ(bytes, by_cereal(value)) << type<T>().schema.data;
  std::optional<T> back;
  std::string error;
  ASSERT_EQ(decoded(bytes, back, error), PB_OK) << error;
  EXPECT_EQ(encoded(*back), bytes);
  // Every shorter text and every longer one is refused.
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::optional<T> none;
    EXPECT_EQ(decoded(bytes.substr(0, size), none, error), PB_E_DECODE) << "of " << size << " bytes";
    EXPECT_NE(error.find("at byte "), std::string::npos);
  }
  std::optional<T> none;
  EXPECT_EQ(decoded(bytes + '\0', none, error), PB_E_DECODE);
}

template <class T>
std::string refusal(const std::string& bytes) {
  std::optional<T> none;
  std::string error;
  EXPECT_EQ(decoded(bytes, none, error), PB_E_DECODE);
  return error;
}

std::string word(std::uint64_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

enum class colour : std::uint16_t { red, green };
struct empty {};
struct point {
  std::int32_t x = 0;
  std::int32_t y = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(x), PATCHBAY_FIELD(y)); }
  auto operator<=>(const point&) const = default;
};
struct node {
  std::string name;
  std::vector<node> children;
  std::unique_ptr<node> next;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(name), PATCHBAY_FIELD(children), PATCHBAY_FIELD(next)); }
};

TEST(archives, scalars_as_cereal) {
  expect_as_cereal(true);
  expect_as_cereal('x');
  expect_as_cereal<std::int8_t>(-3);
  expect_as_cereal<std::uint16_t>(0xabcd);
  expect_as_cereal<std::int32_t>(-70000);
  expect_as_cereal<std::uint64_t>(~0ull);
  expect_as_cereal(1.5f);
  expect_as_cereal(-2.25);
  expect_as_cereal(colour::green);
  expect_as_cereal(std::string("grüße\0!", 9));
}

TEST(archives, containers_as_cereal) {
  expect_as_cereal(std::vector<int>{1, 2, 3});
  expect_as_cereal(std::vector<bool>{true, false, true});
  expect_as_cereal(std::vector<std::string>{"a", "", "ccc"});
  expect_as_cereal(std::deque<std::int16_t>{1, 2});
  expect_as_cereal(std::list<point>{{1, 2}, {3, 4}});
  expect_as_cereal(std::forward_list<int>{9, 8, 7});
  expect_as_cereal(std::array<int, 3>{1, 2, 3});
  expect_as_cereal(std::array<bool, 2>{true, false});
  expect_as_cereal(std::array<std::string, 2>{"a", "b"});
  expect_as_cereal(std::set<int>{3, 1, 2});
  expect_as_cereal(std::multiset<int>{1, 1, 2});
  expect_as_cereal(std::set<point>{{1, 2}});
  expect_as_cereal(std::map<std::string, point>{{"a", {1, 2}}, {"b", {3, 4}}});
  expect_as_cereal(std::multimap<int, int>{{1, 2}, {1, 3}});
  expect_as_cereal(std::unordered_set<int>{5});
  expect_as_cereal(std::unordered_map<int, std::string>{{5, "five"}});
  expect_as_cereal(std::vector<std::vector<empty>>{{{}, {}}, {}});
}

TEST(archives, sums_and_products_as_cereal) {
  expect_as_cereal(std::optional<int>());
  expect_as_cereal(std::optional<int>(5));
  expect_as_cereal(std::optional<std::string>("x"));
  expect_as_cereal(std::variant<int, std::string>("alternative"));
  expect_as_cereal(std::variant<std::monostate, int>());
  expect_as_cereal(std::tuple<int, std::string, bool>{1, "b", true});
  expect_as_cereal(std::pair<int, std::string>{1, "b"});
  expect_as_cereal(std::unique_ptr<int>());
  expect_as_cereal(std::make_unique<std::string>("pointed at"));
  expect_as_cereal(std::chrono::milliseconds(12345));
  expect_as_cereal(std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(7)));
}

TEST(archives, structs_as_cereal) {
  expect_as_cereal(point{1, -2});
  expect_as_cereal(empty{});
  node tree{"root", {}, std::make_unique<node>()};
  tree.children.push_back({"left", {}, nullptr});
  tree.children.push_back({"right", {}, nullptr});
  expect_as_cereal(tree);
}

// Types that only cereal's own headers know.
TEST(archives, other_types_through_cereal) {
  expect_as_cereal(std::bitset<10>("1010101010"));
  std::queue<int> queue;
  queue.push(3);
  expect_as_cereal(queue);
}

// schema.md: a flag, not cereal's number of a shared pointer.
TEST(archives, shared_pointers_are_written_as_pointers) {
  EXPECT_EQ(encoded(std::make_shared<char>('a')), std::string("\1a", 2));
  EXPECT_EQ(encoded(std::shared_ptr<char>()), std::string(1, '\0'));
  std::optional<std::shared_ptr<char>> back;
  std::string error;
  ASSERT_EQ(decoded(std::string("\1a", 2), back, error), PB_OK) << error;
  EXPECT_EQ(**back, 'a');
}

struct versioned {
  int a = 0;
  std::uint32_t seen = 0;
  template <class Archive>
  void serialize(Archive& ar, std::uint32_t version) {
    ar(PATCHBAY_FIELD(a));
    seen = version;
  }
};
// schema.md: before every such struct; cereal writes it before the first of a class only.
TEST(archives, class_versions_stand_before_every_struct) {
  EXPECT_EQ(encoded(versioned{7, 0}), by_cereal(versioned{7, 0}));
  const auto bytes = encoded(std::vector<versioned>{{1, 0}, {2, 0}});
  EXPECT_EQ(bytes.size(), 8u + 2 * (4 + 4));
  std::optional<std::vector<versioned>> back;
  std::string error;
  ASSERT_EQ(decoded(bytes, back, error), PB_OK) << error;
  EXPECT_EQ(back->at(1).a, 2);
  EXPECT_EQ(back->at(1).seen, 3u);
}

TEST(archives, no_length_is_trusted) {
  const std::string twenty = word(1u << 30) + std::string(12, 'x');
  EXPECT_EQ(refusal<std::string>(twenty), "at byte 8 of 20: 1073741824 elements are announced, 12 left");
  EXPECT_NE(refusal<std::vector<std::int64_t>>(word(2) + std::string(15, 'x')), "");
  EXPECT_NE(refusal<std::vector<std::string>>(word(~0ull)), "");
  EXPECT_NE(refusal<std::list<point>>(word(1ull << 60) + std::string(80, 'x')), "");
  EXPECT_NE(refusal<std::forward_list<std::string>>(word(1ull << 40)), "");
  EXPECT_NE((refusal<std::map<int, int>>(word(1ull << 61) + std::string(12, 'x'))), "");
  EXPECT_NE(refusal<std::queue<int>>(word(1ull << 40) + std::string(12, 'x')), "");
  EXPECT_NE(refusal<std::u16string>(word(1ull << 40) + std::string(12, 'x')), "");
  // elements that take no bytes
  EXPECT_NE(refusal<std::vector<empty>>(word(1ull << 40)), "");
  EXPECT_NE(refusal<std::vector<std::monostate>>(word(1ull << 62)), "");
}

TEST(archives, no_value_is_trusted) {
  EXPECT_EQ(refusal<bool>("\2"), "at byte 0 of 1: a flag must be 0 or 1, not 2, 1 left");
  EXPECT_NE(refusal<std::optional<int>>(std::string("\7\0\0\0\0", 5)), "");
  EXPECT_NE(refusal<std::unique_ptr<int>>(std::string("\7\0\0\0\0", 5)), "");
  EXPECT_NE((refusal<std::variant<int, bool>>(std::string("\2\0\0\0\0", 5))), "");
  EXPECT_NE((refusal<std::variant<int, bool>>(std::string("\xff\xff\xff\xff\0", 5))), "");
  EXPECT_NE(refusal<std::set<char>>(word(2) + "aa"), "");
  EXPECT_NE((refusal<std::map<char, char>>(word(2) + "a1a2")), "");
}

TEST(archives, depth_is_limited_both_ways) {
  std::string chain;
  for (int i = 0; i < 100000; ++i) chain += word(0) + word(0) + '\1';
  EXPECT_NE(refusal<node>(chain).find("deeper than"), std::string::npos);

  node deep;
  node* last = &deep;
  for (unsigned i = 0; i < patchbay::max_depth; ++i) {
    last->next = std::make_unique<node>();
    last = last->next.get();
  }
  string_sink out;
  string_sink error;
  EXPECT_EQ(type<node>().encode(&deep, &out.sink, &error.sink), PB_E_UNSUPPORTED);
  EXPECT_NE(error.text.find("deeper than"), std::string::npos);
}

struct throws_on_load {
  int a = 0;
  std::shared_ptr<int> held = std::make_shared<int>(1);
  template <class Archive>
  void save(Archive& ar) const {
    ar(PATCHBAY_FIELD(a));
  }
  template <class Archive>
  void load(Archive& ar) {
    ar(PATCHBAY_FIELD(a));
    throw std::runtime_error("not this one");
  }
};
TEST(types, a_failed_decode_constructs_nothing) {
  EXPECT_EQ(refusal<throws_on_load>(encoded(throws_on_load{})), "not this one");  // leaks show under ASan
}

TEST(types, describe_themselves) {
  const auto& t = type<point>();
  EXPECT_EQ(t.struct_size, sizeof(pb_type));
  EXPECT_EQ(t.size, sizeof(point));
  EXPECT_EQ(t.align, alignof(point));
  EXPECT_EQ(t.flags, PB_TYPE_TRANSPARENT);
  EXPECT_EQ(t.schema_fp, patchbay::fingerprint({t.schema.data, t.schema.size}));
  EXPECT_EQ(t.layout_fp, patchbay::fingerprint({t.layout.data, t.layout.size}));
  EXPECT_EQ(t.host_id, 0u);
  EXPECT_EQ(type<std::shared_ptr<int>>().layout_fp, 0u);
  EXPECT_EQ(type<std::shared_ptr<int>>().flags, 0u);
}

struct holder {
  std::vector<std::unique_ptr<int>> all;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(all)); }
};
TEST(types, what_cannot_be_copied_says_so) {
  EXPECT_EQ(type<holder>().flags & PB_TYPE_MOVE_ONLY, PB_TYPE_MOVE_ONLY);
  EXPECT_EQ(type<holder>().copy, nullptr);
  EXPECT_EQ(type<node>().copy, nullptr);
  ASSERT_NE(type<point>().copy, nullptr);
}

TEST(types, copy_and_move) {
  using strings = std::vector<std::string>;
  const strings one{"a", std::string(100, 'b')};
  alignas(strings) unsigned char room[sizeof(strings)];
  ASSERT_EQ(type<strings>().copy(&one, room, nullptr), PB_OK);
  auto* copied = std::launder(reinterpret_cast<strings*>(room));
  EXPECT_EQ(*copied, one);
  alignas(strings) unsigned char other[sizeof(strings)];
  type<strings>().move(copied, other);
  type<strings>().destroy(copied);
  auto* moved = std::launder(reinterpret_cast<strings*>(other));
  EXPECT_EQ(*moved, one);
  type<strings>().destroy(moved);
}

}  // namespace

CEREAL_CLASS_VERSION(versioned, 3)
