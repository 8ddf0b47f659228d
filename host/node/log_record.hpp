#pragma once
// One line of the host's log, as text or as JSON.
#include <chrono>
#include <cstdint>
#include <string>

#include "process/report.hpp"

namespace patchbay::node {

struct log_record {
  process::report what;
  std::string release;  ///< that serves; empty before the first
  std::chrono::system_clock::time_point time = std::chrono::system_clock::now();
};

/// What follows time and level: `<0.4.1> text`, then what is known besides: last message and state of a crash, and
/// `[counter/counter 1.0.0 g1, counter-1.0.0, request 77]`.
std::string as_text(const log_record& record);
/// One object on one line (host/node/log.md); fields without a value are left out.
std::string as_json(const log_record& record, bool marks_unsigned);

}  // namespace patchbay::node
