#include "release/ledger/records.hpp"

#include <array>
#include <charconv>

namespace patchbay::release {
namespace {

constexpr int schema_version = 1;
constexpr int application_id = 0x50424c47;  // "PBLG": file(1) and we know whose file it is

constexpr std::array tables = {
    "CREATE TABLE release (place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, vsn "
    "TEXT NOT NULL, "
    "directory TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('unpacked', 'current', 'permanent', 'old')))",
    // At most one of each: a bug above becomes an error instead of a ledger that says two things.
    "CREATE UNIQUE INDEX one_current ON release (status) WHERE status = 'current'",
    "CREATE UNIQUE INDEX one_permanent ON release (status) WHERE status = 'permanent'",
    "CREATE TABLE operation (number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, from_id TEXT NOT NULL, "
    "to_id TEXT NOT NULL, "
    "plan TEXT NOT NULL, started TEXT NOT NULL, ended TEXT, "
    "outcome TEXT NOT NULL CHECK (outcome IN ('installing', 'done', 'failed', 'interrupted')), text TEXT NOT NULL)",
    "CREATE UNIQUE INDEX one_installing ON operation (outcome) WHERE outcome = 'installing'"};

constexpr std::array statuses = {release_status::unpacked, release_status::current, release_status::permanent,
                                 release_status::old};
constexpr std::array outcomes = {operation_outcome::installing, operation_outcome::done, operation_outcome::failed,
                                 operation_outcome::interrupted};

template <class Values>
auto parse(const Values& values, const std::string& text) {
  for (const auto value : values) {
    if (text == word(value)) return value;
  }
  return values[0];  // unreachable: the tables' CHECKs hold these words alone
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

outcome<std::int64_t> pragma(database& data, const std::string& name) {
  auto rows = data.query("PRAGMA " + name);
  if (!rows) return rows.failure();
  return rows->empty() ? 0 : number(rows->front().front());
}

outcome<void> create(database& data) {
  auto step = transaction::begin(data);
  if (!step) return step.failure();
  for (const auto* table : tables) {
    if (auto done = data.run(table); !done) return done;
  }
  for (const auto& [name, value] :
       {std::pair("application_id", application_id), std::pair("user_version", schema_version)}) {
    if (auto done = data.run(std::string("PRAGMA ") + name + " = " + std::to_string(value)); !done) return done;
  }
  return step->commit();
}

}  // namespace

const char* word(release_status status) {
  switch (status) {
    case release_status::unpacked:
      return "unpacked";
    case release_status::current:
      return "current";
    case release_status::permanent:
      return "permanent";
    case release_status::old:
      return "old";
  }
  return "";
}

const char* word(operation_outcome outcome) {
  switch (outcome) {
    case operation_outcome::installing:
      return "installing";
    case operation_outcome::done:
      return "done";
    case operation_outcome::failed:
      return "failed";
    case operation_outcome::interrupted:
      return "interrupted";
  }
  return "";
}

release_record release_of(const database::row& row) {
  return {row[0], row[1], row[2], row[3], parse(statuses, row[4])};
}

operation_record operation_of(const database::row& row) {
  return {number(row[0]), row[1], row[2], row[3], row[4], row[5], row[6], parse(outcomes, row[7]), row[8]};
}

outcome<void> prepare(database& data, database::mode how) {
  const auto objects = data.query("SELECT count(*) FROM sqlite_master");
  if (!objects) return objects.failure();
  const auto owner = pragma(data, "application_id");
  if (!owner) return owner.failure();
  const auto version = pragma(data, "user_version");
  if (!version) return version.failure();

  const bool empty = number(objects->front().front()) == 0 && *owner == 0;
  if (!empty && *owner != application_id) {
    return error{"corrupt",
                 data.name() + ": is an SQLite file, but no ledger of Patchbay; name another data directory"};
  }
  if (*version > schema_version) {
    return error{"newer_ledger", data.name() + ": was written by a later Patchbay (ledger version " +
                                     std::to_string(*version) + ", this one knows " + std::to_string(schema_version) +
                                     "); start that one"};
  }
  if (!empty) {
    const auto check = data.query("PRAGMA quick_check(1)");
    if (!check) return check.failure();
    if (check->size() != 1 || check->front().front() != "ok") {
      return error{"corrupt", data.name() + ": is damaged (" + (check->empty() ? "" : check->front().front()) +
                                  "); restore it from a copy, or move it away to begin an empty one"};
    }
  }
  if (how == database::mode::read_only) return {};
  for (const auto* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                             // A few rows now and then: no need to keep 2 MB of pages.
                             "PRAGMA cache_size = -64"}) {
    if (auto done = data.run(pragma); !done) return done;
  }
  if (empty) return create(data);
  return {};
}

}  // namespace patchbay::release
