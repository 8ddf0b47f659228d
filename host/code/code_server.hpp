#pragma once
// Loads plugins beside each other, knows which generation of an application serves, and unloads old ones with proof.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "code/generation.hpp"
#include "code/library/load_request.hpp"
#include "message/type_registry.hpp"
#include "port/outcome.hpp"

namespace patchbay::code {

struct code_server_options {
  std::filesystem::path generations_dir;  ///< private, 0700; created when missing
  std::filesystem::path libexec_dir;      ///< where patchbay-probe is
  std::chrono::milliseconds probe_timeout{5000};
  std::vector<std::string> allowed_needed;  ///< DT_NEEDED names that patchbay.toml allows
  unsigned max_tombstones = 16;
  std::uint64_t kept_bytes = std::uint64_t{512} << 20U;  ///< of unloaded copies, kept by build-id for cores and perf
};

/// What a purge saw.
struct purge_report {
  std::string label;      ///< of the generation
  bool unmapped = false;  ///< proven: see proof
  std::vector<std::string>
      pinned_by;                   ///< why not: processes by pid, payloads, abandoned threads, or what still maps it
  std::vector<std::string> proof;  ///< phdr list, mappings of that inode, RTLD_NOLOAD: one line each
  std::uint64_t stale_words =
      0;  ///< words in private writable memory that point into the old range (a report, no verdict)
};

/// Thread: any; one load, purge or drop_kept at a time (they wait for each other).
class code_server {
 public:
  code_server(code_server_options options, message::type_registry& types, const pb_host& host_table);
  ~code_server();

  /// copy -> note, facts, lint on that copy -> probe process -> dlopen -> entry -> table against facts -> modules.
  /// Nothing stays loaded or on disk when it fails. Errors: altered (not the SHA-256 asked for), not_elf, truncated, wrong_machine, wrong_abi,
  /// wrong_toolchain, lint, bad_facts, facts_differ, damaged, missing_entry, entry_failed, probe_crashed, probe_timeout, build_id_conflict (same version, other
  /// build-id), third_generation (two generations have served and still live; names who holds the oldest), generations_pinned (four that never served), noexec, io.
  outcome<generation*> load(const load_request& request);
  /// Reads a library and its facts as load does, and runs nothing of it. Errors: those of load up to lint.
  [[nodiscard]] outcome<void> examine(const load_request& request) const;

  /// Makes a loaded generation the one that new processes start in; the former one retires. Never fails, takes no lock that load or
  /// purge hold for long (the swap calls it while the set is frozen).
  void publish(generation& next) noexcept;

  /// The serving generation of an application, nullptr where there is none.
  [[nodiscard]] generation* current(std::string_view application) const;
  /// `application/module`, or `module` with `application` as default: in the serving generation.
  [[nodiscard]] process::module* find_module(std::string_view name, std::string_view application) const;
  /// The same, with one need() of its group raised before anybody can purge it: what spawn_request::find_module wants.
  [[nodiscard]] process::module* hold_module(std::string_view name, std::string_view application) const;
  /// All generations still mapped, oldest first. REQUIRES: nobody purges meanwhile.
  [[nodiscard]] std::vector<generation*> generations() const;
  /// Looks at each of them, oldest first, while none can go. `look` calls nothing of this class.
  void each(const std::function<void(const generation&)>& look) const;

  /// Unloads a generation that does not serve, if nothing needs it any more. Waits up to `patience` for payloads and residents to go.
  /// Kills nothing.
  purge_report purge(generation& old, std::chrono::milliseconds patience);
  /// The same for several, with one patience for all; the reports are in their order.
  std::vector<purge_report> purge(const std::vector<generation*>& old, std::chrono::milliseconds patience);
  /// Removes what is kept of unloaded copies under these build-ids. How many there were.
  std::size_t drop_kept(const std::vector<std::string>& build_ids);
  /// Marks a generation whose swap was aborted: it never served, and goes at the next purge.
  void abandon(generation& aborted);
  /// An application that a release removed serves no more.
  void retire(generation& old);

  /// Every serving and loaded generation's range, for crash reports: («sequence-2.0.0 (g3)», begin, end).
  struct range {
    std::string label;
    std::uintptr_t begin;
    std::uintptr_t end;
  };
  [[nodiscard]] std::vector<range> ranges() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace patchbay::code
