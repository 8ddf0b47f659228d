#pragma once
// Finding the partitions of a PartitionSupervisor.
#include <concepts>
#include <cstdint>
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/children.hpp>
#include <patchbay/pid.hpp>
#include <patchbay/serial/fingerprint.hpp>
#include <patchbay/table/host_table.hpp>

namespace patchbay {

namespace partition_supervisor {

/// How many partitions keys are spread over; 0: it is no PartitionSupervisor. Waits for nobody.
inline std::uint64_t partitions(const target& supervisor) {
  const auto whom = supervisor.abi();
  return detail::supervisors().partitions(detail::host_table, &whom);
}
/// PartitionSupervisor.resize!: stops the partitions from that number on, or starts them again. Throws status_error: PB_E_BADARG where it was
/// not started with so many.
inline void resize(const target& supervisor, std::uint64_t count) {
  const auto whom = supervisor.abi();
  detail::text_sink error;
  const auto status = detail::supervisors().resize_partitions(detail::host_table, &whom, count, error.get());
  if (status != PB_OK) detail::check(status, "resize of " + supervisor.text(), error.take());
}

}  // namespace partition_supervisor

namespace detail {
inline pid partition_at(const target& supervisor, std::uint64_t hash) {
  const auto whom = supervisor.abi();
  const auto count = supervisors().partitions(host_table, &whom);
  return count == 0 ? pid::nobody : static_cast<pid>(supervisors().partition(host_table, &whom, hash % count));
}
}  // namespace detail

/// Elixir's {:via, PartitionSupervisor, {name, key}}: who runs as the key's partition, nobody while that one does not run. A number is taken modulo
/// the partitions, a text by its hash. Waits for nobody: `call<bump>(partition("pool", user), 1)`.
inline pid partition(const target& supervisor, std::integral auto key) {
  const auto number = static_cast<std::int64_t>(key);
  return detail::partition_at(supervisor, number < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(number)
                                                     : static_cast<std::uint64_t>(number));
}
inline pid partition(const target& supervisor, std::string_view key) {
  return detail::partition_at(supervisor, fingerprint(key));
}

}  // namespace patchbay
