#pragma once
// Who is told of changes in registries and groups.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <patchbay/abi.h>

#include "message/little_endian.hpp"

namespace patchbay::process {

/// A process that gets an info for each change. It goes as bytes: nothing of the listener's generation is kept.
struct listener {
  pb_ref monitor = 0;
  pb_pid who = 0;
  std::uint64_t schema_fp = 0;  // of its info's type
  std::uint32_t type_id = 0;
};

/// Sends the bytes to the listener. Takes no lock of this room.
using teller = std::function<void(const listener& to, std::string bytes)>;

inline void put_text(std::string& out, std::string_view text) {
  message::put_little(out, std::uint64_t{text.size()});
  out += text;
}

}  // namespace patchbay::process
