#include "sample.hpp"
SAMPLE_NOTE("abi=1.0\\napplication=sample\\nversion=1.0.0\\ncxx11_abi=1\\nsanitizer=memory\\n")
SAMPLE_ENTRY
