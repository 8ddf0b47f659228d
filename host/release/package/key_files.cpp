#include <algorithm>

#include "port/files.hpp"
#include "port/text.hpp"
#include "release/package/keys.hpp"
#include "release/package/lines.hpp"

namespace patchbay::release {
namespace {

constexpr std::size_t public_size = 2 + 8 + 32;
constexpr std::size_t largest_file = std::size_t{64} << 10U;

}  // namespace

std::string to_text(const key_id& id) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  // minisign shows the little-endian number, without zeros at its front.
  for (auto byte = id.rbegin(); byte != id.rend(); ++byte) {
    text += digits[*byte >> 4U];
    text += digits[*byte & 15U];
  }
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
  return text;
}

std::string to_text(const public_key& key) {
  std::vector<std::uint8_t> bytes{'E', 'd'};
  append(bytes, key.id);
  append(bytes, key.bytes);
  return base64(bytes);
}

outcome<public_key> parse_public_key(std::string_view line) {
  const auto bytes = from_base64(line, public_size);
  if (!bytes || (*bytes)[0] != 'E' || (*bytes)[1] != 'd') {
    return error{"bad_key", "`" + port::shortened(line) +
                                "` is no public key; it is the second line of NAME.pub, 56 letters that begin with RW"};
  }
  public_key key;
  std::copy_n(bytes->begin() + 2, key.id.size(), key.id.begin());
  std::copy_n(bytes->begin() + 10, key.bytes.size(), key.bytes.begin());
  return key;
}

outcome<public_key> read_public_key(const std::filesystem::path& file) {
  const auto text = port::read_file(file, largest_file);
  if (!text) return text.failure();
  const auto lines = lines_of(*text);
  auto key = parse_public_key(lines.empty() ? std::string_view() : lines.size() == 1 ? lines[0] : lines[1]);
  if (!key) return error{"bad_key", file.string() + ": " + key.failure().text};
  return key;
}

std::string public_key_file(const public_key& key) {
  return "untrusted comment: minisign public key " + to_text(key.id) + "\n" + to_text(key) + "\n";
}

}  // namespace patchbay::release
