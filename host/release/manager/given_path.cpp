#include "release/manager/given_path.hpp"

#include <climits>
#include <string>

#include "port/text.hpp"

namespace patchbay::release {

outcome<void> names_a_directory(const std::filesystem::path& given) {
  const std::string& text = given.native();
  if (text.empty()) return error{"badarg", "the directory's name is empty; name the whole path of a release directory"};
  if (!given.is_absolute()) {
    return error{"badarg", "`" + port::shortened(text) +
                               "` is relative, and the host does not know to what; name the whole path"};
  }
  if (text.size() >= PATH_MAX || text.find('\0') != std::string::npos)
    return error{"badarg", "`" + port::shortened(text) + "` is no path: too long, or with a NUL in it"};
  return {};
}

}  // namespace patchbay::release
