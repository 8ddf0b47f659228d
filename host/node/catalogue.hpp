#pragma once
// Which messages the modules of loaded plugins take, for those who type names.
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "code/facts/facts.hpp"
#include "message/schema.hpp"
#include "port/outcome.hpp"

namespace patchbay::node {

/// One call, cast or info as a module takes it.
struct known_message {
  std::uint32_t kind = 0;  ///< PB_KIND_*
  std::string short_name;  ///< `next_number`
  std::string name;        ///< `sequence/sequence_server.next_number`
  std::uint64_t schema_fp = 0;
  std::shared_ptr<const message::schema> schema;
};
using known_messages = std::vector<known_message>;

/// By application, version and module, as published in the facts. What is known stays known: versions are few, and one that is loaded anew
/// replaces itself. Thread: any.
class catalogue {
 public:
  /// Errors: bad_schema.
  outcome<void> add(const code::plugin_facts& facts);

  /// nullptr: no loaded plugin has that module.
  [[nodiscard]] std::shared_ptr<const known_messages> find(const std::string& application, const std::string& version,
                                                           const std::string& module) const;

 private:
  using key = std::tuple<std::string, std::string, std::string>;
  mutable std::shared_mutex mutex_;
  std::map<key, std::shared_ptr<const known_messages>> modules_;  // guarded by mutex_
};

/// Parsed schemas by their text. Thread: any.
class schema_cache {
 public:
  /// Errors: bad_schema.
  outcome<std::shared_ptr<const message::schema>> get(const std::string& text);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const message::schema>> parsed_;  // guarded by mutex_
};

}  // namespace patchbay::node
