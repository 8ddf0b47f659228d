#pragma once
// The host table that an entry gets where there is no host: in the tools that only look at a plugin.
#include <patchbay/abi.h>

namespace patchbay::code {

/// Offers what an entry may use: log (to standard error), allocate and release. All else answers PB_E_UNSUPPORTED. Lives for ever; any
/// thread.
const pb_host& entry_host() noexcept;

}  // namespace patchbay::code
