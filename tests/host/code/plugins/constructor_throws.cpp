#include <stdexcept>

#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
const int begun = []() -> int { throw std::runtime_error("no memory for tables"); }();
}
