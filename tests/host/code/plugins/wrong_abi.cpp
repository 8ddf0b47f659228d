#include "sample.hpp"
SAMPLE_NOTE("abi=2.0\\napplication=sample\\nversion=1.0.0\\ncxx11_abi=1\\nsanitizer=" PATCHBAY_SANITIZER "\\n")
SAMPLE_ENTRY
