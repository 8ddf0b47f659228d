#pragma once
// Keys in minisign's format (https://jedisct1.github.io/minisign/): files of either program serve the other.
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "port/outcome.hpp"

namespace patchbay::release {

/// Tells which key made a signature; random, and no proof of anything.
using key_id = std::array<std::uint8_t, 8>;
/// As minisign writes it: `E7620F1842B4E81F`.
std::string to_text(const key_id& id);

struct public_key {
  key_id id{};
  std::array<std::uint8_t, 32> bytes{};
  bool operator==(const public_key&) const = default;
};

/// The one line that patchbay.toml and a key file hold: `RWQf6LRCGA9i5…`.
std::string to_text(const public_key& key);
/// Errors: bad_key.
outcome<public_key> parse_public_key(std::string_view line);
/// The file `NAME.pub`. Errors: io, bad_key.
outcome<public_key> read_public_key(const std::filesystem::path& file);
/// A file's text: a comment and the key.
std::string public_key_file(const public_key& key);

/// Wiped from memory when it goes.
struct secret_key {
  key_id id{};
  std::array<std::uint8_t, 64> bytes{};
  secret_key() = default;
  secret_key(const secret_key&) = default;
  secret_key& operator=(const secret_key&) = default;
  ~secret_key();
  [[nodiscard]] public_key to_public() const;
};
secret_key generate_key();

/// How much work and memory a guess of a password costs; the defaults are minisign's (some seconds and 1 GiB).
struct password_cost {
  std::uint64_t operations = 33554432;
  std::uint64_t memory = 1073741824;
};
/// A file's text, protected by scrypt; by nothing where the password is empty, as `minisign -W` does. Errors: no_memory.
outcome<std::string> secret_key_file(const secret_key& key, std::string_view password, password_cost cost = {});
/// True where the text of a key file says that a password protects it. Errors: bad_key.
outcome<bool> needs_password(std::string_view text);
/// Errors: bad_key, wrong_password, no_memory.
outcome<secret_key> parse_secret_key(std::string_view text, std::string_view password);

}  // namespace patchbay::release
