#pragma once
// Work that blocks, as plugins see it (sdk/abi/patchbay/abi/work.h).
#include <patchbay/abi.h>

namespace patchbay::behaviour {

[[nodiscard]] const pb_work_api& work_api() noexcept;

}  // namespace patchbay::behaviour
