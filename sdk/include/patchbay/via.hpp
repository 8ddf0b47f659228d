#pragma once
// Names in registries.
#include <string>
#include <string_view>

namespace patchbay {

/// `{via, REGISTRY, KEY}`: wherever a local name is taken (call, cast, start, child specifications, whereis, register_name), the process under that
/// key of a unique registry. Elixir's {:via, Registry, {registry, key}}.
inline std::string via(std::string_view registry, std::string_view key) {
  std::string name("{via, ");
  name.append(registry).append(", ").append(key).append("}");
  return name;
}

}  // namespace patchbay
