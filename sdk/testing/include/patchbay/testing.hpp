#pragma once
// All that a plugin's tests need: sdk/testing/README.md.
#include <patchbay/testing/explore.hpp>
#include <patchbay/testing/host.hpp>
#include <patchbay/testing/upgrade_check.hpp>
