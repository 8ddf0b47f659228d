#include "port/digest.hpp"

#include <gtest/gtest.h>

namespace patchbay::port {
namespace {

// The examples of FIPS 180-4's own papers.
TEST(digest, is_sha_256_in_lower_case_hex) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(digest, of_pieces_is_that_of_the_whole) {
  sha256 sum;
  for (const char* piece : {"a", "", "b", "c"}) sum.add(piece);
  EXPECT_EQ(sum.finish(), sha256_hex("abc"));
}

TEST(digest, of_what_is_no_file_is_an_error) {
  const auto of_directory = sha256_of("/");
  ASSERT_FALSE(of_directory);
  EXPECT_EQ(of_directory.failure().code, "io");
  EXPECT_NE(of_directory.failure().text.find("not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::port
