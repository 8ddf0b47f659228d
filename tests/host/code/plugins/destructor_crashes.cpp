#include <signal.h>

#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
struct ending {
  ~ending() { ::raise(SIGBUS); }
};
ending last;
}  // namespace patchbay::sample
