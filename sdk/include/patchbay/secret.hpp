#pragma once
// What nobody reads in a log.
#include <utility>

#include <patchbay/serial/field.hpp>

namespace patchbay {

/// A field whose value is shown as "***" in states, statuses, traces, crash reports and logs. It is serialised, migrated and sent as a struct with the
/// one field `secret`; that shape is what the host knows it by.
template <class T>
struct secret {
  T value{};  ///< NOLINT(misc-non-private-member-variables-in-classes)
  void serialize(auto& ar) { ar(::cereal::make_nvp("secret", value)); }
  bool operator==(const secret&) const = default;
};

}  // namespace patchbay
