#pragma once
// What a fuzzer gives, as the readers take it.
#include <fcntl.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

namespace patchbay::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// A file of this process alone, for readers that take a path. In memory where the system has such a place.
class file_input {
 public:
  explicit file_input(const std::string& name) {
    const std::filesystem::path shared = "/dev/shm";
    std::error_code none;
    std::string pattern =
        ((std::filesystem::is_directory(shared, none) ? shared : std::filesystem::temp_directory_path()) /
         "patchbay-fuzz-XXXXXX")
            .string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    directory_ = pattern;
    path_ = directory_ / name;
  }
  ~file_input() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  file_input(const file_input&) = delete;
  file_input& operator=(const file_input&) = delete;

  const std::filesystem::path& with(std::string_view bytes) const {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || ::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) std::abort();
    ::close(file);
    return path_;
  }

 private:
  std::filesystem::path directory_;
  std::filesystem::path path_;
};

/// What must hold for every input.
inline void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace patchbay::fuzz
