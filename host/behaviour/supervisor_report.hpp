#pragma once
// What a supervisor writes to the log, worded as OTP's reports.
#include <cstddef>
#include <string>
#include <string_view>

#include "behaviour/child_table.hpp"
#include "process/process.hpp"

namespace patchbay::behaviour {

/// `{local,sequence_sup}`, or `{<0.3.1>,sequence_sup}` where it has no name. REQUIRES: the token.
std::string supervisor_name(const process::process& supervisor);

/// `supervisor_report: supervisor: …, errorContext: child_terminated, reason: …, offender: [{pid,…},{id,…},…]`; of several that ended alike, one
/// is shown, and `{nb_children,N}`.
std::string error_report(const process::process& supervisor, std::string_view context, std::string_view why,
                         const child& offender, std::size_t times = 1);
/// `progress_report: supervisor: …, started: [{pid,…},…]`
std::string progress_report(const process::process& supervisor, const child& started);

}  // namespace patchbay::behaviour
