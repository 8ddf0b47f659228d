// Linked with -z notext: a word of code that the loader must patch.
#include "sample.hpp"
SAMPLE_PLUGIN
__asm__(".text\n.quad patchbay_plugin\n");
