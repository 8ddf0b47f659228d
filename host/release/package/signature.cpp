#include "release/package/signature.hpp"

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "port/text.hpp"
#include "release/package/lines.hpp"

namespace patchbay::release {
namespace {

constexpr std::string_view untrusted_prefix = "untrusted comment: ";
constexpr std::string_view trusted_prefix = "trusted comment: ";
constexpr std::size_t longest_comment = 8192 - trusted_prefix.size() - 2;  // its newline, and C's NUL
constexpr std::size_t line_size = 2 + 8 + 64;

using digest = std::array<std::uint8_t, crypto_generichash_BYTES_MAX>;

digest hash(std::string_view bytes) {
  digest sum{};
  crypto_generichash(sum.data(), sum.size(), bytes_of(bytes).data(), bytes.size(), nullptr, 0);
  return sum;
}

std::vector<std::uint8_t> covered_by_global(const signature& made) {
  std::vector<std::uint8_t> covered(made.bytes.begin(), made.bytes.end());
  append(covered, bytes_of(made.trusted_comment));
  return covered;
}

bool holds(const std::array<std::uint8_t, 64>& made, std::span<const std::uint8_t> over, const public_key& key) {
  return crypto_sign_ed25519_verify_detached(made.data(), over.data(), over.size(), key.bytes.data()) == 0;
}

error not_the_format(const char* what) {
  return {"bad_signature", std::string("this is no signature of minisign's format: ") + what +
                               "; `relup sign` and `minisign -S` write one"};
}

}  // namespace

outcome<void> check_comment(std::string_view trusted_comment) {
  const auto control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; };
  if (std::any_of(trusted_comment.begin(), trusted_comment.end(), control)) {
    return error{"badarg", "the trusted comment `" + port::shortened(trusted_comment) +
                               "` has a control character; it is one line of text, and --comment gives another one"};
  }
  if (trusted_comment.size() > longest_comment) {
    return error{"badarg", "the trusted comment has " + std::to_string(trusted_comment.size()) +
                               " bytes, and a signature's may have " + std::to_string(longest_comment) +
                               "; --comment gives another one"};
  }
  return {};
}

signature sign(std::string_view signed_bytes, const secret_key& key, std::string trusted_comment) {
  signature made;
  made.id = key.id;
  made.trusted_comment = std::move(trusted_comment);
  const auto sum = hash(signed_bytes);
  crypto_sign_ed25519_detached(made.bytes.data(), nullptr, sum.data(), sum.size(), key.bytes.data());
  const auto covered = covered_by_global(made);
  crypto_sign_ed25519_detached(made.global.data(), nullptr, covered.data(), covered.size(), key.bytes.data());
  return made;
}

std::string to_text(const signature& made) {
  std::vector<std::uint8_t> line{'E', static_cast<std::uint8_t>(made.prehashed ? 'D' : 'd')};
  append(line, made.id);
  append(line, made.bytes);
  std::string text(untrusted_prefix);
  text += "signature of relup's secret key\n" + base64(line) + "\n";
  text += trusted_prefix;
  text += made.trusted_comment + "\n" + base64(made.global) + "\n";
  return text;
}

outcome<signature> parse_signature(std::string_view text) {
  const auto lines = lines_of(text);
  if (lines.size() != 4) return not_the_format("it has not four lines");
  if (!lines[0].starts_with(untrusted_prefix)) return not_the_format("line 1 is no untrusted comment");
  if (!lines[2].starts_with(trusted_prefix)) return not_the_format("line 3 is no trusted comment");
  const auto line = from_base64(lines[1], line_size);
  if (!line || (*line)[0] != 'E' || ((*line)[1] != 'D' && (*line)[1] != 'd'))
    return not_the_format("line 2 holds no Ed25519 signature");
  const auto global = from_base64(lines[3], 64);
  if (!global) return not_the_format("line 4 holds no signature");
  signature made;
  made.prehashed = (*line)[1] == 'D';
  std::copy_n(line->begin() + 2, made.id.size(), made.id.begin());
  std::copy_n(line->begin() + 10, made.bytes.size(), made.bytes.begin());
  made.trusted_comment = lines[2].substr(trusted_prefix.size());
  std::copy_n(global->begin(), made.global.size(), made.global.begin());
  return made;
}

outcome<void> verify(std::string_view signed_bytes, const signature& made, const public_key& key) {
  if (made.id != key.id) {
    return error{"untrusted",
                 "it is signed by key " + to_text(made.id) + ", and the key that counts is " + to_text(key.id)};
  }
  const digest sum = made.prehashed ? hash(signed_bytes) : digest{};
  if (!holds(made.bytes, made.prehashed ? std::span<const std::uint8_t>(sum) : bytes_of(signed_bytes), key)) {
    return error{"altered",
                 "it is not what key " + to_text(key.id) + " signed; take file and signature from one place"};
  }
  if (!holds(made.global, covered_by_global(made), key)) {
    return error{"altered", "the signature's trusted comment is not what key " + to_text(key.id) +
                                " signed; take the signature from where the file came from"};
  }
  return {};
}

outcome<public_key> verify(std::string_view signed_bytes, const signature& made, std::span<const public_key> trusted) {
  error failure{"untrusted", "it is signed by key " + to_text(made.id) +
                                 ", which is none of trusted_keys in the configuration (patchbay.toml of the data "
                                 "directory, or what --config names); add the key there if you trust it"};
  // Ids are no proof: two keys may bear one.
  for (const auto& key : trusted) {
    if (key.id != made.id) continue;
    auto checked = verify(signed_bytes, made, key);
    if (checked) return key;
    failure = checked.failure();
  }
  return failure;
}

std::filesystem::path signature_beside(const std::filesystem::path& file) { return file.string() + ".minisig"; }

}  // namespace patchbay::release
