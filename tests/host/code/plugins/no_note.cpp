#include "sample.hpp"
SAMPLE_ENTRY
