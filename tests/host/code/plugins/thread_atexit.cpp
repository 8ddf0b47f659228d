#include <string>

#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
__attribute__((used)) std::size_t touch() {
  static thread_local std::string kept = "until the thread ends";
  return kept.size();
}
}  // namespace patchbay::sample
