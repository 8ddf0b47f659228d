#pragma once
// Schemas and values of all shapes, the same on every machine for one seed.
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "message/schema.hpp"

namespace patchbay::message {

class random_values {
 public:
  explicit random_values(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  std::string schema_text();
  /// A value in the form that binary_to_json gives.
  nlohmann::json value(const schema& as) { return value(as, as.root(), 0); }
  /// The same value with the elements of unordered containers in another order.
  nlohmann::json shuffled(const schema& as, const nlohmann::json& in) { return shuffled(as, as.root(), in); }
  /// Bytes changed, cut off, put in or doubled at one to three places.
  std::string damaged(std::string bytes);

 private:
  std::string type(unsigned depth);
  std::string structure(unsigned depth);
  nlohmann::json value(const schema& as, const schema_node& node, unsigned depth);
  nlohmann::json distinct(const schema& as, const schema_node& node, unsigned depth);
  nlohmann::json shuffled(const schema& as, const schema_node& node, const nlohmann::json& in);
  nlohmann::json text();
  nlohmann::json real(bool narrow);

  std::mt19937_64 engine_;
  std::vector<std::size_t> enclosing_;  // containers entered before each enclosing struct
  std::size_t containers_ = 0;
};

}  // namespace patchbay::message
