#pragma once
// In which order the applications of a release start.
#include <cstddef>
#include <string>
#include <vector>

#include "port/outcome.hpp"

namespace patchbay::release {

struct start_node {
  std::string name;
  std::vector<std::string> needs;          ///< started (or loaded) before it
  std::vector<std::string> optional = {};  ///< of these, those that need not be listed
};

/// Indices into `nodes`: what is needed first, otherwise as listed (so the order of release.toml decides wherever it may).
/// Errors: undefined_applications (needs one that is not listed), circular_dependencies (`a -> b -> a`); OTP's systools words.
outcome<std::vector<std::size_t>> start_order(const std::vector<start_node>& nodes);

}  // namespace patchbay::release
