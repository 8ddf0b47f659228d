#pragma once
// SHA-256, as manifests hold it.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "port/outcome.hpp"

namespace patchbay::port {

/// Bytes that come piece by piece.
class sha256 {
 public:
  sha256();
  ~sha256();
  sha256(const sha256&) = delete;
  sha256& operator=(const sha256&) = delete;
  void add(std::string_view bytes);
  /// 64 hexadecimal digits, small. REQUIRES: called once, at the end.
  [[nodiscard]] std::string finish();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Of bytes that are all there.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// Of a regular file. Errors: io.
outcome<std::string> sha256_of(const std::filesystem::path& file);

}  // namespace patchbay::port
