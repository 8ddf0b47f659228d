#include "release/manager/manager.hpp"

#include <algorithm>
#include <utility>

#include "port/text.hpp"
#include "release/manager/boot.hpp"
#include "release/manager/given_path.hpp"
#include "release/manager/newcomers.hpp"
#include "release/plan/libraries.hpp"

namespace patchbay::release {
namespace {

constexpr std::chrono::milliseconds purge_patience{2000};

}  // namespace

outcome<void> release_manager::boot(const std::filesystem::path& release_dir) {
  const auto chosen = choose_release(*rooms_.records, *rooms_.store, release_dir);
  if (!chosen) return chosen.failure();
  if (!chosen->passed_over.empty()) {
    rooms_.log(PB_LOG_WARNING, "RELEASE_DIR is " + chosen->passed_over + ", but " + chosen->id +
                                   " is permanent and boots; `relup install` goes to the other one, and `relup "
                                   "permanent` makes it what the next start boots");
  }
  auto loaded = load_chosen(chosen->id);
  if (chosen->first && loaded) {
    // Only what has been loaded becomes what this data directory boots.
    if (auto recorded = rooms_.records->create_releases(*chosen->first); !recorded) loaded = recorded;
  }
  if (chosen->first && !loaded) static_cast<void>(rooms_.store->remove(chosen->id));
  return loaded;
}

outcome<void> release_manager::load_chosen(const std::string& id) {
  auto opened = open(id);
  if (!opened) return opened.failure();
  for (const auto& [application, env] : rooms_.env.items()) {
    if (opened->find(application) != nullptr) continue;
    std::vector<std::string> known;
    for (const auto& each : opened->applications) known.push_back(each.app.name);
    return error{"unknown_application", "the command line sets an env of application " + application + ", which " + id +
                                            " does not have" + port::did_you_mean(application, known)};
  }
  auto view = std::make_shared<const release_view>(std::move(*opened));
  newcomers loaded(rooms_);
  for (const auto& application : view->applications) {
    if (auto generation = loaded.load(application); !generation) return generation.failure();
  }
  for (code::generation* generation : loaded.all()) rooms_.code->publish(*generation);
  loaded.hand_over();
  const auto previous = rooms_.records->served_before(view->id());
  adopt(view, previous ? *previous : std::string());
  return {};
}

void release_manager::adopt(const std::shared_ptr<const release_view>& serving, std::string previous) {
  {
    const std::lock_guard lock(mutex_);
    current_ = serving;
    previous_ = std::move(previous);
  }
  rooms_.serves(*serving);
}

outcome<release_view> release_manager::open(std::string_view id) const {
  auto opened = rooms_.store->open(id);
  if (opened) overlay_env(*opened, rooms_.env);
  return opened;
}

std::shared_ptr<const release_view> release_manager::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

standing release_manager::stands() const {
  standing result;
  if (const auto permanent = rooms_.records->permanent(); permanent && *permanent) result.permanent = (*permanent)->id;
  result.operation = slot_.current();
  const std::lock_guard lock(mutex_);
  if (current_) result.current = current_->id();
  result.previous = previous_;
  result.recorded = !unrecorded_.has_value();
  return result;
}

outcome<std::vector<release_record>> release_manager::which() const { return rooms_.records->list(); }

outcome<std::string> release_manager::resolve(std::string_view release) const {
  const auto entries = which();
  if (!entries) return entries.failure();
  std::vector<std::string> ids;
  std::vector<std::string> matching;
  for (const auto& each : *entries) {
    if (each.id == release) return each.id;
    ids.push_back(each.id);
    if (each.vsn == release) matching.push_back(each.id);
  }
  if (matching.size() == 1) return matching.front();
  if (matching.size() > 1) {
    return error{"ambiguous_release", "version " + std::string(release) + " is that of " + port::list_names(matching) +
                                          "; name one of them"};
  }
  const std::string what =
      release.empty() ? "the release's name is empty" : "there is no release `" + port::shortened(release) + "`";
  return error{"no_such_release", what + "; known: " + port::list_names(ids) + " (`relup unpack DIR` adds one)" +
                                      port::did_you_mean(release, ids)};
}

outcome<unpacked> release_manager::unpack(const release_source& source) {
  if (auto usable = names_a_directory(source.path); !usable) return usable.failure();
  if (!source.signature.empty()) {
    if (auto usable = names_a_directory(source.signature); !usable) return usable.failure();
  }
  const auto slot = slot_.take("unpack " + port::shortened(source.path.string()));
  if (!slot) return slot.failure();
  const auto given = rooms_.store->look(source);
  if (!given) return given.failure();
  const std::string id = given->name + "-" + given->vsn;
  const auto entries = which();
  if (!entries) return entries.failure();
  const bool recorded = std::any_of(entries->begin(), entries->end(), [&](const auto& each) { return each.id == id; });
  if (!recorded) {
    // Files without a record are what a killed unpack or remove left.
    if (auto cleared = rooms_.store->remove(id); !cleared) return cleared.failure();
  }
  auto done =
      rooms_.store->unpack(source, [this](const code::load_request& request) { return rooms_.code->examine(request); });
  if (!done) return done;
  if (recorded) return done;
  if (auto added = rooms_.records->add_unpacked({done->id, given->name, given->vsn, rooms_.store->path_of(done->id)});
      !added) {
    static_cast<void>(rooms_.store->remove(done->id));
    return added.failure();
  }
  rooms_.log(PB_LOG_INFO, "unpacked " + done->id);
  return done;
}

outcome<plan> release_manager::plan_to(std::string_view release) const {
  const auto to = resolve(release);
  if (!to) return to.failure();
  const auto next = open(*to);
  if (!next) return next.failure();
  return plan_with_libraries(*current(), *next,
                             [this](const code::load_request& request) { return rooms_.code->examine(request); });
}

outcome<std::string> release_manager::make_permanent() {
  const auto slot = slot_.take("permanent");
  if (!slot) return slot.failure();
  if (auto settled = settle(); !settled) return settled.failure();
  const std::string id = current()->id();
  if (auto done = rooms_.records->make_permanent(id); !done) return done.failure();
  rooms_.log(PB_LOG_INFO, id + " is permanent");
  return id;
}

bool release_manager::finish(std::int64_t number, bool ok, const std::string& text) {
  const auto done = rooms_.records->finish_install(number, ok, text);
  const std::lock_guard lock(mutex_);
  if (done) {
    unrecorded_.reset();
    return true;
  }
  unrecorded_ = unrecorded{number, ok, text};
  rooms_.log(PB_LOG_ERROR, "the end of an install is unrecorded (" + text + "): " + done.failure().text);
  return false;
}

outcome<void> release_manager::settle() {
  const std::lock_guard lock(mutex_);
  if (!unrecorded_) return {};
  auto done = rooms_.records->finish_install(unrecorded_->number, unrecorded_->ok, unrecorded_->text);
  if (done) unrecorded_.reset();
  return done;
}

outcome<std::vector<code::purge_report>> release_manager::purge() {
  const auto slot = slot_.take("purge");
  if (!slot) return slot.failure();
  std::vector<code::generation*> old;
  for (code::generation* each : rooms_.code->generations()) {
    if (rooms_.code->current(each->application) != each) old.push_back(each);
  }
  return rooms_.code->purge(old, purge_patience);
}

}  // namespace patchbay::release
