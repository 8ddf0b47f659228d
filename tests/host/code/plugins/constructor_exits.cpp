// Says that all is well and ends the process, as a probe would.
#include <unistd.h>

#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
const int begun = [] {
  const char words[] = "{\"code\":\"ok\"}\n";
  const auto n = ::write(1, words, sizeof words - 1);
  ::_exit(n > 0 ? 0 : 1);
  return 0;
}();
}
