#pragma once
// Values drawn from a schema.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>

#include "message/schema.hpp"

namespace patchbay::release {

/// Draws JSON values that fit a schema: small ones and the ends of ranges more often than others. The same seed draws the same values.
/// REQUIRES of the schema: nothing opaque in it.
class drawer {
 public:
  drawer(const message::schema& as, std::uint64_t seed) : as_(as), random_(seed) {}
  nlohmann::json draw() { return value(0, 0); }

 private:
  nlohmann::json value(std::uint32_t at, unsigned depth);
  nlohmann::json elements(const message::schema_node& node, unsigned depth);
  nlohmann::json number(std::int64_t lowest, std::uint64_t highest);
  nlohmann::json real();
  nlohmann::json text();
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  const message::schema& as_;
  std::mt19937_64 random_;
};

}  // namespace patchbay::release
