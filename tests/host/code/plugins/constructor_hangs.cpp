#include <unistd.h>

#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
const int begun = [] {
  for (;;) ::pause();
  return 0;
}();
}
