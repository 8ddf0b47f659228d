#pragma once
// A password from whoever runs the program.
#include <string>

#include "port/outcome.hpp"

namespace relup {

/// The next line of standard input; at a terminal it is asked for and not shown. Errors: io (there is none).
patchbay::outcome<std::string> read_password(const char* prompt);

}  // namespace relup
