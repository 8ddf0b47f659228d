#pragma once
// Releases where no host answers: in the ledger, in directories, in packages. None of their code runs.
#include <string>
#include <vector>

#include "node/control/data_directory.hpp"
#include "port/outcome.hpp"
#include "release/ledger/ledger.hpp"
#include "release/package/package_file.hpp"
#include "release/plan/files.hpp"

namespace relup {

/// The ledger's. Errors: no_host (there is no ledger), the ledger's.
patchbay::outcome<std::vector<patchbay::release::release_record>> records(const patchbay::node::data_directory& data);

/// By id or version; it lies in `all`. Errors: no_such_release, ambiguous_release.
patchbay::outcome<const patchbay::release::release_record*> find_record(
    const std::vector<patchbay::release::release_record>& all, const std::string& wanted);

/// A release under the data directory, wherever that lay when it was unpacked.
struct kept_release {
  patchbay::release::release_view view;
  bool vouched_for = false;  ///< a key of trusted_keys signed its package
};
/// As a host with --allow-unsigned opens it: what came from a package must still be what that holds.
/// Errors: altered, those of open_package and read_release.
patchbay::outcome<kept_release> open_kept(const patchbay::node::data_directory& data, const std::string& id,
                                          const patchbay::release::package_trust& trust);

/// What a person names: a release directory, a package, or the id or version of a release that is unpacked under the data directory. Whoever signed
/// it: it is only looked at. Of a package nothing is left on the disk, so that the directories of the view are none.
/// Errors: those of the functions above and of read_release, extract and open_package; no_such_release where it is none of these.
patchbay::outcome<patchbay::release::release_view> open_given(const patchbay::node::data_directory& data,
                                                              const std::string& given);

}  // namespace relup
