#include "release/ledger/database.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace patchbay::release {
namespace {

// A quota, or a limit on the size of files, is a full disk to whoever has to make room.
bool no_room(int system_error) { return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG; }

struct finalizer {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

int bind(sqlite3_stmt* statement, int index, const database::value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, index, *number);
  const auto& text = std::get<std::string>(value);
  return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string immutable_uri(const std::filesystem::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '?' || c == '#' || c == '%') {
      char escaped[4];
      std::snprintf(escaped, sizeof escaped, "%%%02X", static_cast<unsigned>(c));
      uri += escaped;
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

}  // namespace

void database::closer::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

outcome<database> database::open(const std::filesystem::path& file, mode how, std::chrono::milliseconds patience) {
  std::error_code why;
  const auto found = std::filesystem::status(file, why);
  // SQLite would wait for the other end of a fifo.
  if (std::filesystem::exists(found) && !std::filesystem::is_regular_file(found)) {
    return error{"io", file.string() + ": is no regular file, so no ledger; move it away to begin an empty one"};
  }
  if (how == mode::read_only) return open_to_read(file, patience);
  return open(file.string(), file.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, patience);
}

outcome<database> database::open(const std::string& name, const std::string& shown, int flags,
                                 std::chrono::milliseconds patience) {
  errno = 0;  // failure() reads it
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (handle == nullptr) return error{"io", shown + ": no memory to open the ledger"};
  database data(handle, shown);
  if (code != SQLITE_OK) return data.failure(code);
  sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
  return data;
}

// To read a ledger in WAL mode SQLite writes beside it. Where it cannot (a read-only mount, another user's directory, a full disk) it opens
// what it is told nobody changes; that is all of it where the last host ended well and left no WAL.
outcome<database> database::open_to_read(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  auto usual = open(file.string(), file.string(), SQLITE_OPEN_READONLY, patience);
  if (!usual) return usual;
  const auto tried = usual->run("SELECT count(*) FROM sqlite_master");
  if (tried || tried.failure().code == "corrupt" || tried.failure().code == "locked") return usual;
  const std::filesystem::path wal = file.string() + "-wal";
  std::error_code absent;
  const auto left = std::filesystem::file_size(wal, absent);
  if (absent || left == 0)
    return open(immutable_uri(file), file.string(), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, patience);
  if (tried.failure().code == "disk_full") return tried.failure();
  return error{"read_only",
               file.string() + ": nothing can be written beside it, and " + wal.filename().string() +
                   " there holds what a host that runs, or was killed, wrote last; copy the directory to where "
                   "it can be written, and name the copy with --data (" +
                   tried.failure().text + ")"};
}

outcome<std::vector<database::row>> database::query(std::string_view sql, const std::vector<value>& values) {
  errno = 0;  // failure() reads it
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  const std::unique_ptr<sqlite3_stmt, finalizer> statement(prepared);
  if (code != SQLITE_OK) return failure(code);
  for (std::size_t i = 0; i < values.size(); ++i) {
    code = bind(prepared, static_cast<int>(i) + 1, values[i]);
    if (code != SQLITE_OK) return failure(code);
  }
  std::vector<row> rows;
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    auto& columns = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(prepared); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(prepared, i));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(prepared, i));
      columns.emplace_back(text == nullptr ? std::string() : std::string(text, size));
    }
  }
  if (code != SQLITE_DONE) return failure(code);
  return rows;
}

outcome<void> database::run(std::string_view sql, const std::vector<value>& values) {
  const auto done = query(sql, values);
  if (!done) return done.failure();
  return {};
}

std::int64_t database::last_number() const { return sqlite3_last_insert_rowid(handle_.get()); }

bool database::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

error database::failure(int code) const {
  // SQLite keeps the system's error for failed opens, but not for a commit that could not write: there errno still holds it.
  const int last = errno;
  const int kept = sqlite3_system_errno(handle_.get());
  const int system_error = kept != 0 ? kept : last;
  const int primary = code & 0xff;
  const std::string detail = std::string(" (SQLite: ") + sqlite3_errmsg(handle_.get()) + ")";
  if (primary == SQLITE_FULL || ((primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN) && no_room(system_error))) {
    return {"disk_full",
            name_ + ": no room to write the ledger; nothing was changed; make room and try again" + detail};
  }
  switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"locked",
              name_ + ": another process is writing the ledger; wait for it, or end it, and try again" + detail};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {"corrupt",
              name_ + ": is no intact ledger; restore it from a copy, or move it away to begin an empty one" + detail};
    case SQLITE_READONLY:
      return {"read_only", name_ + ": may only be read here; nothing was changed" + detail};
    default:
      return {"io", name_ + ": " + sqlite3_errmsg(handle_.get()) +
                        (system_error != 0 ? ": " + std::generic_category().message(system_error) : std::string())};
  }
}

// IMMEDIATE: the lock is had, or refused, before the first read, so that what was read is what is changed.
outcome<transaction> transaction::begin(database& data) {
  auto begun = data.run("BEGIN IMMEDIATE");
  if (!begun) return begun.failure();
  return transaction(data);
}

outcome<void> transaction::commit() {
  auto done = data_->run("COMMIT");
  if (done) data_ = nullptr;
  return done;
}

transaction::~transaction() {
  if (data_ != nullptr && data_->in_transaction()) static_cast<void>(data_->run("ROLLBACK").ok());
}

}  // namespace patchbay::release
