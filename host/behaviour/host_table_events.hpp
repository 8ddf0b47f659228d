#pragma once
// pb_host.events (sdk/abi/patchbay/abi/event.h).
#include <patchbay/abi.h>

namespace patchbay::behaviour {

[[nodiscard]] const pb_event_api& event_api() noexcept;

}  // namespace patchbay::behaviour
