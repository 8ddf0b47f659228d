#include "sample.hpp"
SAMPLE_PLUGIN
