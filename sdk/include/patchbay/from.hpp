#pragma once
// Who called.
#include <cstdint>

#include <patchbay/abi.h>
#include <patchbay/pid.hpp>
#include <patchbay/serial/field.hpp>

namespace patchbay {

/// A call that waits for its reply. May be kept in the state and answered later by reply(), from any process or thread.
struct from {
  patchbay::pid caller = patchbay::pid::nobody;  ///< nobody for a thread outside the host
  std::uint64_t tag = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(caller), PATCHBAY_FIELD(tag)); }
  [[nodiscard]] pb_from abi() const noexcept { return {static_cast<pb_pid>(caller), tag}; }
};

/// The same for one message: reply() then takes nothing but its reply.
template <class Message>
struct from_of {
  patchbay::pid caller = patchbay::pid::nobody;
  std::uint64_t tag = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(caller), PATCHBAY_FIELD(tag)); }
  operator from() const noexcept { return {caller, tag}; }  // NOLINT(google-explicit-constructor)
};

}  // namespace patchbay
