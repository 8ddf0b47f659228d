// Linked without the version script.
#include "sample.hpp"
SAMPLE_PLUGIN
extern "C" __attribute__((visibility("default"))) int one_more() { return 1; }
