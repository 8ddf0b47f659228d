#include "releases.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "port/files.hpp"
#include "release/package/release_tree.hpp"
#include "release/package/unpack.hpp"

namespace relup {
namespace {

namespace fs = std::filesystem;
namespace release = patchbay::release;
using patchbay::error;
using patchbay::outcome;

// Nobody else's, and gone with this.
class own_directory {
 public:
  own_directory() {
    std::random_device source;
    std::error_code failed;
    path_ = fs::temp_directory_path(failed) / ("relup-" + std::to_string(source()) + std::to_string(source()));
  }
  ~own_directory() {
    std::error_code failed;
    fs::remove_all(path_, failed);
  }
  own_directory(const own_directory&) = delete;
  own_directory& operator=(const own_directory&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// A person knows the package, and no directory that is gone.
error in_package(error failure, const fs::path& unpacked, const std::string& package) {
  const auto where = unpacked.string();
  for (auto at = failure.text.find(where); at != std::string::npos; at = failure.text.find(where, at + package.size()))
    failure.text.replace(at, where.size(), package);
  return failure;
}

outcome<release::release_view> open_package_file(const std::string& file) {
  const auto package = release::open_package(file, {}, {.keys = {}, .allow_unsigned = true});
  if (!package) return package.failure();
  const own_directory own;
  if (auto made = patchbay::port::make_private_dir(own.path()); !made) return made.failure();
  const auto unpacked = own.path() / "release";  // which extract makes
  const auto refuse = [&](const error& failure) { return in_package(failure, unpacked, file); };
  if (auto what = release::extract(package->bytes, unpacked, {}); !what) return refuse(what.failure());
  auto view = release::read_release(unpacked);
  if (!view) return refuse(view.failure());
  return view;
}

}  // namespace

outcome<std::vector<release::release_record>> records(const patchbay::node::data_directory& data) {
  const auto ledger = release::ledger::open_read_only(data.ledger());
  if (ledger) return ledger->list();
  if (ledger.failure().code != "no_such_file") return ledger.failure();
  return error{"no_host", "neither a host nor a ledger is in " + data.root.string() +
                              "; name the directory with --data or $PATCHBAY_DATA, or start a host there"};
}

outcome<kept_release> open_kept(const patchbay::node::data_directory& data, const std::string& id,
                                const release::package_trust& trust) {
  kept_release kept;
  const auto root = data.releases() / id;
  const auto package = root / release::origin_name / (id + ".tar.zst");
  std::error_code failed;
  if (std::filesystem::exists(package, failed)) {
    const auto opened = release::open_package(package, {}, trust);
    if (!opened) return opened.failure();
    if (auto same = release::verify_files(root, opened->what); !same) return same.failure();
    kept.vouched_for = opened->trusted;
  }
  auto view = release::read_release(root);
  if (!view) return view.failure();
  kept.view = std::move(*view);
  return kept;
}

outcome<const release::release_record*> find_record(const std::vector<release::release_record>& all,
                                                    const std::string& wanted) {
  const auto fits = [&](const auto& each) { return each.id == wanted || each.vsn == wanted; };
  const auto found = std::find_if(all.begin(), all.end(), fits);
  if (found == all.end())
    return error{"no_such_release", "there is no release `" + wanted + "`; `relup which` lists them"};
  if (std::any_of(found + 1, all.end(), fits))
    return error{"ambiguous_release", "several releases have version " + wanted + "; name one by its id"};
  return &*found;
}

outcome<release::release_view> open_given(const patchbay::node::data_directory& data, const std::string& given) {
  std::error_code failed;
  const bool folder = fs::is_directory(given, failed);
  // A folder called as a version is no reason not to find that version.
  if (folder && (given.find('/') != std::string::npos || fs::exists(fs::path(given) / "release.toml", failed)))
    return release::read_release(given);
  if (fs::is_regular_file(given, failed)) return open_package_file(given);
  const auto all = records(data);
  if (!all && all.failure().code != "no_host") return all.failure();
  const auto record = all ? find_record(*all, given) : error{"no_such_release", {}};
  if (!record && record.failure().code == "no_such_release") {
    return error{"no_such_release", "`" + given + "` is no release directory, no package and, in " +
                                        data.root.string() +
                                        ", neither id nor version of a release; `relup which` lists those"};
  }
  if (!record) return record.failure();
  auto kept = open_kept(data, (*record)->id, {.keys = {}, .allow_unsigned = true});
  if (!kept) return kept.failure();
  return std::move(kept->view);
}

}  // namespace relup
