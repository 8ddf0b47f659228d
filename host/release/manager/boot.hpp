#pragma once
// Which release a start boots.
#include <filesystem>
#include <string>

#include "port/outcome.hpp"
#include "release/ledger/ledger.hpp"
#include "release/manager/release_store.hpp"

namespace patchbay::release {

/// The id. An empty ledger takes RELEASE_DIR in, as its permanent release. Any other boots its permanent release; RELEASE_DIR, where one is given,
/// must then be known; files of its that are gone come back from there. Errors: no_release (nothing to begin with), no_such_release (the
/// files to boot are gone), unknown_release (never seen, or removed), release_differs (known, but with other files), and those
/// of the store and the ledger.
outcome<std::string> choose_release(ledger& records, release_store& store, const std::filesystem::path& release_dir);

}  // namespace patchbay::release
