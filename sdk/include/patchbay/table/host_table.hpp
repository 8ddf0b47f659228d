#pragma once
// The host's table, as the entry received it.
#include <patchbay/abi.h>

namespace patchbay::detail {

/// Written once by the entry, before any other code of the plugin runs. One per plugin: it is hidden.
#ifdef _WIN32
inline const pb_host* host_table = nullptr;
inline pb_str own_application{};
#else
[[gnu::visibility("hidden")]] inline const pb_host* host_table = nullptr;
/// The plugin's own; empty in a program that has no entry.
[[gnu::visibility("hidden")]] inline pb_str own_application{};
#endif

inline const pb_host& host() noexcept { return *host_table; }

}  // namespace patchbay::detail
