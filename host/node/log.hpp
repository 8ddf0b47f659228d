#pragma once
// The host's log. spdlog lives here alone; plugins hand over finished text.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "patchbay/host.hpp"
#include "port/outcome.hpp"

namespace patchbay::node {

struct log_options {
  std::string level = "info";  ///< trace, debug, info, warning, error, critical, off
  bool marks_unsigned = false;
  /// Where lines go; empty: stderr.
  std::function<void(log_level level, std::string_view line)> sink;
};

/// Thread: any.
class host_log {
 public:
  /// Errors: bad_level (lists the known ones).
  static outcome<std::unique_ptr<host_log>> open(const log_options& options);
  ~host_log();

  /// `level` is a PB_LOG_*.
  void write(std::uint32_t level, std::string_view text) noexcept;

 private:
  struct state;
  explicit host_log(std::unique_ptr<state> opened);
  std::unique_ptr<state> state_;
};

}  // namespace patchbay::node
