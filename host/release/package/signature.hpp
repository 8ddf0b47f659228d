#pragma once
// Detached signatures in minisign's format.
//
//   untrusted comment: anything
//   base64 of: "ED" (over the file's BLAKE2b-512) or the older "Ed" (over the file), the key's id 8, Ed25519's signature 64
//   trusted comment: anything
//   base64 of: the signature of (those 64 bytes, trusted comment)
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "port/outcome.hpp"
#include "release/package/keys.hpp"

namespace patchbay::release {

struct signature {
  bool prehashed = true;  ///< "ED"
  key_id id{};            ///< of the key that is said to have made it
  std::array<std::uint8_t, 64> bytes{};
  std::string trusted_comment;
  std::array<std::uint8_t, 64> global{};  ///< covers the comment
};

/// A comment that this program and minisign read again: no control character but tab, at most 8173 bytes (8192 are minisign's for the whole
/// line and its end). Errors: badarg.
outcome<void> check_comment(std::string_view trusted_comment);

/// A prehashed signature of these bytes. REQUIRES: check_comment.
signature sign(std::string_view signed_bytes, const secret_key& key, std::string trusted_comment);
/// A `.minisig` file's text.
std::string to_text(const signature& made);

/// Errors: bad_signature (not of the format).
outcome<signature> parse_signature(std::string_view text);
/// Errors: untrusted (made by another key), altered (the bytes or the trusted comment are not those that were signed).
outcome<void> verify(std::string_view signed_bytes, const signature& made, const public_key& key);
/// By the key of these that the signature names. Errors: those of the other.
outcome<public_key> verify(std::string_view signed_bytes, const signature& made, std::span<const public_key> trusted);

/// `FILE.minisig`
std::filesystem::path signature_beside(const std::filesystem::path& file);

}  // namespace patchbay::release
