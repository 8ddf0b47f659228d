#pragma once
// What callers of @name@ include.
#include <cstdint>

#include <patchbay/message.hpp>

namespace @name @{PATCHBAY_MESSAGES_OF("@name@", "@name@_server")

                  /// Adds to the total.
                  struct bump{using reply = std::int64_t;  // the total
std::int64_t by = 1;
void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
}
;
struct total {
  using reply = std::int64_t;
};
}  // namespace @name@
