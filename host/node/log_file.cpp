#include "node/log_file.hpp"

#include "port/text.hpp"

namespace patchbay::node {
namespace {

namespace fs = std::filesystem;

/// Empty: a log can be written there.
std::string fault_of(const data_directory& data, const fs::path& file) {
  std::error_code failed;
  // Links are followed, or one would hide what is meant.
  const fs::path meant = fs::weakly_canonical(file, failed);
  const fs::path within = meant.lexically_relative(fs::weakly_canonical(data.root, failed));
  if (!within.empty() && data_directory::owns(within.begin()->string()))
    return "the data directory keeps its own " + within.begin()->string() + " there";
  const auto kind = fs::status(file, failed).type();
  if (kind == fs::file_type::directory || within == "." || !file.has_filename()) return "that is a directory";
  if (kind == fs::file_type::not_found || kind == fs::file_type::none || kind == fs::file_type::regular ||
      kind == fs::file_type::character)
    return {};
  return "that is neither a regular file nor a character device";
}

}  // namespace

outcome<fs::path> log_file_of(const data_directory& data, const std::string& configured) {
  if (configured.empty()) return fs::path();
  const fs::path file = (data.root / configured).lexically_normal();
  const std::string fault = fault_of(data, file);
  if (fault.empty()) return file;
  return error{"bad_value", "[log] file = \"" + port::shortened(configured) + "\": " + fault +
                                "; name a file of the log's own, for example \"log/host.log\""};
}

}  // namespace patchbay::node
