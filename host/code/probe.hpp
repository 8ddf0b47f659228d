#pragma once
// Lets another process load a library first, so that what its static constructors do harms nobody.
#include <chrono>
#include <filesystem>
#include <string>

#include "port/outcome.hpp"

namespace patchbay::code {

/// Runs `program` (patchbay-probe) on a library: it loads it, runs its entry, reads its table, unloads it and only then says so.
/// `shown_as` is what errors call the library. Errors: probe_crashed (by which signal), probe_timeout, probe_failed (it ended without a verdict: something called exit), io, and
/// what the probe itself found: dlopen_failed, missing_entry, entry_failed, wrong_abi, bad_table, not_unloadable.
outcome<void> probe(const std::filesystem::path& program, const std::filesystem::path& library,
                    std::chrono::milliseconds limit, const std::string& shown_as);

}  // namespace patchbay::code
