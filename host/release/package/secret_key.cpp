// Layout of a secret key's line: algorithm "Ed", kdf "Sc" or two zeros, checksum algorithm "B2", salt 32, operations and memory of
// scrypt (8 each, little-endian), then under the key stream: id 8, key 64, checksum 32.
#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "release/package/keys.hpp"
#include "release/package/lines.hpp"

namespace patchbay::release {
namespace {

constexpr std::size_t salt_at = 6;
constexpr std::size_t salt_size = crypto_pwhash_scryptsalsa208sha256_SALTBYTES;
constexpr std::size_t operations_at = salt_at + salt_size;
constexpr std::size_t memory_at = operations_at + 8;
constexpr std::size_t hidden_at = memory_at + 8;
constexpr std::size_t hidden_size = 8 + 64 + 32;
constexpr std::size_t whole_size = hidden_at + hidden_size;
// A key file must not make its reader allocate whatever it says.
constexpr std::uint64_t most_memory = std::uint64_t{4} << 30U;
constexpr std::uint64_t most_operations = std::uint64_t{1} << 32U;

using secret_bytes = std::vector<std::uint8_t>;

struct wiper {
  explicit wiper(secret_bytes& kept) : bytes(&kept) {}
  wiper(const wiper&) = delete;
  wiper& operator=(const wiper&) = delete;
  ~wiper() { sodium_memzero(bytes->data(), bytes->size()); }
  secret_bytes* bytes;
};

void put(secret_bytes& to, std::uint64_t number) {
  for (unsigned shift = 0; shift < 64; shift += 8) to.push_back(static_cast<std::uint8_t>(number >> shift));
}

std::uint64_t number_at(const secret_bytes& from, std::size_t at) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8U | from[at + i];
  return number;
}

std::array<std::uint8_t, 32> checksum(const secret_key& key) {
  std::array<std::uint8_t, 32> sum{};
  secret_bytes covered{'E', 'd'};
  const wiper wipe(covered);
  append(covered, key.id);
  append(covered, key.bytes);
  crypto_generichash(sum.data(), sum.size(), covered.data(), covered.size(), nullptr, 0);
  return sum;
}

/// An Ed25519 secret key is a seed and the public key that follows from it.
bool halves_agree(const secret_key& key) {
  secret_bytes derived(crypto_sign_ed25519_SECRETKEYBYTES);
  const wiper wipe(derived);
  std::array<std::uint8_t, 32> follows{};
  crypto_sign_ed25519_seed_keypair(follows.data(), derived.data(), key.bytes.data());
  return sodium_memcmp(follows.data(), key.bytes.data() + 32, follows.size()) == 0;
}

/// XORs scrypt's stream over the hidden part: hides it and shows it.
outcome<void> turn(secret_bytes& line, std::string_view password) {
  secret_bytes stream(hidden_size);
  const wiper wipe(stream);
  if (crypto_pwhash_scryptsalsa208sha256(stream.data(), stream.size(), password.data(), password.size(),
                                         line.data() + salt_at, number_at(line, operations_at),
                                         number_at(line, memory_at)) != 0) {
    return error{"no_memory", "scrypt needs " + std::to_string(number_at(line, memory_at) >> 20U) +
                                  " MiB of memory for the key's password, which are not there; free some, or make a "
                                  "key without a password"};
  }
  for (std::size_t i = 0; i < hidden_size; ++i) line[hidden_at + i] ^= stream[i];
  return {};
}

outcome<secret_bytes> line_of(std::string_view text) {
  const auto lines = lines_of(text);
  auto line = lines.size() < 2 ? std::nullopt : from_base64(lines[1], whole_size);
  const bool known = line && std::equal(line->begin(), line->begin() + 2, "Ed") &&
                     std::equal(line->begin() + 4, line->begin() + 6, "B2");
  const bool plain = known && (*line)[2] == 0 && (*line)[3] == 0;
  const bool scrypt = known && std::equal(line->begin() + 2, line->begin() + 4, "Sc");
  if (!plain && !scrypt) {
    return error{"bad_key", "this is no secret key of minisign's format; `relup keygen` and `minisign -G` write one"};
  }
  if (scrypt && (number_at(*line, memory_at) > most_memory || number_at(*line, operations_at) > most_operations)) {
    return error{"bad_key",
                 "the secret key asks for more than 4 GiB of memory or 2^32 operations to be read; make a "
                 "key with less"};
  }
  return std::move(*line);
}

}  // namespace

secret_key::~secret_key() { sodium_memzero(bytes.data(), bytes.size()); }

public_key secret_key::to_public() const {
  public_key key;
  key.id = id;
  crypto_sign_ed25519_sk_to_pk(key.bytes.data(), bytes.data());
  return key;
}

secret_key generate_key() {
  // Does nothing the second time.
  if (sodium_init() < 0) std::abort();
  secret_key key;
  std::array<std::uint8_t, 32> unused{};
  randombytes_buf(key.id.data(), key.id.size());
  crypto_sign_ed25519_keypair(unused.data(), key.bytes.data());
  return key;
}

outcome<std::string> secret_key_file(const secret_key& key, std::string_view password, password_cost cost) {
  const bool hides = !password.empty();
  secret_bytes line{'E', 'd'};
  line.reserve(whole_size);
  const wiper wipe(line);
  append(line, bytes_of(hides ? std::string_view("Sc") : std::string_view("\0\0", 2)));
  append(line, bytes_of("B2"));
  std::array<std::uint8_t, salt_size> salt{};
  if (hides) randombytes_buf(salt.data(), salt.size());
  append(line, salt);
  put(line, hides ? cost.operations : 0);
  put(line, hides ? cost.memory : 0);
  append(line, key.id);
  append(line, key.bytes);
  append(line, checksum(key));
  if (hides) {
    if (auto hidden = turn(line, password); !hidden) return hidden.failure();
  }
  return std::string(hides ? "untrusted comment: minisign encrypted secret key\n"
                           : "untrusted comment: minisign secret key without a password\n") +
         base64(line) + "\n";
}

outcome<bool> needs_password(std::string_view text) {
  const auto line = line_of(text);
  if (!line) return line.failure();
  return (*line)[2] != 0;
}

outcome<secret_key> parse_secret_key(std::string_view text, std::string_view password) {
  auto line = line_of(text);
  if (!line) return line.failure();
  const wiper wipe(*line);
  const bool hidden = (*line)[2] != 0;
  if (hidden) {
    if (auto shown = turn(*line, password); !shown) return shown.failure();
  }
  secret_key key;
  const auto begin = line->begin() + static_cast<std::ptrdiff_t>(hidden_at);
  std::copy_n(begin, key.id.size(), key.id.begin());
  std::copy_n(begin + 8, key.bytes.size(), key.bytes.begin());
  const auto sum = checksum(key);
  const std::uint8_t* kept_sum = line->data() + hidden_at + 72;
  if (sodium_memcmp(sum.data(), kept_sum, sum.size()) == 0) return key;
  // minisign 0.11 leaves it out of keys without a password; their public half tells as much.
  if (!hidden && sodium_is_zero(kept_sum, sum.size()) == 1 && halves_agree(key)) return key;
  if (hidden) return error{"wrong_password", "the password does not open the secret key"};
  return error{"bad_key", "the secret key is damaged: its checksum is another one; take it from a copy"};
}

}  // namespace patchbay::release
