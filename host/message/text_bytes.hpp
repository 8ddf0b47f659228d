#pragma once
// Strings that JSON cannot hold as they are.
#include <optional>
#include <string>
#include <string_view>

namespace patchbay::message {

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// RFC 4648, section 4, with padding.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing where the text is not exactly what to_base64 makes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace patchbay::message
