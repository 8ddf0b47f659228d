// What most tests of and over the SDK include, parsed once.
#include <patchbay/patchbay.hpp>

#include "test.hpp"
