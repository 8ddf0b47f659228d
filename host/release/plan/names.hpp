#pragma once
// What names and versions may look like, and which known word someone may have meant.
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::release {

/// Applications, modules, registered names and releases: `[a-z][a-z0-9_]*`, at most 64 characters.
bool valid_name(std::string_view text);
/// Versions: begins with a letter or digit, then letters, digits, `.`, `_`, `+`, `~`, `-`, at most 64 characters. A path component.
bool valid_version(std::string_view text);

/// The known word nearest to `text` by edit distance; empty where none is near (more than a third of it would change, at least 2).
std::string nearest(std::string_view text, const std::vector<std::string>& known);

/// ` (did you mean "vsn"?)`, or else `; known: a, b`; for the end of an error text.
std::string hint(std::string_view text, const std::vector<std::string>& known);

/// `a, b, c`, or `none`.
std::string join(const std::vector<std::string>& words, std::string_view separator = ", ");

}  // namespace patchbay::release
