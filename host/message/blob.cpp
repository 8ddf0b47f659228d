#include "message/blob.hpp"

#include "message/fingerprint.hpp"
#include "message/little_endian.hpp"

namespace patchbay::message {
namespace {

constexpr std::string_view magic = "PATCHBLB";
constexpr std::uint16_t format = 1;
constexpr std::size_t max_name = 1024;
constexpr std::size_t header_size = 32;
constexpr std::size_t checksum_size = 8;

std::string count(std::uint64_t n) { return std::to_string(n) + " bytes"; }

}  // namespace

outcome<std::string> write_blob(const blob_header& header, std::string_view payload) {
  if (header.type_name.empty() || header.type_name.size() > max_name)
    return error{"bad_name", "a type's name of " + count(header.type_name.size()) + "; a blob holds 1 to 1024"};
  if (payload.size() > max_blob_payload)
    return error{"too_long",
                 header.type_name + " takes " + count(payload.size()) + "; a blob holds " + count(max_blob_payload)};
  std::string out;
  out.reserve(header_size + header.type_name.size() + payload.size() + checksum_size);
  out += magic;
  put_little(out, format);
  put_little(out, static_cast<std::uint16_t>(header.type_name.size()));
  put_little(out, header.type_version);
  put_little(out, header.fingerprint);
  put_little(out, static_cast<std::uint64_t>(payload.size()));
  out += header.type_name;
  out += payload;
  put_little(out, fnv1a_64(out));
  return out;
}

outcome<blob> read_blob(std::string_view bytes) {
  if (bytes.substr(0, magic.size()) != magic.substr(0, bytes.size()))
    return error{"bad_magic", "these " + count(bytes.size()) + " are no blob: they do not begin with PATCHBLB"};
  if (bytes.size() < header_size)
    return error{"truncated", "a blob's header takes 32 bytes, here are " + std::to_string(bytes.size())};
  if (const auto given = get_little<std::uint16_t>(bytes.substr(8)); given != format)
    return error{"bad_format", "a blob of format " + std::to_string(given) + "; this host reads format 1"};
  const std::size_t name_size = get_little<std::uint16_t>(bytes.substr(10));
  if (name_size == 0 || name_size > max_name)
    return error{"bad_name", "a blob whose type's name takes " + count(name_size) + "; 1 to 1024 are possible"};
  const auto payload_size = get_little<std::uint64_t>(bytes.substr(24));
  if (payload_size > max_blob_payload)
    return error{"too_long", "a blob that claims a payload of " + count(payload_size) + "; at most " +
                                 count(max_blob_payload) + " are read"};
  const std::size_t checked = header_size + name_size + static_cast<std::size_t>(payload_size);
  if (bytes.size() < checked + checksum_size)
    return error{"truncated", "a blob of " + count(checked + checksum_size) + " of which " +
                                  std::to_string(bytes.size()) + " are here"};
  if (bytes.size() > checked + checksum_size)
    return error{"trailing_bytes", std::to_string(bytes.size() - checked - checksum_size) + " bytes behind a blob of " +
                                       count(checked + checksum_size)};
  if (get_little<std::uint64_t>(bytes.substr(checked)) != fnv1a_64(bytes.substr(0, checked)))
    return error{"checksum", "a blob of " + count(bytes.size()) + " was damaged: its checksum does not match"};
  blob out;
  out.header.type_name = bytes.substr(header_size, name_size);
  out.header.type_version = get_little<std::uint32_t>(bytes.substr(12));
  out.header.fingerprint = get_little<std::uint64_t>(bytes.substr(16));
  out.payload = bytes.substr(header_size + name_size, static_cast<std::size_t>(payload_size));
  return out;
}

outcome<blob> read_blob(std::string_view bytes, const blob_header& expected) {
  auto read = read_blob(bytes);
  if (!read) return read;
  const auto& header = read->header;
  if (header.type_name != expected.type_name)
    return error{"wrong_type", "a blob of " + header.type_name + " where " + expected.type_name + " was expected"};
  if (header.type_version != expected.type_version)
    return error{"wrong_version", "a blob of " + header.type_name + " version " + std::to_string(header.type_version) +
                                      " where version " + std::to_string(expected.type_version) + " was expected"};
  if (header.fingerprint != expected.fingerprint)
    return error{"fingerprint", "a blob of " + header.type_name + " version " + std::to_string(header.type_version) +
                                    " was written with another schema than this host has for it"};
  return read;
}

}  // namespace patchbay::message
