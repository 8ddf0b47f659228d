#pragma once
// The release manager's durable record: which releases there are, in which status, and what was done to them.
//
// Status changes (OTP's release_handler; `-` is: not in the ledger):
//
//   status     what happens                     becomes
//   -          create_releases (empty ledger)   permanent
//   -          add_unpacked                     unpacked
//   unpacked   install of it                    current
//   unpacked   remove                           -
//   current    make_permanent                   permanent
//   current    install of another               old
//   current    the host ends, however           unpacked     (done by the next open, and reported)
//   permanent  install of it                    permanent    (the way back from a current one)
//   permanent  make_permanent of another        old
//   old        install of it                    current
//   old        remove                           -
//
// `current` is what runs, a boot takes `permanent`. Where nothing is current, what runs is the permanent one.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "port/outcome.hpp"

namespace patchbay::release {

enum class release_status { unpacked, current, permanent, old };
/// OTP's word for it.
const char* word(release_status status);

struct release_record {
  std::string id;  ///< NAME-VSN
  std::string name;
  std::string vsn;
  std::filesystem::path directory;
  release_status status = release_status::unpacked;
};

/// installing: begun, its end not recorded. interrupted: the host ended before it was.
enum class operation_outcome { installing, done, failed, interrupted };
const char* word(operation_outcome outcome);

struct operation_record {
  std::int64_t number = 0;
  std::string kind;  ///< `create_releases`, `unpack`, `install`, `make_permanent`, `remove`, `recover`
  std::string from;  ///< release ids; `from` only for install
  std::string to;
  std::string plan_json;  ///< of an install
  std::string started;    ///< UTC, ISO 8601
  std::string ended;
  operation_outcome outcome = operation_outcome::installing;
  std::string text;
  [[nodiscard]] bool recorded() const { return outcome != operation_outcome::installing; }
};

/// What the last host left unfinished: an install whose end was not recorded, or a release that ran and was never made permanent.
struct interruption {
  std::string release;
  std::string text;
};

/// An SQLite file (WAL, synchronous=FULL): when a function that changes something returns success, the change is on the disk;
/// when it returns an error, nothing has changed.
/// Errors of every function: disk_full, locked (another process writes for longer than the patience), corrupt, io; and its own.
/// Thread: any; they wait for each other.
class ledger {
 public:
  struct options {
    std::chrono::milliseconds patience{2000};  ///< for other processes' locks
  };

  /// For the one host of a data directory (its lock is not the ledger's business): creates the file where it is absent and takes back what
  /// a former host left unfinished, see interrupted(). Errors: newer_ledger (written by a later Patchbay), corrupt (also: no ledger).
  static outcome<ledger> open(const std::filesystem::path& file, options how = {std::chrono::milliseconds(2000)});
  /// For readers beside a host or without one: changes nothing; every changing function answers read_only. Errors: also no_such_file.
  static outcome<ledger> open_read_only(const std::filesystem::path& file,
                                        options how = {std::chrono::milliseconds(2000)});

  ledger(ledger&&) noexcept;
  ledger& operator=(ledger&&) noexcept;
  ~ledger();

  /// The first release, permanent at once. Errors: not_empty.
  outcome<void> create_releases(const release_record& first);
  /// The record's own status is not looked at. Errors: existing_release.
  outcome<void> add_unpacked(const release_record& release);

  /// Writes installing(from, to, plan): before anything is switched. The number is for finish_install.
  /// Errors: no_such_release, bad_status (`from` is not what runs), already_installed (`to` is what runs), busy (another install is open).
  outcome<std::int64_t> begin_install(std::string_view from, std::string_view to, std::string_view plan_json);
  /// Records how an install ended; `ok` moves the statuses. May be tried again where it failed. Errors: no_such_operation.
  outcome<void> finish_install(std::int64_t number, bool ok, std::string_view text);
  /// No error where it is permanent and runs. Errors: no_such_release, bad_status (it is not what runs), busy.
  outcome<void> make_permanent(std::string_view id);
  /// Forgets a release; its files are the caller's. Errors: no_such_release, permanent, bad_status (it is current), busy.
  outcome<void> remove(std::string_view id);

  /// When a release that is not there any more was last removed (UTC, ISO 8601); empty: never.
  [[nodiscard]] outcome<std::string> removed(std::string_view id) const;
  /// Which release the last install of this one came from; empty: it was never installed over another that is still known.
  [[nodiscard]] outcome<std::string> served_before(std::string_view id) const;
  /// Newest first.
  [[nodiscard]] outcome<std::vector<release_record>> list() const;
  /// Nothing only in an empty ledger.
  [[nodiscard]] outcome<std::optional<release_record>> permanent() const;
  /// What runs: the current release, else the permanent one.
  [[nodiscard]] outcome<std::optional<release_record>> current() const;
  /// What this open() found unfinished and took back.
  [[nodiscard]] const std::vector<interruption>& interrupted() const;
  /// The last operations, newest first.
  [[nodiscard]] outcome<std::vector<operation_record>> history(std::size_t most) const;

 private:
  struct state;
  explicit ledger(std::unique_ptr<state> all);
  std::unique_ptr<state> state_;
};

}  // namespace patchbay::release
