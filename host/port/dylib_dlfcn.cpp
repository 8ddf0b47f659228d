#include <dlfcn.h>
#include <link.h>

#include <algorithm>
#include <utility>

#include "port/dylib.hpp"

namespace patchbay::port {
namespace {

address_range range_of(const dl_phdr_info& object) {
  address_range range{UINTPTR_MAX, 0};
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto& segment = object.dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = object.dlpi_addr + segment.p_vaddr;
    range.begin = std::min(range.begin, begin);
    range.end = std::max<std::uintptr_t>(range.end, begin + segment.p_memsz);
  }
  if (range.begin >= range.end) return {};
  constexpr std::uintptr_t page = 4096;
  return {range.begin & ~(page - 1), (range.end + page - 1) & ~(page - 1)};
}

std::string loader_words() {
  const char* words = dlerror();
  return words != nullptr ? words : "the loader gave no reason";
}

/// dlopen looks names without a slash up in system directories: always hand it a path.
std::string loader_path(const std::filesystem::path& file) {
  std::error_code ignored;
  auto absolute = std::filesystem::absolute(file, ignored);
  return ignored ? "./" + file.string() : absolute.string();
}

address_range range_of(void* handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || map == nullptr) return {};
  struct search {
    const link_map* map;
    address_range found;
  } wanted{map, {}};
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* context) {
        auto& look = *static_cast<search*>(context);
        if (object->dlpi_addr != look.map->l_addr || std::string_view(object->dlpi_name) != look.map->l_name) return 0;
        look.found = range_of(*object);
        return 1;
      },
      &wanted);
  return wanted.found;
}

}  // namespace

dylib::dylib(dylib&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), range_(other.range_) {}

dylib& dylib::operator=(dylib&& other) noexcept {
  if (this != &other) {
    if (handle_ != nullptr) dlclose(handle_);
    handle_ = std::exchange(other.handle_, nullptr);
    range_ = other.range_;
  }
  return *this;
}

dylib::~dylib() {
  if (handle_ != nullptr) dlclose(handle_);
}

outcome<dylib> dylib::open(const std::filesystem::path& file) {
  dylib library;
  library.handle_ = dlopen(loader_path(file).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library.handle_ == nullptr) return error{"dlopen_failed", file.string() + ": " + loader_words()};
  library.range_ = range_of(library.handle_);
  if (library.range_.size() == 0)
    return error{"dlopen_failed", file.string() + ": loaded, but not in the loader's list"};
  return library;
}

void* dylib::find(const char* symbol) const noexcept { return dlsym(handle_, symbol); }

outcome<void> dylib::close() {
  if (handle_ == nullptr) return error{"dlclose_failed", "the library was closed before"};
  if (dlclose(std::exchange(handle_, nullptr)) != 0) return error{"dlclose_failed", loader_words()};
  return {};
}

bool in_loader_list(const std::filesystem::path& file) {
  struct search {
    std::string path;
    bool found;
  } wanted{loader_path(file), false};
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* context) {
        auto& look = *static_cast<search*>(context);
        look.found = look.found || object->dlpi_name == look.path;
        return look.found ? 1 : 0;
      },
      &wanted);
  return wanted.found;
}

bool still_loaded(const std::filesystem::path& file) {
  void* handle = dlopen(loader_path(file).c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  if (handle == nullptr) return false;
  dlclose(handle);
  return true;
}

}  // namespace patchbay::port
