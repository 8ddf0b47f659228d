#pragma once
// Calls, casts and states as JSON: what a person types, by the schemas that plugins published.
#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "node/catalogue.hpp"
#include "port/outcome.hpp"
#include "process/system.hpp"

namespace patchbay::node {

using nlohmann::json;

/// Thread: any that runs no process.
class json_messages {
 public:
  json_messages(process::system& system, const catalogue& known) : system_(&system), known_(&known) {}

  /// Errors: noproc, undef_message (lists the known ones), bad_message (the JSON does not fit the schema), timeout and the call's others.
  outcome<json> call(std::string_view name, std::string_view message, const json& args,
                     std::chrono::milliseconds timeout);
  outcome<void> cast(std::string_view name, std::string_view message, const json& args);
  /// An info. As cast.
  outcome<void> send(std::string_view name, std::string_view message, const json& args);
  /// `[{kind, message, fields, shape}]` of the module that a process runs now.
  outcome<json> known(std::string_view name) const;
  /// `{pid, name, module, application, version, state}`.
  outcome<json> state(std::string_view name, std::chrono::milliseconds timeout);

  /// By local name or `<0.index.generation>`. Errors: noproc, with the nearest registered name.
  outcome<pb_pid> find(std::string_view name) const;

 private:
  struct encoded_message {
    known_message to;
    std::string bytes;
  };
  outcome<void> post(std::string_view name, std::uint32_t kind, std::string_view message, const json& args);
  outcome<encoded_message> encode(pb_pid pid, std::string_view name, std::uint32_t kind, std::string_view message,
                                  const json& args) const;
  outcome<json> decode(const process::encoded& value);

  process::system* system_;
  const catalogue* known_;
  schema_cache schemas_;
};

}  // namespace patchbay::node
