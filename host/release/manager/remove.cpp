// What goes with a release: its record, its files, and what is kept of its libraries.
#include <set>
#include <utility>

#include "release/manager/manager.hpp"

namespace patchbay::release {
namespace {

std::set<std::string> build_ids(const release_view& release) {
  std::set<std::string> ids;
  for (const auto& application : release.applications) ids.insert(application.facts.build_id);
  return ids;
}

}  // namespace

std::vector<std::string> release_manager::build_ids_of_only(const std::string& id) const {
  const auto going = rooms_.store->open(id);
  const auto entries = which();
  if (!going || !entries) return {};
  auto ids = build_ids(*going);
  for (const auto& each : *entries) {
    if (each.id == id) continue;
    // Of one that cannot be read nobody knows what it uses: then nothing is dropped.
    const auto other = rooms_.store->open(each.id);
    if (!other) return {};
    for (const auto& used : build_ids(*other)) ids.erase(used);
  }
  return {ids.begin(), ids.end()};
}

outcome<removed_release> release_manager::remove(std::string_view release) {
  const auto id = resolve(release);
  if (!id) return id.failure();
  const auto slot = slot_.take("remove " + *id);
  if (!slot) return slot.failure();
  const auto stand = stands();
  if (*id == stand.current || *id == stand.permanent) {
    return error{*id == stand.permanent ? "permanent" : "bad_status",
                 *id + (*id == stand.current ? " serves now" : " is what the next start boots") +
                     "; install another release and make it permanent first"};
  }
  if (auto settled = settle(); !settled) return settled.failure();
  const auto ids = build_ids_of_only(*id);
  // The record first: files that no record knows are nobody's release.
  if (auto done = rooms_.records->remove(*id); !done) return done.failure();
  {
    const std::lock_guard lock(mutex_);
    if (previous_ == *id) previous_.clear();
  }
  const std::size_t dropped = rooms_.code->drop_kept(ids);
  if (auto done = rooms_.store->remove(*id); !done) return done.failure();
  return removed_release{*id, dropped};
}

}  // namespace patchbay::release
