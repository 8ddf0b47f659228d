#include "release/manager/boot.hpp"

#include <algorithm>

namespace patchbay::release {
namespace {

bool known(const std::vector<release_record>& entries, const std::string& id) {
  return std::any_of(entries.begin(), entries.end(), [&](const release_record& each) { return each.id == id; });
}

outcome<chosen_release> take_in(release_store& store, const std::filesystem::path& release_dir) {
  if (release_dir.empty()) {
    return error{"no_release", "this data directory holds no release yet; name one: `patchbay start RELEASE_DIR`"};
  }
  // A start that was killed between the two left files that no record knows.
  const auto given = store.look({release_dir});
  if (!given) return given.failure();
  if (auto cleared = store.remove(given->name + "-" + given->vsn); !cleared) return cleared.failure();
  auto taken = store.unpack({release_dir});
  if (!taken) return taken.failure();
  return chosen_release{taken->id, release_record{taken->id, given->name, given->vsn, store.path_of(taken->id),
                                                  release_status::permanent}};
}

/// A record whose files somebody deleted.
outcome<chosen_release> with_files(const release_store& store, const std::string& id, const std::string& given = {}) {
  if (store.has(id)) return chosen_release{id, {}, given == id ? std::string() : given};
  return error{"no_such_release", "the files of " + id + ", which this start boots, are gone from " +
                                      store.path_of(id).string() +
                                      "; `patchbay start RELEASE_DIR`, with the directory that " + id +
                                      " was unpacked from, brings them back"};
}

}  // namespace

outcome<chosen_release> choose_release(const ledger& records, release_store& store,
                                       const std::filesystem::path& release_dir) {
  const auto entries = records.list();
  if (!entries) return entries.failure();
  if (entries->empty()) return take_in(store, release_dir);
  const auto permanent = records.permanent();
  if (!permanent) return permanent.failure();
  if (!*permanent)
    return error{"corrupt", "the ledger has releases, but none is permanent; move the data directory away"};
  const std::string& boots = (*permanent)->id;
  if (release_dir.empty()) return with_files(store, boots);

  const auto given = store.look({release_dir});
  if (!given) return given.failure();
  const std::string id = given->name + "-" + given->vsn;
  if (!known(*entries, id)) {
    const auto removed = records.removed(id);
    if (!removed) return removed.failure();
    const std::string why = removed->empty() ? ", which this data directory does not know"
                                             : ", which `relup remove` took from this data directory at " + *removed;
    return error{"unknown_release",
                 release_dir.string() + " holds " + id + why + "; it boots its permanent release, " + boots +
                     ". Leave RELEASE_DIR out to start that; then `relup unpack` and `relup install` bring " + id +
                     " (back), or give it a data directory of its own"};
  }
  const auto same = store.unpack({release_dir});
  if (same) return with_files(store, boots, id);
  if (same.failure().code != "existing_release") return same.failure();
  // Somebody changed what a signed package had brought: the package, whose signature has just been read, makes it whole again.
  if (const auto there = store.open(id); !there && there.failure().code == "altered") {
    if (auto cleared = store.remove(id); !cleared) return cleared.failure();
    if (auto restored = store.unpack({release_dir}); !restored) return restored.failure();
    return with_files(store, boots, id);
  }
  return error{"release_differs", same.failure().text + ". Leave RELEASE_DIR out to boot " + boots +
                                      " as it was unpacked, or give it a data directory of its own"};
}

}  // namespace patchbay::release
