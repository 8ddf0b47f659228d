#pragma once
// sys debug options of one process: trace, log, statistics, log_to_file, installed functions.
#include <chrono>
#include <cstdint>
#include <deque>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/code_use.hpp"
#include "process/debug_event.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// A debug function that somebody installed: called for each event until it answers false or is removed, or its process ends. Its code is
/// held meanwhile; drop is called once.
class debug_function {
 public:
  /// `maker`: the generation that its code lies in; nullptr: the program itself.
  debug_function(std::string name, const pb_sys_function& function, message::code_use* maker);
  debug_function(debug_function&& other) noexcept;
  debug_function& operator=(debug_function&& other) noexcept;
  ~debug_function();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// False: it wants to be removed.
  bool call(pb_pid of, const std::string& event) const {
    return function_.call(function_.context, of, message::str(event)) != 0;
  }

 private:
  void drop() noexcept;
  std::string name_;
  pb_sys_function function_{};
  message::code_use* maker_ = nullptr;
};

/// Thread: the holder of the process's token.
class debug_options final : public process::observer {
 public:
  static constexpr std::size_t default_log = 10;
  /// Beyond this many events sys:log keeps none.
  static constexpr std::size_t longest_log = 100'000;

  explicit debug_options(process::system& owner) : system_(owner) {}
  void see(process::process& self, process::debug_event& event) override;

  void trace(bool on) noexcept { trace_ = on; }
  /// 0: off.
  void log(std::size_t events);
  [[nodiscard]] const std::deque<std::string>& logged() const noexcept { return log_; }
  void statistics(bool on);
  /// One JSON value: the statistics, or "no_statistics".
  [[nodiscard]] std::string statistics_json() const;
  /// False: it cannot be opened. An empty path ends it.
  bool log_to_file(const std::string& path);
  /// Nothing happens where that name is installed already, as in OTP.
  void install(debug_function&& function);
  void remove(std::string_view name);

  /// Nothing is left to do: the process need not be observed.
  [[nodiscard]] bool idle() const noexcept;
  /// What is on, for get_status: `trace`, `{log,10}`, `statistics`, `{log_to_file,…}`, `{install,…}`.
  [[nodiscard]] std::vector<std::string> words() const;

 private:
  struct counts {
    std::chrono::system_clock::time_point since;
    std::uint64_t in = 0;
    std::uint64_t out = 0;
  };
  process::system& system_;
  bool trace_ = false;
  std::size_t log_length_ = 0;
  std::deque<std::string> log_;
  std::optional<counts> counts_;
  std::string file_name_;
  std::ofstream file_;
  std::vector<debug_function> functions_;
};

/// The debug options of a process, made where it has none. REQUIRES: its token.
debug_options& debugging(process::system& owner, process::process& self);
/// Takes them away where they have nothing to do (any more), and lets the process be run inline again.
void settle_debugging(process::process& self);
/// OTP's debug options at start: `trace,log,log:20,statistics`; others are told to the log and ignored, as in OTP. REQUIRES: its token.
void start_debugging(process::system& owner, process::process& self, std::string_view options);

}  // namespace patchbay::behaviour
