#include "release/package/release_tree.hpp"

#include <string>
#include <system_error>

#include "port/system_error.hpp"

namespace patchbay::release {

namespace fs = std::filesystem;

outcome<std::map<fs::path, bool>> tree_of(const fs::path& root) {
  std::map<fs::path, bool> found;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(root, failed), end; !failed && it != end; it.increment(failed)) {
    const auto relative = it->path().lexically_relative(root);
    if (relative == fs::path(origin_name)) {
      it.disable_recursion_pending();
      continue;
    }
    const bool directory = it->is_directory(failed) && !it->is_symlink(failed);
    if (!directory && !it->is_regular_file(failed)) {
      return error{"bad_entry",
                   it->path().string() + " is neither a file nor a directory; a release holds nothing else"};
    }
    if (!directory && it->file_size(failed) > largest_file && !failed) {
      return error{"too_large", it->path().string() + " is larger than the " + std::to_string(largest_file) +
                                    " bytes that a file of a release may have; take it out"};
    }
    found.emplace(relative, directory);
  }
  if (failed) return port::io_error("cannot read " + root.string(), failed.value());
  return found;
}

}  // namespace patchbay::release
