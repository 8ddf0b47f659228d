#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>
// after windows.h
#include <psapi.h>

#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "port/dylib.hpp"

namespace patchbay::port {
namespace {

std::string loader_words(DWORD code) {
  char text[512];
  const DWORD size = FormatMessageA(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, code, 0, text,
                                    sizeof text, nullptr);
  return size != 0 ? std::string(text, size) : "error " + std::to_string(code);
}

HMODULE as_module(void* handle) { return static_cast<HMODULE>(handle); }

address_range range_of(HMODULE module) {
  MODULEINFO info{};
  if (!K32GetModuleInformation(GetCurrentProcess(), module, &info, sizeof info)) return {};
  const auto begin = std::bit_cast<std::uintptr_t>(info.lpBaseOfDll);
  return {begin, begin + info.SizeOfImage};
}

}  // namespace

dylib::dylib(dylib&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), range_(other.range_) {}

dylib& dylib::operator=(dylib&& other) noexcept {
  if (this != &other) {
    if (handle_ != nullptr) FreeLibrary(as_module(handle_));
    handle_ = std::exchange(other.handle_, nullptr);
    range_ = other.range_;
  }
  return *this;
}

dylib::~dylib() {
  if (handle_ != nullptr) FreeLibrary(as_module(handle_));
}

outcome<dylib> dylib::open(const std::filesystem::path& file) {
  dylib library;
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(file, ignored);
  library.handle_ = LoadLibraryExW(absolute.c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (library.handle_ == nullptr) return error{"dlopen_failed", file.string() + ": " + loader_words(GetLastError())};
  library.range_ = range_of(as_module(library.handle_));
  return library;
}

void* dylib::find(const char* symbol) const noexcept {
  return std::bit_cast<void*>(GetProcAddress(as_module(handle_), symbol));
}

outcome<void> dylib::close() {
  if (handle_ == nullptr) return error{"dlclose_failed", "the library was closed before"};
  if (!FreeLibrary(as_module(std::exchange(handle_, nullptr)))) {
    return error{"dlclose_failed", loader_words(GetLastError())};
  }
  return {};
}

bool in_loader_list(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(file, ignored);
  std::vector<HMODULE> modules(256);
  DWORD bytes = 0;
  for (;;) {
    const auto room = static_cast<DWORD>(modules.size() * sizeof(HMODULE));
    if (!K32EnumProcessModules(GetCurrentProcess(), modules.data(), room, &bytes)) return false;
    if (bytes <= room) break;
    modules.resize(bytes / sizeof(HMODULE) + 16);
  }
  modules.resize(bytes / sizeof(HMODULE));
  for (const HMODULE module : modules) {
    std::wstring name(32768, L'\0');
    name.resize(GetModuleFileNameW(module, name.data(), static_cast<DWORD>(name.size())));
    if (std::filesystem::path(name) == absolute) return true;
  }
  return false;
}

bool still_loaded(const std::filesystem::path& file) {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(file, ignored);
  HMODULE module = nullptr;
  return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, absolute.c_str(), &module) != 0;
}

}  // namespace patchbay::port
