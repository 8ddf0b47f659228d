#include "sample.hpp"
PATCHBAY_NOTE("sample", "1.0.0")
extern "C" __attribute__((used)) const pb_plugin* not_the_entry() { return patchbay::sample::table(); }
