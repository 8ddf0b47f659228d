#pragma once
// A host with three servers, what their states must be, and the faults that are done to its release operations.
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "cli/programs.hpp"

namespace patchbay::test {

/// One thing that goes wrong in one operation.
struct fault {
  enum class kind {
    bad_code_change,  ///< `what`: as a server of unruly can be armed
    relup_killed,
    canary_killed,
    host_killed,  ///< `what`: the signal
  } how = kind::bad_code_change;
  std::string operation;  ///< install, back (install of the older release), unpack, permanent, remove
  std::string what;
  std::string server;  ///< bad_code_change: whose
  std::string phase;   ///< the others: when relup prints that; empty: after `delay`
  std::chrono::microseconds delay{0};
  [[nodiscard]] std::string words() const;
  /// `host killed in install`: what it is counted as.
  [[nodiscard]] std::string row() const;
};

/// All of them, in an order of their own; the same seed makes the same.
std::vector<fault> all_faults(std::uint64_t seed);

/// Runs faults, and judges what they left.
class fault_bench {
 public:
  fault_bench();
  /// Does one, looks at everything, and sees that the same operation succeeds without it. What came of it: `refused`, `done`, `booted anew`.
  std::string run(const fault& which);

 private:
  static constexpr std::array<const char*, 3> servers{"first", "second", "third"};

  void start();
  /// Before the operation: the release that it begins on serves, the other one is unpacked.
  void prepare(const fault& which);
  [[nodiscard]] std::vector<std::string> arguments(const fault& which) const;
  void do_it(const fault& which);
  void bad_code_change(const fault& which);
  void kill_at(const fault& which);
  void wait_until_idle();
  /// One version, every state as its accepted messages made it.
  void judge();
  void repeat(const fault& which);
  void go_to(const std::string& vsn);
  [[nodiscard]] std::string serving() const { return op_.ask({"status"})["release"]; }
  void arm(const std::string& server, const std::string& with) const;
  void ask_each();

  scratch data_;
  operator_at op_{data_.path};
  std::optional<running_host> host_;
  std::map<std::string, std::int64_t> asked_;  // by server: what its state must say
  bool booted_ = false;
};

}  // namespace patchbay::test
