#include <signal.h>

#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
const int begun = ::raise(SIGSEGV);
}
