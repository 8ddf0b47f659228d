#include "release/package/unpack.hpp"

#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>

#include "port/digest.hpp"
#include "port/system_error.hpp"
#include "release/package/release_tree.hpp"
#include "release/package/tar_reader.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

/// The manifest, and the reader behind it.
outcome<manifest> begin(tar_reader& tar, std::uint64_t package, const package_limits& limits) {
  const auto first = tar.next();
  if (!first) return first.failure();
  if (*first != manifest_name) {
    return error{"bad_manifest", "its first entry is no manifest.json; packages are made by `relup pack`"};
  }
  std::string text;
  auto taken = tar.read(limits.manifest, [&](std::string_view piece) {
    text += piece;
    return outcome<void>();
  });
  if (!taken) return taken.failure();
  auto what = parse_manifest(text);
  if (!what) return what;
  if (auto fits = check_limits(*what, package, limits); !fits) return fits.failure();
  return what;
}

/// One entry's bytes to a new file. Errors: altered, io, those of the reader.
outcome<void> write_file(tar_reader& tar, const std::string& path, const manifest::file& expected, const fs::path& to) {
  std::error_code failed;
  fs::create_directories(to.parent_path(), failed);
  if (failed) return port::io_error("cannot make " + to.parent_path().string(), failed.value());
  errno = 0;
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  port::sha256 sum;
  std::uint64_t size = 0;
  const auto cannot_write = [&]() -> outcome<void> { return port::io_error("cannot write " + to.string(), errno); };
  if (!out) return cannot_write();
  auto taken = tar.read(expected.size, [&](std::string_view piece) -> outcome<void> {
    sum.add(piece);
    size += piece.size();
    if (!out.write(piece.data(), static_cast<std::streamsize>(piece.size()))) return cannot_write();
    return {};
  });
  if (!taken) return taken;
  out.close();
  if (!out) return cannot_write();
  if (size == expected.size && sum.finish() == expected.sha256) return {};
  return error{"altered", path + " is not what the manifest says (size and SHA-256); get the package again"};
}

}  // namespace

outcome<manifest> read_manifest(std::string_view package, const package_limits& limits) {
  tar_reader tar(package);
  return begin(tar, package.size(), limits);
}

outcome<manifest> extract(std::string_view package, const fs::path& to, const package_limits& limits) {
  tar_reader tar(package);
  auto what = begin(tar, package.size(), limits);
  if (!what) return what;
  std::error_code failed;
  if (!fs::create_directory(to, failed)) return port::io_error("cannot make " + to.string(), failed.value());
  std::set<std::string> seen{std::string(manifest_name)};
  for (;;) {
    const auto path = tar.next();
    if (!path) return path.failure();
    if (!*path) break;
    if (!seen.insert(**path).second) return error{"duplicate", "it holds " + **path + " twice"};
    const auto expected = what->files.find(**path);
    if (expected == what->files.end())
      return error{"unknown_file", "it holds " + **path + ", which its manifest does not name"};
    if (auto written = write_file(tar, **path, expected->second, to / **path); !written) return written.failure();
  }
  for (const auto& [path, file] : what->files) {
    if (!seen.contains(path)) return error{"missing_file", "its manifest names " + path + ", which it does not hold"};
  }
  return what;
}

outcome<void> verify_files(const fs::path& root, const manifest& what) {
  const auto tree = tree_of(root);
  if (!tree) return tree.failure();
  const auto altered = [&](const std::string& path, const char* how) {
    return error{"altered", (root / path).string() + how + "; `relup remove` the release and unpack its package again"};
  };
  std::size_t files = 0;
  for (const auto& [relative, directory] : *tree) {
    if (directory) continue;
    const auto expected = what.files.find(relative.generic_string());
    if (expected == what.files.end()) return altered(relative.string(), " is not of its package");
    const auto sum = port::sha256_of(root / relative);
    if (!sum) return sum.failure();
    if (*sum != expected->second.sha256) return altered(relative.string(), " is not as it was packed");
    ++files;
  }
  if (files == what.files.size()) return {};
  for (const auto& [path, file] : what.files) {
    if (!tree->contains(path)) return altered(path, " is gone");
  }
  return {};
}

}  // namespace patchbay::release
