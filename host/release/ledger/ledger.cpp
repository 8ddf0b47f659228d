#include "release/ledger/ledger.hpp"

#include <mutex>
#include <utility>

#include "release/ledger/database.hpp"
#include "release/ledger/records.hpp"

namespace patchbay::release {
namespace {

constexpr const char* now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

using found_release = outcome<std::optional<release_record>>;

found_release find(database& data, const std::string& condition, const std::vector<database::value>& values = {}) {
  const auto rows = data.query(std::string("SELECT ") + release_columns + " FROM release WHERE " + condition, values);
  if (!rows) return rows.failure();
  if (rows->empty()) return std::optional<release_record>();
  return std::optional(release_of(rows->front()));
}

// The current release, else the permanent one.
found_release running(database& data) {
  return find(data, "status IN ('current', 'permanent') ORDER BY status = 'current' DESC LIMIT 1");
}

outcome<release_record> known(database& data, std::string_view id) {
  auto found = find(data, "id = ?1", {std::string(id)});
  if (!found) return found.failure();
  if (*found) return std::move(**found);
  return error{"no_such_release",
               "release " + std::string(id) + " is not in " + data.name() + "; `relup which` lists what is"};
}

outcome<void> set_status(database& data, const std::string& id, release_status status) {
  return data.run("UPDATE release SET status = ?2 WHERE id = ?1", {id, std::string(word(status))});
}

outcome<std::int64_t> write_operation(database& data, const char* kind, std::string_view from, std::string_view to,
                                      std::string_view plan, operation_outcome how, const std::string& text) {
  const bool open = how == operation_outcome::installing;
  auto done = data.run(
      std::string("INSERT INTO operation (kind, from_id, to_id, plan, started, ended, outcome, text) VALUES (?1, ?2, "
                  "?3, ?4, ") +
          now + ", " + (open ? "NULL" : now) + ", ?5, ?6)",
      {std::string(kind), std::string(from), std::string(to), std::string(plan), std::string(word(how)), text});
  if (!done) return done.failure();
  return data.last_number();
}

outcome<void> log(database& data, const char* kind, std::string_view id, const std::string& text = {}) {
  const auto done = write_operation(data, kind, "", id, "", operation_outcome::done, text);
  if (!done) return done.failure();
  return {};
}

outcome<std::vector<operation_record>> open_installs(database& data) {
  const auto rows =
      data.query(std::string("SELECT ") + operation_columns + " FROM operation WHERE outcome = 'installing'");
  if (!rows) return rows.failure();
  std::vector<operation_record> out;
  for (const auto& row : *rows) out.push_back(operation_of(row));
  return out;
}

outcome<void> no_open_install(database& data) {
  const auto installs = open_installs(data);
  if (!installs) return installs.failure();
  if (installs->empty()) return {};
  const auto& one = installs->front();
  return error{"busy",
               "release " + one.to + " is being installed since " + one.started + "; wait until that has ended"};
}

outcome<void> insert(database& data, const release_record& release, release_status status) {
  const auto there = find(data, "id = ?1", {release.id});
  if (!there) return there.failure();
  if (*there) {
    return error{"existing_release", "release " + release.id + " is there already (" + word((*there)->status) +
                                         "); remove it first, or give the new one another version"};
  }
  return data.run("INSERT INTO release (id, name, vsn, directory, status) VALUES (?1, ?2, ?3, ?4, ?5)",
                  {release.id, release.name, release.vsn, release.directory.string(), std::string(word(status))});
}

// What a former host left: see the table of status changes.
outcome<std::vector<interruption>> recover(database& data) {
  std::vector<interruption> out;
  const auto installs = open_installs(data);
  if (!installs) return installs.failure();
  const auto left = find(data, "status = 'current'");
  if (!left) return left.failure();
  if (installs->empty() && !*left) return out;

  auto step = transaction::begin(data);
  if (!step) return step.failure();
  for (const auto& one : *installs) {
    const auto text = "the install of " + one.to + " over " + one.from + ", begun " + one.started +
                      ", was interrupted: the host ended before its outcome was recorded";
    auto done = data.run(
        std::string("UPDATE operation SET outcome = 'interrupted', ended = ") + now + ", text = ?2 WHERE number = ?1",
        {one.number, text});
    if (!done) return done.failure();
    out.push_back({one.to, text});
  }
  if (*left) {
    const auto& id = (*left)->id;
    const auto text = "release " + id +
                      " ran but was never made permanent; the permanent release boots instead. Install " + id +
                      " again, and make it permanent";
    if (auto done = set_status(data, id, release_status::unpacked); !done) return done.failure();
    if (auto done = log(data, "recover", id, text); !done) return done.failure();
    out.push_back({id, text});
  }
  if (auto done = step->commit(); !done) return done.failure();
  return out;
}

}  // namespace

struct ledger::state {
  explicit state(database opened) : data(std::move(opened)) {}
  database data;
  std::vector<interruption> interrupted;
  std::mutex mutex;

  /// Runs `change(data)` in one durable transaction.
  template <class Change>
  auto change(Change&& change) -> decltype(change(data)) {
    const std::lock_guard lock(mutex);
    auto step = transaction::begin(data);
    if (!step) return step.failure();
    auto done = change(data);
    if (!done) return done;
    if (auto committed = step->commit(); !committed) return committed.failure();
    return done;
  }
};

ledger::ledger(std::unique_ptr<state> all) : state_(std::move(all)) {}
ledger::ledger(ledger&&) noexcept = default;
ledger& ledger::operator=(ledger&&) noexcept = default;
ledger::~ledger() = default;

outcome<ledger> ledger::open(const std::filesystem::path& file, options how) {
  auto data = database::open(file, database::mode::read_write, how.patience);
  if (!data) return data.failure();
  if (auto ready = prepare(*data, database::mode::read_write); !ready) return ready.failure();
  auto all = std::make_unique<state>(std::move(data).value());
  auto left = recover(all->data);
  if (!left) return left.failure();
  all->interrupted = std::move(left).value();
  return ledger(std::move(all));
}

outcome<ledger> ledger::open_read_only(const std::filesystem::path& file, options how) {
  std::error_code why;
  if (!std::filesystem::exists(file, why))
    return error{"no_such_file", file.string() + ": there is no ledger; no host was started here"};
  auto data = database::open(file, database::mode::read_only, how.patience);
  if (!data) return data.failure();
  if (auto ready = prepare(*data, database::mode::read_only); !ready) return ready.failure();
  return ledger(std::make_unique<state>(std::move(data).value()));
}

outcome<void> ledger::create_releases(const release_record& first) {
  return state_->change([&](database& data) -> outcome<void> {
    const auto any = find(data, "1 LIMIT 1");
    if (!any) return any.failure();
    if (*any) return error{"not_empty", data.name() + " has releases already; unpack " + first.id + " and install it"};
    if (auto done = insert(data, first, release_status::permanent); !done) return done;
    return log(data, "create_releases", first.id);
  });
}

outcome<void> ledger::add_unpacked(const release_record& release) {
  return state_->change([&](database& data) -> outcome<void> {
    if (auto done = insert(data, release, release_status::unpacked); !done) return done;
    return log(data, "unpack", release.id);
  });
}

outcome<std::int64_t> ledger::begin_install(std::string_view from, std::string_view to, std::string_view plan_json) {
  return state_->change([&](database& data) -> outcome<std::int64_t> {
    if (auto free = no_open_install(data); !free) return free.failure();
    for (const auto id : {from, to}) {
      if (auto there = known(data, id); !there) return there.failure();
    }
    const auto runs = running(data);
    if (!runs) return runs.failure();
    const auto id = *runs ? (*runs)->id : std::string();
    if (id == to) return error{"already_installed", "release " + id + " is what runs"};
    if (id != from) {
      return error{"bad_status",
                   "the plan begins at release " + std::string(from) + ", but " + id + " is what runs; plan again"};
    }
    return write_operation(data, "install", from, to, plan_json, operation_outcome::installing, "");
  });
}

outcome<void> ledger::finish_install(std::int64_t number, bool ok, std::string_view text) {
  return state_->change([&](database& data) -> outcome<void> {
    const auto installs = open_installs(data);
    if (!installs) return installs.failure();
    if (installs->empty() || installs->front().number != number) {
      return error{"no_such_operation", "operation " + std::to_string(number) + " is not an open install"};
    }
    const auto& to = installs->front().to;
    auto done =
        data.run(std::string("UPDATE operation SET outcome = ?2, ended = ") + now + ", text = ?3 WHERE number = ?1",
                 {number, std::string(ok ? "done" : "failed"), std::string(text)});
    if (!done || !ok) return done;
    const auto target = known(data, to);
    if (!target) return target.failure();
    if (done = data.run("UPDATE release SET status = 'old' WHERE status = 'current'"); !done) return done;
    if (target->status == release_status::permanent) return {};
    return set_status(data, to, release_status::current);
  });
}

outcome<void> ledger::make_permanent(std::string_view id) {
  return state_->change([&](database& data) -> outcome<void> {
    if (auto free = no_open_install(data); !free) return free;
    const auto release = known(data, id);
    if (!release) return release.failure();
    const auto runs = running(data);
    if (!runs) return runs.failure();
    if (!*runs || (*runs)->id != id) {
      return error{"bad_status", "release " + release->id + " is " + word(release->status) +
                                     ", but only the one that runs" + (*runs ? " (" + (*runs)->id + ")" : "") +
                                     " can be made permanent; install it first"};
    }
    if (release->status == release_status::permanent) return {};
    if (auto done = data.run("UPDATE release SET status = 'old' WHERE status = 'permanent'"); !done) return done;
    if (auto done = set_status(data, release->id, release_status::permanent); !done) return done;
    return log(data, "make_permanent", id);
  });
}

outcome<void> ledger::remove(std::string_view id) {
  return state_->change([&](database& data) -> outcome<void> {
    if (auto free = no_open_install(data); !free) return free;
    const auto release = known(data, id);
    if (!release) return release.failure();
    if (release->status == release_status::permanent) {
      return error{"permanent",
                   "release " + release->id + " is permanent: a boot takes it; make another permanent first"};
    }
    if (release->status == release_status::current) {
      return error{"bad_status", "release " + release->id + " is current: it runs; go back from it first"};
    }
    if (auto done = data.run("DELETE FROM release WHERE id = ?1", {release->id}); !done) return done;
    return log(data, "remove", id);
  });
}

outcome<std::string> ledger::removed(std::string_view id) const {
  const std::lock_guard lock(state_->mutex);
  const auto rows = state_->data.query(
      "SELECT ended FROM operation WHERE kind = 'remove' AND to_id = ?1 ORDER BY number DESC LIMIT 1",
      {std::string(id)});
  if (!rows) return rows.failure();
  return rows->empty() ? std::string() : rows->front().front();
}

outcome<std::string> ledger::served_before(std::string_view id) const {
  const std::lock_guard lock(state_->mutex);
  const auto rows = state_->data.query(
      "SELECT from_id FROM operation WHERE kind = 'install' AND outcome = 'done' AND to_id = ?1 AND from_id IN (SELECT "
      "id FROM release) ORDER BY number DESC LIMIT 1",
      {std::string(id)});
  if (!rows) return rows.failure();
  return rows->empty() ? std::string() : rows->front().front();
}

outcome<std::vector<release_record>> ledger::list() const {
  const std::lock_guard lock(state_->mutex);
  const auto rows = state_->data.query(std::string("SELECT ") + release_columns + " FROM release ORDER BY place DESC");
  if (!rows) return rows.failure();
  std::vector<release_record> out;
  for (const auto& row : *rows) out.push_back(release_of(row));
  return out;
}

outcome<std::optional<release_record>> ledger::permanent() const {
  const std::lock_guard lock(state_->mutex);
  return find(state_->data, "status = 'permanent'");
}

outcome<std::optional<release_record>> ledger::current() const {
  const std::lock_guard lock(state_->mutex);
  return running(state_->data);
}

const std::vector<interruption>& ledger::interrupted() const { return state_->interrupted; }

outcome<std::vector<operation_record>> ledger::history(std::size_t most) const {
  const std::lock_guard lock(state_->mutex);
  const auto rows =
      state_->data.query(std::string("SELECT ") + operation_columns + " FROM operation ORDER BY number DESC LIMIT ?1",
                         {static_cast<std::int64_t>(most)});
  if (!rows) return rows.failure();
  std::vector<operation_record> out;
  for (const auto& row : *rows) out.push_back(operation_of(row));
  return out;
}

}  // namespace patchbay::release
