#include "sample.hpp"
SAMPLE_PLUGIN
extern "C" int bundled();
extern "C" __attribute__((used)) int touch() { return bundled(); }
