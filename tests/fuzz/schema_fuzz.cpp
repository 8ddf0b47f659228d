// Schemas as plugins publish them, and the JSON that people type.
#include <nlohmann/json.hpp>

#include "input.hpp"
#include "message/codec.hpp"
#include "message/schema.hpp"
#include "release/plan/plan.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace patchbay;
  const auto bytes = fuzz::text_of(data, size);
  const auto cut = bytes.find('\n');
  const auto first = bytes.substr(0, cut);
  const auto second = cut == std::string_view::npos ? std::string_view() : bytes.substr(cut + 1);
  (void)release::schema_difference(first, second);
  (void)release::lost_between(first, second);
  const auto value = message::parse_json(second);
  const auto as = message::parse_schema(first);
  if (!as) return 0;
  (void)message::describe(*as);
  if (!value) return 0;
  const auto encoded = message::json_to_binary(*as, *value);
  if (encoded) fuzz::check(message::canonical(*as, *encoded).ok());
  return 0;
}
