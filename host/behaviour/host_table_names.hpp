#pragma once
// Registries and groups, as plugins see them (sdk/abi/patchbay/abi/names.h).
#include <patchbay/abi.h>

namespace patchbay::behaviour {

[[nodiscard]] const pb_names_api& names_api() noexcept;

}  // namespace patchbay::behaviour
