#include "node/own_directory.hpp"

#include "port/files.hpp"

namespace patchbay::node {
namespace {

namespace fs = std::filesystem;

/// What a symbolic link leads to. It is the user's own word, unlike a link that turns up inside the directory.
outcome<fs::path> followed(const fs::path& root) {
  std::error_code failed;
  if (!fs::is_symlink(root, failed)) return root;
  fs::path target = fs::canonical(root, failed);
  if (!failed) return target;
  return error{"io", root.string() + " is a symbolic link to " + fs::read_symlink(root, failed).string() +
                         ", which cannot be entered; make that directory, or name another one with --data"};
}

/// The name of something that no host puts into its directory; empty: there is none.
std::string stranger_in(const fs::path& root) {
  std::error_code failed;
  for (fs::directory_iterator each(root, failed), end; !failed && each != end; each.increment(failed)) {
    std::string name = each->path().filename().string();
    // The root of a file system may be given to a host whole.
    if (!data_directory::owns(name) && name != "lost+found") return name;
  }
  return {};
}

}  // namespace

outcome<data_directory> own_directory(const data_directory& chosen, const fs::path& release_dir) {
  auto root = followed(chosen.root);
  if (!root) return root.failure();
  data_directory data{std::move(*root)};
  std::error_code failed;
  const bool has_ledger = fs::exists(data.ledger(), failed);
  // Who has written its configuration means it to be one.
  if (!has_ledger && !fs::exists(data.config(), failed)) {
    if (const std::string other = stranger_in(data.root); !other.empty())
      return error{"not_a_data_directory", data.root.string() + " holds " + other +
                                               " and no ledger.sqlite: no host made it; name an empty directory with "
                                               "--data, or one that is not there yet"};
  }
  if (!has_ledger && !release_dir.empty() && fs::status(release_dir, failed).type() == fs::file_type::not_found)
    return error{"no_such_file", release_dir.string() + ": there is no such release directory or package"};
  for (const auto& directory : {data.root, data.releases(), data.generations()}) {
    if (auto made = port::make_private_dir(directory); !made) return made.failure();
  }
  return data;
}

}  // namespace patchbay::node
