#pragma once
// The functions that plugins call on applications (sdk/abi/patchbay/abi/application.h).
#include <patchbay/abi.h>

namespace patchbay::behaviour {

/// Fixed; it asks the application_controller that the host_table was bound to.
const pb_application_api& application_api() noexcept;

}  // namespace patchbay::behaviour
