#include "sample.hpp"
SAMPLE_NOTE("abi=1.0\\nnonsense\\n")
SAMPLE_ENTRY
