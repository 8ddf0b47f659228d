#pragma once
// Where a state that went there and back is not what it was.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/schema.hpp"

namespace patchbay::release {

/// `total: 3 became 0`, field by field, without what `lossy` covers (a field and what lies in it); both are a state's bytes in the form of
/// that schema. Unordered elements are compared as sets. Empty: it came back. nullopt: bytes differ, and the schema holds what only the plugin's own
/// code can write, so that nobody can tell whether this matters.
std::optional<std::vector<std::string>> differences(const message::schema& as, std::string_view before,
                                                    std::string_view after, const std::vector<std::string>& lossy);

/// Whether the schema holds what only the plugin's own code can write.
bool is_opaque(const message::schema& as);

}  // namespace patchbay::release
