#pragma once
// Who still needs a generation, in words.
#include <string>
#include <vector>

#include "code/generation.hpp"

namespace patchbay::code {

/// Processes by pid, the number of payloads, and named pins; empty where the code may go. Thread: any.
std::vector<std::string> holders(const generation& held);

/// `a, b, c and 17 more`
std::string listed(const std::vector<std::string>& words);

}  // namespace patchbay::code
