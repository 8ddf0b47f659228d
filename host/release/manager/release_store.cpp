#include "release/manager/release_store.hpp"

#include <system_error>
#include <utility>

#include "port/durable_dir.hpp"
#include "port/files.hpp"
#include "port/system_error.hpp"
#include "release/package/release_tree.hpp"
#include "release/package/signature.hpp"
#include "release/package/unpack.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

// Names beginning with a dot are never releases: what is being prepared or removed hides there.
constexpr std::string_view preparing = ".unpack-";
constexpr std::string_view removing = ".remove-";

outcome<void> copy_tree(const fs::path& from, const fs::path& to) {
  const auto found = tree_of(from);
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

bool is_package(const fs::path& path) {
  std::error_code failed;
  return is_package_name(path) && !fs::is_directory(path, failed);
}

error nobody_vouches(const std::string& what) {
  return {"unsigned", "no signature vouches for " + what +
                          "; `relup pack` and `relup sign` make a signed package of a release directory, and "
                          "--allow-unsigned (host_options::allow_unsigned) runs it all the same, which every log and "
                          "status line then says"};
}

/// A text about files under `beside`, as who gave `source` knows them.
std::string seen_in(const fs::path& source, const fs::path& beside, std::string text) {
  const std::string prefix = beside.string() + "/";
  const std::string known = source.string() + (is_package(source) ? ": " : "/");
  for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + known.size())) {
    text.replace(at, prefix.size(), known);
  }
  return text;
}

void remove_quietly(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

}  // namespace

outcome<std::string> first_file_difference(const fs::path& a, const fs::path& b) {
  const auto left = tree_of(a);
  if (!left) return left.failure();
  const auto right = tree_of(b);
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

release_store::release_store(fs::path directory, package_trust trust)
    : directory_(std::move(directory)), trust_(std::move(trust)) {
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
  return is_plain_name(id) && fs::is_directory(path_of(id), failed);
}

outcome<release_file> look(const release_source& source, const package_trust& trust) {
  if (is_package(source.path)) {
    const auto package = open_package(source.path, source.signature, trust);
    if (!package) return package.failure();
    release_file file;
    file.name = package->what.name;
    file.vsn = package->what.vsn;
    return file;
  }
  if (!trust.allow_unsigned) return nobody_vouches(source.path.string());
  const auto view = read_release(source.path);
  if (!view) return view.failure();
  return view->file;
}

outcome<void> release_store::prepare(const release_source& source, const fs::path& beside) const {
  if (!is_package(source.path)) {
    if (!trust_.allow_unsigned) return nobody_vouches(source.path.string());
    return copy_tree(source.path, beside);
  }
  const auto package = open_package(source.path, source.signature, trust_);
  if (!package) return package.failure();
  if (auto what = extract(package->bytes, beside, {}); !what) {
    return error{what.failure().code, source.path.string() + ": " + what.failure().text};
  }
  // What vouches for the files stays with them, so that each start can ask it again.
  const fs::path origin = beside / fs::path(origin_name);
  const fs::path kept = origin / package_name(package->what);
  if (auto made = port::make_private_dir(origin); !made) return made;
  if (auto written = port::write_file_atomic(kept, package->bytes); !written) return written;
  if (package->signature.empty()) return {};
  return port::write_file_atomic(signature_beside(kept), package->signature);
}

outcome<unpacked> release_store::unpack(const release_source& source, const library_check& check) {
  const auto given = look(source);
  if (!given) return given.failure();
  const std::string id = given->name + "-" + given->vsn;
  if (!is_plain_name(id)) {
    return error{"bad_name", "the release in " + source.path.string() + " is called `" + id +
                                 "`; a name and a version are made of letters, digits and _ - . + ~"};
  }
  const fs::path beside = directory_ / (std::string(preparing) + id);
  remove_quietly(beside);
  auto done = unpack_beside(source, id, beside, check);
  remove_quietly(beside);
  return done;
}

outcome<unpacked> release_store::unpack_beside(const release_source& source, const std::string& id,
                                               const fs::path& beside, const library_check& check) {
  if (auto prepared = prepare(source, beside); !prepared) return prepared.failure();
  // What was checked may have changed under the copy.
  const auto view = read_release(beside);
  if (!view) return error{view.failure().code, seen_in(source.path, beside, view.failure().text)};
  if (view->id() != id) {
    return error{"bad_name",
                 source.path.string() + " says that it is " + id + ", and holds " + view->id() + "; make it again"};
  }
  if (check) {
    if (auto good = check_libraries(*view, check); !good)
      return error{good.failure().code, seen_in(source.path, beside, good.failure().text)};
  }
  if (!has(id)) {
    if (auto published = port::publish_dir(beside, path_of(id)); !published) return published.failure();
    return unpacked{id, false};
  }
  const auto difference = first_file_difference(path_of(id), beside);
  if (!difference) return difference.failure();
  if (!difference->empty()) {
    return error{"existing_release", id + " is unpacked already with other files (" + *difference +
                                         "); give the release in " + source.path.string() +
                                         " another version, or `relup remove " + id + "` first"};
  }
  // The same files, perhaps vouched for by another signature now.
  std::error_code failed;
  const fs::path origin = beside / fs::path(origin_name);
  if (fs::exists(origin, failed)) {
    const fs::path former = path_of(id) / fs::path(origin_name);
    if (!fs::exists(former, failed)) {
      if (auto published = port::publish_dir(origin, former); !published) return published.failure();
      return unpacked{id, true};
    }
    const auto other = first_file_difference(former, origin);
    if (!other) return other.failure();
    // Exchanged: at no time are the files without what vouches for them.
    if (!other->empty()) {
      if (auto exchanged = port::exchange_dir(origin, former); !exchanged) return exchanged.failure();
    }
  }
  return unpacked{id, true};
}

outcome<release_view> release_store::open(std::string_view id) const {
  if (!has(id)) {
    return error{"no_such_release", "there is no release " + std::string(id) + " under " + directory_.string() +
                                        "; `relup which` lists them, `relup unpack DIR` adds one"};
  }
  const fs::path root = path_of(id);
  const fs::path package_path = root / fs::path(origin_name) / (std::string(id) + ".tar.zst");
  std::error_code failed;
  if (!fs::exists(package_path, failed)) {
    if (!trust_.allow_unsigned) return nobody_vouches(std::string(id));
    return read_release(root);
  }
  const auto package = open_package(package_path, {}, trust_);
  if (!package) return package.failure();
  if (auto same = verify_files(root, package->what); !same) return same.failure();
  auto view = read_release(root);
  if (!view) return view;
  for (auto& application : view->applications) {
    const auto library = application.library().lexically_relative(root).generic_string();
    const auto known = package->what.files.find(library);
    if (known == package->what.files.end())
      return error{"altered", application.library().string() + " is not of the package " + package_path.string()};
    application.library_sha256 = known->second.sha256;
  }
  return view;
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
