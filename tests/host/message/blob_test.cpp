#include "message/blob.hpp"

#include <gtest/gtest.h>

#include "message/fingerprint.hpp"
#include "message/little_endian.hpp"

namespace patchbay::message {
namespace {

const blob_header header = {"counter", 2, 0xfeedULL};

std::string code_of(const outcome<blob>& read) { return read.ok() ? "ok" : read.failure().code; }

std::string written() {
  auto bytes = write_blob(header, "payload");
  EXPECT_TRUE(bytes.ok());
  return bytes.ok() ? *bytes : std::string();
}

std::string with_payload_size(std::uint64_t size) {
  std::string field;
  put_little(field, size);
  auto bytes = written();
  return bytes.replace(24, 8, field);
}

TEST(blob, holds_what_was_written) {
  const auto bytes = written();
  const auto read = read_blob(bytes, header);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->header, header);
  EXPECT_EQ(read->payload, "payload");
}

TEST(blob, has_the_documented_form) {
  std::string expected("PATCHBLB\1\0\7\0\2\0\0\0\xed\xfe\0\0\0\0\0\0\7\0\0\0\0\0\0\0counterpayload", 46);
  put_little(expected, fnv1a_64(expected));
  EXPECT_EQ(written(), expected);
}

TEST(blob, tells_each_damage_by_its_own_code) {
  auto bytes = written();
  EXPECT_EQ(code_of(read_blob("")), "truncated");
  EXPECT_EQ(code_of(read_blob("PATCH")), "truncated");
  EXPECT_EQ(code_of(read_blob("{}")), "bad_magic");
  EXPECT_EQ(code_of(read_blob(bytes.substr(0, bytes.size() - 1))), "truncated");
  EXPECT_EQ(code_of(read_blob(bytes + "x")), "trailing_bytes");
  EXPECT_EQ(code_of(read_blob(with_payload_size(1ull << 40))), "too_long");
  EXPECT_EQ(code_of(read_blob(with_payload_size(UINT64_MAX))), "too_long");
  EXPECT_EQ(code_of(read_blob(with_payload_size(1'000'000'000))), "truncated");
  bytes[40] ^= 1;
  EXPECT_EQ(code_of(read_blob(bytes)), "checksum");
  bytes[8] = 2;
  EXPECT_EQ(code_of(read_blob(bytes)), "bad_format");
}

TEST(blob, must_be_of_the_expected_type) {
  const auto bytes = written();
  EXPECT_EQ(code_of(read_blob(bytes, {"stash", 2, 0xfeed})), "wrong_type");
  EXPECT_EQ(code_of(read_blob(bytes, {"counter", 1, 0xfeed})), "wrong_version");
  EXPECT_EQ(code_of(read_blob(bytes, {"counter", 2, 0xbeef})), "fingerprint");
}

TEST(blob, refuses_names_that_no_reader_would_take) {
  EXPECT_EQ(write_blob({"", 0, 0}, "").failure().code, "bad_name");
  EXPECT_EQ(write_blob({std::string(1025, 'n'), 0, 0}, "").failure().code, "bad_name");
}

TEST(fingerprint, is_fnv1a_64) {
  static_assert(fnv1a_64("") == 0xcbf29ce484222325ull);
  static_assert(fnv1a_64("foobar") == 0x85944171f73967e8ull);
  EXPECT_EQ(fnv1a_64("bar", fnv1a_64("foo")), fnv1a_64("foobar"));
}

}  // namespace
}  // namespace patchbay::message
