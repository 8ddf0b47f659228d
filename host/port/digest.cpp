#include "port/digest.hpp"

#include <sodium.h>

#include <array>
#include <cerrno>
#include <fstream>

#include "port/system_error.hpp"

namespace patchbay::port {

struct sha256::state {
  crypto_hash_sha256_state sum;
};

sha256::sha256() : state_(std::make_unique<state>()) { crypto_hash_sha256_init(&state_->sum); }
sha256::~sha256() = default;

void sha256::add(std::string_view bytes) {
  crypto_hash_sha256_update(&state_->sum, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

std::string sha256::finish() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> sum{};
  crypto_hash_sha256_final(&state_->sum, sum.data());
  std::string text(2 * sum.size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), sum.data(), sum.size());
  text.pop_back();  // its NUL
  return text;
}

std::string sha256_hex(std::string_view bytes) {
  sha256 sum;
  sum.add(bytes);
  return sum.finish();
}

outcome<std::string> sha256_of(const std::filesystem::path& file) {
  std::error_code failed;
  // A fifo would be waited for.
  if (!std::filesystem::is_regular_file(file, failed))
    return error{"io", "cannot read " + file.string() + ": it is not a regular file"};
  std::ifstream in(file, std::ios::binary);
  sha256 sum;
  std::array<char, 64 * 1024> buffer{};
  while (in) {
    in.read(buffer.data(), buffer.size());
    sum.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
  }
  if (!in.eof()) return io_error("cannot read " + file.string(), errno);
  return sum.finish();
}

}  // namespace patchbay::port
