#include "release/package/package_file.hpp"

#include <system_error>

#include "port/files.hpp"
#include "release/package/signature.hpp"
#include "release/package/unpack.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".tar.zst";
constexpr std::size_t largest_signature = std::size_t{64} << 10U;

error at(const fs::path& file, const error& failure) { return {failure.code, file.string() + ": " + failure.text}; }

/// True: a trusted key vouches for it.
outcome<bool> check(const package_file& package, const fs::path& file, const package_trust& trust) {
  if (package.signature.empty()) {
    if (trust.allow_unsigned) return false;
    return error{"unsigned", file.string() + " is not signed: there is no " + signature_beside(file).string() +
                                 "; `relup sign` makes one, --allow-unsigned runs it all the same"};
  }
  const auto made = parse_signature(package.signature);
  if (!made) return at(signature_beside(file), made.failure());
  const auto by = verify(package.bytes, *made, trust.keys);
  if (by) return true;
  if (trust.allow_unsigned && by.failure().code == "untrusted") return false;
  return at(file, by.failure());
}

}  // namespace

outcome<package_trust> trust_of(const std::vector<std::string>& lines, bool allow_unsigned) {
  package_trust trust{.keys = {}, .allow_unsigned = allow_unsigned};
  for (const auto& line : lines) {
    const auto key = parse_public_key(line);
    if (!key) return error{"bad_key", "trusted_keys of patchbay.toml: " + key.failure().text};
    trust.keys.push_back(*key);
  }
  return trust;
}

bool is_package_name(const fs::path& file) { return file.filename().string().ends_with(ending); }

fs::path package_name(const manifest& of) { return of.id() + std::string(ending); }

outcome<package_file> open_package(const fs::path& file, const fs::path& signature, const package_trust& trust,
                                   const package_limits& limits) {
  package_file package;
  auto bytes = port::read_file(file, limits.package);
  if (!bytes) return bytes.failure();
  package.bytes = std::move(*bytes);
  std::error_code failed;
  const fs::path beside = signature.empty() ? signature_beside(file) : signature;
  if (!signature.empty() || fs::exists(beside, failed)) {
    auto text = port::read_file(beside, largest_signature);
    if (!text) return text.failure();
    package.signature = std::move(*text);
    if (package.signature.empty()) return error{"bad_signature", beside.string() + " is empty"};
  }
  const auto trusted = check(package, file, trust);
  if (!trusted) return trusted.failure();
  package.trusted = *trusted;
  auto what = read_manifest(package.bytes, limits);
  if (!what) return at(file, what.failure());
  package.what = std::move(*what);
  if (file.filename() == package_name(package.what)) return package;
  return error{"wrong_name", file.string() + " holds " + package.what.id() +
                                 "; a package is called as what it holds, " + package_name(package.what).string()};
}

}  // namespace patchbay::release
