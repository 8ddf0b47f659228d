// State blobs, and states' bytes by their schemas: no length is trusted, and what is read can be written again.
#include <array>

#include <nlohmann/json.hpp>

#include "input.hpp"
#include "message/blob.hpp"
#include "message/codec.hpp"

namespace {

using namespace patchbay;

const std::array<message::schema, 4>& schemas() {
  const auto parsed = [](const char* text) { return message::parse_schema(text).value(); };
  static const std::array<message::schema, 4> all{
      parsed(R"({"struct":[["n","i64"],["name","string"],["list",{"list":{"optional":"u16"}}]]})"),
      parsed(R"({"map":["string",{"set":"i32","unordered":true}],"unordered":true})"),
      parsed(R"({"variant":["bool",{"tuple":["f64","char"]},{"array":"u8","size":3}]})"),
      parsed(R"({"struct":[["next",{"pointer":{"ref":0}}],["v","u32"]],"version":2})")};
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  if (const auto read = message::read_blob(bytes)) {
    const auto again = message::write_blob(read->header, read->payload);
    fuzz::check(again.ok() && *again == bytes);
  }
  if (size == 0) return 0;
  const message::schema& as = schemas()[data[0] % schemas().size()];
  const auto state = bytes.substr(1);
  const auto canonical = message::canonical(as, state);
  const auto shown = message::binary_to_json(as, state);
  if (canonical) {
    const auto twice = message::canonical(as, *canonical);
    fuzz::check(twice.ok() && *twice == *canonical);
  }
  if (!shown) return 0;
  // Bytes may name an element of a set twice, which a person may not.
  const auto again = message::json_to_binary(as, *shown);
  fuzz::check(again.ok() || again.failure().code == "duplicate_key");
  return 0;
}
