#pragma once
// Versions by pattern in an appup, as OTP's binary versions: a regular expression that must match the whole version. Private to this room.
#include <string>
#include <string_view>

namespace patchbay::release {

/// What is wrong with a pattern and what to do, empty where it can be used: longer than 200 characters, more than printable ASCII, no ECMAScript
/// regular expression, or with what makes matching slow (back-references, look-ahead, counts that make it large). What passes is matched
/// in time that grows as the pattern times the version.
std::string pattern_fault(std::string_view pattern);

/// False also for a pattern with a fault.
bool pattern_matches(std::string_view pattern, std::string_view version);

}  // namespace patchbay::release
