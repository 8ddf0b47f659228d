#include "port/durable_dir.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

#include "port/descriptor.hpp"
#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

namespace fs = std::filesystem;

outcome<void> sync(const fs::path& path) {
  const descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd || ::fsync(fd.get()) != 0) return io_error("cannot sync " + path.string(), errno);
  return {};
}

outcome<void> sync_tree(const fs::path& prepared) {
  std::error_code failed;
  for (fs::recursive_directory_iterator it(prepared, failed), end; !failed && it != end; it.increment(failed)) {
    if (auto done = sync(it->path()); !done) return done;
  }
  if (failed) return io_error("cannot read " + prepared.string(), failed.value());
  return sync(prepared);
}

outcome<void> sync_parent(const fs::path& of) { return sync(of.has_parent_path() ? of.parent_path() : fs::path(".")); }

}  // namespace

outcome<void> publish_dir(const fs::path& prepared, const fs::path& final) {
  if (auto done = sync_tree(prepared); !done) return done;
  if (::rename(prepared.c_str(), final.c_str()) != 0) {
    return io_error("cannot rename " + prepared.string() + " to " + final.string(), errno);
  }
  return sync_parent(final);
}

outcome<void> exchange_dir(const fs::path& prepared, const fs::path& final) {
  if (auto done = sync_tree(prepared); !done) return done;
  if (::renameat2(AT_FDCWD, prepared.c_str(), AT_FDCWD, final.c_str(), RENAME_EXCHANGE) != 0) {
    return io_error("cannot exchange " + prepared.string() + " and " + final.string(), errno);
  }
  return sync_parent(final);
}

}  // namespace patchbay::port
