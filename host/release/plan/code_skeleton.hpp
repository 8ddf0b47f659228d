#pragma once
// The C++ that a changed state needs, as far as schemas tell it. Private to this room.
#include <string>
#include <vector>

#include "code/facts/facts.hpp"

namespace patchbay::release {

/// The old state's declaration and both code_changes, or those that `has` lacks, as lines of the newer module. `older` is its version, for people.
/// What schemas cannot know (names of types, what a gained field begins with) is left open, with a comment.
std::vector<std::string> code_skeleton(const code::module_facts& from, const code::module_facts& to,
                                       const std::string& older, const code::migration_facts* has);

}  // namespace patchbay::release
