// The same version as good.cpp, from another build.
#include "sample.hpp"
SAMPLE_PLUGIN
extern "C" const char sample_build[] = "a later build";
