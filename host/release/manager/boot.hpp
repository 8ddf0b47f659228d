#pragma once
// Which release a start boots.
#include <filesystem>
#include <optional>
#include <string>

#include "port/outcome.hpp"
#include "release/ledger/ledger.hpp"
#include "release/manager/release_store.hpp"

namespace patchbay::release {

/// What a start boots.
struct chosen_release {
  std::string id;
  /// Of a start that begins a data directory: to be recorded once it has been loaded; until then its files are nobody's.
  std::optional<release_record> first = {};
  /// The id of RELEASE_DIR, where that is known and another one than what boots.
  std::string passed_over = {};
};

/// An empty ledger takes RELEASE_DIR in, to be its permanent release. Any other boots its permanent release; RELEASE_DIR, where one is given,
/// must then be known; files of its that are gone, or that are not as a signed package packed them, come back from there. Errors: no_release
/// (nothing to begin with), no_such_release (the files to boot are gone), unknown_release (never seen, or removed), release_differs (known,
/// but with other files), and those of the store and the ledger.
outcome<chosen_release> choose_release(const ledger& records, release_store& store,
                                       const std::filesystem::path& release_dir);

}  // namespace patchbay::release
