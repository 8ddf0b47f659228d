#pragma once
// What the demo shows at its end.
#include <string>

#include "story.hpp"

namespace demo {

/// Several lines for people.
std::string table(const ending& end);
/// One line for programs; `exit` is the status that the program ends with.
std::string last_line(const ending& end, int exit);

}  // namespace demo
