#pragma once
// The release manager: which releases there are, which one serves, and the way from one to another. Owned by the host: whoever asked may
// go away meanwhile.
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "code/code_server.hpp"
#include "port/outcome.hpp"
#include "process/system.hpp"
#include "release/ledger/ledger.hpp"
#include "release/manager/operation_slot.hpp"
#include "release/manager/release_store.hpp"
#include "release/plan/plan.hpp"
#include "release/swap/swap.hpp"

namespace patchbay::release {

using nlohmann::json;
using tell_phase = std::function<void(std::string_view phase, std::string_view text)>;

/// The rooms it works with; all outlive it.
struct manager_rooms {
  process::system* system = nullptr;
  code::code_server* code = nullptr;
  ledger* records = nullptr;
  release_store* store = nullptr;
  /// A generation was loaded and may serve soon.
  std::function<outcome<void>(const code::generation&)> loaded;
  /// The command line's env, {APP: {KEY: value}}: it wins over that of every release.
  json env = json::object();
  /// A release is about to serve: answers with what the switch does, which may neither fail nor wait. Errors: then nothing is switched.
  std::function<outcome<std::function<void()>>(const release_view&)> prepares = nullptr;
  /// A release serves from now on: its env is what applications are given.
  std::function<void(const release_view&)> serves;
  /// Its state_limit comes from install_options.
  canary_options canary = {};
  /// swap_options::keep_state.
  std::function<std::string(const refused_state&)> keep_state = nullptr;
  std::function<void(std::uint32_t level, std::string text)> log;
};

struct install_options {
  std::chrono::milliseconds suspend_timeout{5000};
  std::chrono::milliseconds code_change_timeout{5000};
  tell_phase tell = [](std::string_view, std::string_view) {};
};
struct install_report {
  std::string from;
  std::string to;
  swap_report swap;
  std::int64_t total_us = 0;
  bool recorded = true;  ///< false: it serves, but the ledger could not be written
  std::vector<code::purge_report> purged;
};
struct check_report {
  plan what;
  std::vector<std::string> loaded;  ///< labels
  rehearsal_of_all rehearsed;
  std::vector<code::purge_report> unloaded;
};
struct removed_release {
  std::string id;
  std::size_t kept_copies = 0;  ///< of its libraries, gone with it
};
struct reload_report {
  std::string label;      ///< of the generation that new processes start in: `sequence-1.0.0+r1 (g2)`
  std::size_t older = 0;  ///< processes that keep older code
  std::vector<code::purge_report> purged;
  std::optional<swap_report> swap;  ///< where running processes were taken along
};
/// What serves and what the next start boots.
struct standing {
  std::string current;
  std::string permanent;
  std::string previous;   ///< what rollback goes to; empty: nothing
  std::string operation;  ///< what runs now; empty: nothing
  bool recorded = true;
};

/// Thread: any that runs no process. Operations that change something refuse each other (busy).
class release_manager {
 public:
  explicit release_manager(manager_rooms rooms) : rooms_(std::move(rooms)) {}

  /// Chooses what to boot (boot.hpp), loads its plugins and lets them serve. REQUIRES: called once, before all others.
  /// Errors: those of choose_release and of the code server; then nothing is loaded.
  outcome<void> boot(const std::filesystem::path& release_dir);
  /// The release that serves. REQUIRES: booted.
  [[nodiscard]] std::shared_ptr<const release_view> current() const;
  [[nodiscard]] standing stands() const;

  [[nodiscard]] outcome<std::vector<release_record>> which() const;
  /// Errors: those of release_store::unpack, code_server::examine and the ledger.
  outcome<unpacked> unpack(const release_source& source);
  /// From the current release to another one, by id or version. Errors: no_such_release, ambiguous_release, the planner's, and
  /// what code_server::examine says against a library of it.
  outcome<plan> plan_to(std::string_view release) const;
  /// Plans, loads the new generations beside the old ones, has the canary carry every state there and back, and unloads them again.
  /// Errors: those of install up to the swap's, and the canary's.
  outcome<check_report> check(std::string_view release, const install_options& options);
  /// Errors: already_installed, busy, shutting_down, the planner's, the code server's, the swap's, the ledger's (before anything changed).
  /// The text tells too what still holds a library that was loaded in vain.
  outcome<install_report> install(std::string_view release, const install_options& options);
  /// install of the release that served before this one. Errors: no_previous, and those of install.
  outcome<install_report> rollback(const install_options& options);
  /// The current release is what the next start boots. Its id.
  outcome<std::string> make_permanent();
  /// Forgets a release: its record, its files, and the kept copies of libraries that no other release has; `patchbay start` takes its
  /// directory no more. Errors: bad_status (current or permanent), no_such_release, io.
  outcome<removed_release> remove(std::string_view release);
  /// Unloads every generation that serves no more.
  outcome<std::vector<code::purge_report>> purge();

  /// A plugin built anew under the version that runs: loads it from its folder (NAME.so, NAME.facts.json, NAME.app.toml) as `VSN+rN`. New
  /// processes start in it; running ones keep their code, or with `upgrade` go along in a swap, which needs equal state schemas. In memory
  /// only: the next start boots the permanent release. Errors: undef_application, bad_version, schema_changed, busy, the code server's, the swap's.
  outcome<reload_report> reload(std::string_view application, const std::filesystem::path& folder, bool upgrade,
                                const install_options& options);

  /// No operation begins any more; one that has not switched is aborted, one that has ends first. Then returns.
  void close() { slot_.close(); }

 private:
  class newcomers;
  /// The generations of an application, but for `but`, that processes still run: what a swap has to take along.
  [[nodiscard]] std::vector<code::generation*> inhabited(std::string_view application,
                                                         const code::generation& but) const;
  [[nodiscard]] outcome<std::string> resolve(std::string_view release) const;
  /// With the command line's env. Errors: those of release_store::open.
  [[nodiscard]] outcome<release_view> open(std::string_view id) const;
  /// Loads and publishes all of its libraries; the release serves then.
  outcome<void> load_chosen(const std::string& id);
  outcome<install_report> carry_out(const std::string& to, const install_options& options);
  /// Loads what changes, beside what serves. What it answers with points into all three. Errors: the code server's.
  outcome<std::vector<swap_application>> load_set(newcomers& loaded, const plan& planned, const release_view& from,
                                                  const release_view& to, const tell_phase& tell);
  [[nodiscard]] swap_options limits(const install_options& options) const;
  /// Records the end of an install; where that fails, keeps it to be recorded by settle.
  bool finish(std::int64_t number, bool ok, const std::string& text);
  /// Records what could not be recorded before. Errors: the ledger's.
  outcome<void> settle();
  void adopt(const std::shared_ptr<const release_view>& serving, std::string previous);
  /// Of the libraries that no other known release has.
  [[nodiscard]] std::vector<std::string> build_ids_of_only(const std::string& id) const;

  manager_rooms rooms_;
  operation_slot slot_;
  mutable std::mutex mutex_;
  std::shared_ptr<const release_view> current_;  // guarded by mutex_
  std::string previous_;                         // guarded by mutex_
  /// The end of an install that the ledger could not take.
  struct unrecorded {
    std::int64_t number;
    bool ok;
    std::string text;
  };
  std::optional<unrecorded> unrecorded_;  // guarded by mutex_
  unsigned rebuilds_ = 0;                 // by the operation that runs
};

}  // namespace patchbay::release
