#include "port/memory_left.hpp"

#include <charconv>
#include <fstream>
#include <string_view>
#include <system_error>

namespace patchbay::port {
namespace {

namespace fs = std::filesystem;

/// nullopt: no such file, or no number (`max`).
std::optional<std::uint64_t> number_in(const fs::path& file) {
  std::ifstream in(file);
  std::uint64_t value = 0;
  if (!(in >> value)) return std::nullopt;
  return value;
}

/// The number behind a key: `MemAvailable:  123 kB`, `inactive_file 123`.
std::optional<std::uint64_t> number_of(const fs::path& file, std::string_view key) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const auto digits = line.find_first_of("0123456789", key.size());
    if (digits == std::string::npos) return std::nullopt;
    std::uint64_t value = 0;
    const auto read = std::from_chars(line.data() + digits, line.data() + line.size(), value);
    if (read.ec == std::errc()) return value;
  }
  return std::nullopt;
}

struct file_names {
  const char* limit;
  const char* usage;
  const char* cache;  // key of memory.stat
};
constexpr file_names version_2{"memory.max", "memory.current", "inactive_file "};
constexpr file_names version_1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file "};
// Version 1 writes this much, rounded to pages, where there is no limit.
constexpr std::uint64_t unlimited = std::uint64_t{1} << 60U;

void keep_least(std::optional<memory_left>& least, std::uint64_t bytes, std::string whose) {
  if (!least || bytes < least->bytes) least = memory_left{bytes, std::move(whose)};
}

/// The group and all above it: each has a limit of its own.
void look_at_groups(const fs::path& root, fs::path group, const file_names& names, std::optional<memory_left>& least) {
  for (;;) {
    const fs::path here = root / group.relative_path();
    const auto limit = number_in(here / names.limit);
    const auto usage = number_in(here / names.usage);
    if (limit && usage && *limit < unlimited) {
      const std::uint64_t cache = number_of(here / "memory.stat", names.cache).value_or(0);
      const std::uint64_t taken = *usage > cache ? *usage - cache : 0;
      keep_least(least, *limit > taken ? *limit - taken : 0,
                 std::string("the limit of its cgroup (") + names.limit + " of " + group.string() + ")");
    }
    if (!group.has_relative_path()) return;
    group = group.parent_path();
  }
}

}  // namespace

std::optional<memory_left> find_memory_left(const memory_sources& from) {
  std::optional<memory_left> least;
  if (const auto kib = number_of(from.machine, "MemAvailable:")) keep_least(least, *kib * 1024, "the machine's memory");
  // `4:memory:/a/b` (version 1), `0::/a/b` (version 2).
  std::ifstream in(from.membership);
  for (std::string line; std::getline(in, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const fs::path group = line.substr(second + 1);
    if (controllers == ",,") {
      std::error_code failed;
      const fs::path beside = from.cgroups / "unified";  // where both versions are mounted
      look_at_groups(fs::is_directory(beside, failed) ? beside : from.cgroups, group, version_2, least);
    } else if (controllers.find(",memory,") != std::string::npos) {
      look_at_groups(from.cgroups / "memory", group, version_1, least);
    }
  }
  return least;
}

}  // namespace patchbay::port
