// The SDK's encode and the host's codecs know the same shapes: each reads what the other wrote.
#include <gtest/gtest.h>

#include <cereal/types/map.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/unordered_set.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <patchbay/serial/field.hpp>
#include <patchbay/serial/input_archive.hpp>
#include <patchbay/serial/output_archive.hpp>
#include <patchbay/serial/shape.hpp>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

#include "message/codec.hpp"

namespace sdk_form {

enum class side : std::uint8_t { buy = 1, sell = 2 };

struct item {
  std::int64_t price = 0;
  std::optional<std::string> note;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(price), PATCHBAY_FIELD(note)); }
};

struct old_item {
  std::int32_t n = 0;
  template <class Archive>
  void serialize(Archive& ar, std::uint32_t) {
    ar(PATCHBAY_FIELD(n));
  }
};

struct book {
  std::string name;
  side way = side::buy;
  bool open = false;
  double rate = 0;
  std::vector<item> items;
  std::map<std::string, item> by_name;
  std::map<std::int32_t, std::string> by_number;
  std::unordered_set<std::int32_t> seen;
  std::variant<std::monostate, std::int32_t, item> last;
  std::tuple<std::int8_t, std::string> both;
  std::unique_ptr<item> best;
  std::vector<old_item> old;
  std::vector<book> parts;
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(name), PATCHBAY_FIELD(way), PATCHBAY_FIELD(open), PATCHBAY_FIELD(rate), PATCHBAY_FIELD(items),
       PATCHBAY_FIELD(by_name), PATCHBAY_FIELD(by_number), PATCHBAY_FIELD(seen), PATCHBAY_FIELD(last),
       PATCHBAY_FIELD(both), PATCHBAY_FIELD(best), PATCHBAY_FIELD(old), PATCHBAY_FIELD(parts));
  }
};

}  // namespace sdk_form

CEREAL_CLASS_VERSION(sdk_form::old_item, 3)

namespace patchbay::message {
namespace {

const nlohmann::json sample = nlohmann::json::parse(R"({"name":"a\"b","way":2,"open":true,"rate":0.25,
  "items":[{"price":-5,"note":null},{"price":6,"note":"six"}],"by_name":{"x":{"price":1,"note":"n"}},
  "by_number":[[-1,"minus"],[1,"one"]],"seen":[9],"last":{"index":2,"value":{"price":7,"note":null}},"both":[3,"t"],
  "best":{"price":8,"note":null},"old":[{"n":1},{"n":2}],
  "parts":[{"name":"inner","way":1,"open":false,"rate":"nan","items":[],"by_name":{},"by_number":[],"seen":[],
            "last":{"index":0,"value":null},"both":[0,""],"best":null,"old":[],"parts":[]}]})");

std::string sdk_bytes(const sdk_form::book& book) {
  std::string out;
  const pb_sink sink = {&out, [](void* to, const void* data, std::size_t size) {
                          static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
                        }};
  output_archive archive(sink);
  archive(book);
  archive.flush();
  return out;
}

TEST(sdk_form, json_becomes_an_object_and_json_again) {
  const auto as = parse_schema(shape_of<sdk_form::book>().schema);
  ASSERT_TRUE(as.ok()) << as.failure().text;
  const auto bytes = json_to_binary(*as, sample);
  ASSERT_TRUE(bytes.ok()) << bytes.failure().text;
  sdk_form::book book;
  input_archive reader(pb_bytes{bytes->data(), bytes->size()});
  reader(book);
  reader.finish();
  EXPECT_EQ(book.items.at(1).note, "six");
  EXPECT_EQ(book.old.at(1).n, 2);
  EXPECT_EQ(book.parts.at(0).name, "inner");
  EXPECT_EQ(sdk_bytes(book), *bytes);
  const auto back = binary_to_json(*as, sdk_bytes(book));
  ASSERT_TRUE(back.ok()) << back.failure().text;
  EXPECT_EQ(*back, sample);
}

}  // namespace
}  // namespace patchbay::message
