#pragma once
// The host's log (host/node/log.md). spdlog lives here alone; plugins hand over finished text.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/log_queue.hpp"
#include "patchbay/host.hpp"
#include "port/outcome.hpp"
#include "process/report.hpp"

namespace patchbay::node {

struct log_options {
  std::string level = "info";  ///< trace, debug, info, warning, error, critical, off
  bool marks_unsigned = false;
  /// Where lines go; empty: stderr.
  std::function<void(log_level level, std::string_view line)> sink = nullptr;
  std::string format = "text";                        ///< text, json
  std::vector<std::string> hide{"progress"};          ///< kinds of reports that are not written (process::word)
  std::filesystem::path file = {};                    ///< rotating, instead of stderr; empty: none
  std::uint64_t max_size = std::uint64_t{10} << 20U;  ///< bytes of the file
  std::size_t max_files = 5;                          ///< kept beside it
  overload_limits limits = {};
};

/// Thread: any.
class host_log {
 public:
  /// Errors: bad_level, bad_format (list the known ones), io (the file cannot be opened).
  static outcome<std::unique_ptr<host_log>> open(const log_options& options);
  /// Writes what waits.
  ~host_log();

  /// `level` is a PB_LOG_*.
  void write(std::uint32_t level, std::string_view text) noexcept;
  void write(const process::report& what) noexcept;
  /// The release that serves from now on: every line names it.
  void set_release(const std::string& id);
  /// Returns once what was logged before is written, or after 5 s.
  void flush();

 private:
  struct state;
  explicit host_log(std::unique_ptr<state> opened);
  std::unique_ptr<state> state_;
};

}  // namespace patchbay::node
