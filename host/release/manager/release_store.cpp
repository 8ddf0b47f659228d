#include "release/manager/release_store.hpp"

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include "port/durable_dir.hpp"
#include "port/files.hpp"
#include "port/system_error.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

// Names beginning with a dot are never releases: what is being prepared or removed hides there.
constexpr std::string_view preparing = ".unpack-";
constexpr std::string_view removing = ".remove-";

bool is_plain(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '+' || c == '~';
  };
  return !name.empty() && name.size() <= 200 && name.front() != '.' && std::all_of(name.begin(), name.end(), plain);
}

// A hole of some terabytes would otherwise fill the disk before anybody looked at it.
constexpr std::uintmax_t largest_file = std::uintmax_t{1} << 30U;

/// Every file and directory under `root`, relative and in order; links to files count as files. Errors: bad_entry, too_large, io.
outcome<std::map<fs::path, bool>> entries(const fs::path& root) {
  std::map<fs::path, bool> found;  // true: a directory
  std::error_code failed;
  for (fs::recursive_directory_iterator it(root, failed), end; !failed && it != end; it.increment(failed)) {
    const auto relative = it->path().lexically_relative(root);
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

outcome<void> copy_tree(const fs::path& from, const fs::path& to) {
  const auto found = entries(from);
  if (!found) return found.failure();
  std::error_code failed;
  fs::create_directory(to, failed);
  for (const auto& [relative, directory] : *found) {
    if (failed) break;
    if (directory) {
      fs::create_directory(to / relative, failed);
    } else if (auto copied = port::copy_file(from / relative, to / relative, 0644); !copied) {
      return copied;
    }
  }
  if (failed) return port::io_error("cannot make a directory under " + to.string(), failed.value());
  return {};
}

void remove_quietly(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

outcome<std::string> first_file_difference(const fs::path& a, const fs::path& b) {
  const auto left = entries(a);
  if (!left) return left.failure();
  const auto right = entries(b);
  if (!right) return right.failure();
  for (const auto& [relative, directory] : *right) {
    if (!left->contains(relative)) return relative.string() + " is only in " + b.string();
  }
  for (const auto& [relative, directory] : *left) {
    const auto other = right->find(relative);
    if (other == right->end()) return relative.string() + " is only in " + a.string();
    if (other->second != directory) return relative.string() + " is a file in one and a directory in the other";
    if (directory) continue;
    const auto one = port::read_file(a / relative);
    if (!one) return one.failure();
    const auto two = port::read_file(b / relative);
    if (!two) return two.failure();
    if (*one != *two) return relative.string() + " differs";
  }
  return std::string();
}

release_store::release_store(fs::path directory) : directory_(std::move(directory)) {
  std::vector<fs::path> left;
  std::error_code failed;
  for (fs::directory_iterator it(directory_, failed), end; !failed && it != end; it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with(preparing) || name.starts_with(removing)) left.push_back(it->path());
  }
  for (const auto& path : left) remove_quietly(path);
}

fs::path release_store::path_of(std::string_view id) const { return directory_ / fs::path(id); }

bool release_store::has(std::string_view id) const {
  std::error_code failed;
  return is_plain(id) && fs::is_directory(path_of(id), failed);
}

outcome<unpacked> release_store::unpack(const fs::path& source) {
  auto given = read_release(source);
  if (!given) return given.failure();
  const std::string id = given->id();
  if (!is_plain(id)) {
    return error{"bad_name", "the release in " + source.string() + " is called `" + id +
                                 "`; a name and a version are made of letters, digits and _ - . + ~"};
  }
  if (has(id)) {
    const auto difference = first_file_difference(path_of(id), source);
    if (!difference) return difference.failure();
    if (difference->empty()) return unpacked{id, true};
    return error{"existing_release", id + " is unpacked already with other files (" + *difference +
                                         "); give the release in " + source.string() +
                                         " another version, or `relup remove " + id + "` first"};
  }
  const fs::path beside = directory_ / (std::string(preparing) + id);
  remove_quietly(beside);
  auto prepared = copy_tree(source, beside);
  if (prepared) {
    // What was checked may have changed under the copy.
    if (auto copied = read_release(beside); !copied) {
      prepared = copied.failure();
    } else if (copied->id() != id) {
      prepared = error{"bad_name", source.string() + " changed while it was copied; unpack it again"};
    }
  }
  if (prepared) prepared = port::publish_dir(beside, path_of(id));
  if (!prepared) {
    remove_quietly(beside);
    return prepared.failure();
  }
  return unpacked{id, false};
}

outcome<release_view> release_store::open(std::string_view id) const {
  if (!has(id)) {
    return error{"no_such_release", "there is no release " + std::string(id) + " under " + directory_.string() +
                                        "; `relup which` lists them, `relup unpack DIR` adds one"};
  }
  return read_release(path_of(id));
}

outcome<void> release_store::remove(std::string_view id) {
  if (!has(id)) return {};
  const fs::path aside = directory_ / (std::string(removing) + std::string(id));
  remove_quietly(aside);
  if (auto moved = port::publish_dir(path_of(id), aside); !moved) return moved;
  std::error_code failed;
  fs::remove_all(aside, failed);
  if (failed) return port::io_error("cannot remove " + aside.string(), failed.value());
  return {};
}

}  // namespace patchbay::release
