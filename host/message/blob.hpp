#pragma once
// The binary form of one value with all that is needed to know it again, and to know that it is whole: how states and messages
// pass between versions, hosts and restarts.
//
//   offset  size  (all integers little-endian)
//        0     8  magic "PATCHBLB"
//        8     2  format version, 1
//       10     2  length N of the type's name, 1 to 1024
//       12     4  type version
//       16     8  schema fingerprint
//       24     8  length P of the payload
//       32     N  type name
//     32+N     P  payload
//   32+N+P     8  checksum: FNV-1a 64 of all before it
#include <cstdint>
#include <string>
#include <string_view>

#include "port/outcome.hpp"

namespace patchbay::message {

/// What a blob holds; the payload is beside it.
struct blob_header {
  std::string type_name;
  std::uint32_t type_version = 0;
  std::uint64_t fingerprint = 0;  ///< of the schema by which the payload was encoded
  bool operator==(const blob_header&) const = default;
};

/// A blob as read. `payload` points into the bytes that were given to the reader.
struct blob {
  blob_header header;
  std::string_view payload;
};

constexpr std::uint64_t max_blob_payload = 1ull << 30;

/// Errors: bad_name (empty or longer than 1024 bytes), too_long (payload above max_blob_payload).
outcome<std::string> write_blob(const blob_header& header, std::string_view payload);

/// Reads a blob that must fill `bytes` exactly. Errors, each its own code: bad_magic, bad_format (a later format), bad_name, too_long (a
/// length above max_blob_payload), truncated, trailing_bytes, checksum.
outcome<blob> read_blob(std::string_view bytes);
/// As above, and it must hold just this. Further errors: wrong_type, wrong_version, fingerprint.
outcome<blob> read_blob(std::string_view bytes, const blob_header& expected);

}  // namespace patchbay::message
