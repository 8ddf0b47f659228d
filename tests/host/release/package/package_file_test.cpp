// Whose packages are opened.
#include "release/package/package_file.hpp"

#include <gtest/gtest.h>

#include "host/port/temporary_directory.hpp"
#include "host/release/manager/release_files.hpp"
#include "port/files.hpp"
#include "release/package/pack.hpp"
#include "release/package/signature.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

struct package_file_test : ::testing::Test {
  package_file_test() {
    write_release(directory / "given", "box", "1.0.0");
    bytes = pack(directory / "given")->bytes;
    write(file, bytes);
    trust.keys = {key.to_public()};
  }
  void sign_by(const secret_key& by) const { write(signature_beside(file), to_text(sign(bytes, by, "of a test"))); }
  [[nodiscard]] std::string refusal() const {
    const auto opened = open_package(file, {}, trust);
    return opened ? "" : opened.failure().code;
  }
  port::temporary_directory directory;
  fs::path file = directory / "box-1.0.0.tar.zst";
  std::string bytes;
  secret_key key = generate_key();
  package_trust trust;
};

TEST_F(package_file_test, opens_what_a_trusted_key_signed) {
  sign_by(key);
  const auto opened = open_package(file, {}, trust);
  ASSERT_TRUE(opened.ok()) << opened.failure().text;
  EXPECT_TRUE(opened->trusted);
  EXPECT_EQ(opened->what.id(), "box-1.0.0");
  fs::rename(signature_beside(file), directory / "elsewhere");
  EXPECT_EQ(refusal(), "unsigned");
  EXPECT_TRUE(open_package(file, directory / "elsewhere", trust).ok());
}

TEST_F(package_file_test, refuses_what_nobody_trusted_signed) {
  EXPECT_EQ(refusal(), "unsigned");
  sign_by(generate_key());
  EXPECT_EQ(refusal(), "untrusted");
  trust.keys.clear();
  EXPECT_EQ(refusal(), "untrusted");
  write(signature_beside(file), "");
  EXPECT_EQ(refusal(), "bad_signature");
}

TEST_F(package_file_test, opens_it_all_the_same_where_unsigned_ones_are_allowed) {
  trust.allow_unsigned = true;
  EXPECT_EQ(refusal(), "");
  sign_by(generate_key());
  const auto opened = open_package(file, {}, trust);
  ASSERT_TRUE(opened.ok()) << opened.failure().text;
  EXPECT_FALSE(opened->trusted);
}

TEST_F(package_file_test, refuses_what_was_altered_whatever_is_allowed) {
  sign_by(key);
  for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    std::string other = bytes;
    other[at] = static_cast<char>(other[at] ^ 1);
    write(file, other);
    trust.allow_unsigned = false;
    EXPECT_EQ(refusal(), "altered") << at;
    trust.allow_unsigned = true;
    EXPECT_EQ(refusal(), "altered") << at;
  }
}

TEST_F(package_file_test, refuses_a_package_under_another_name) {
  sign_by(key);
  const fs::path newer = directory / "box-2.0.0.tar.zst";
  fs::rename(file, newer);
  fs::rename(signature_beside(file), signature_beside(newer));
  const auto opened = open_package(newer, {}, trust);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.failure().code, "wrong_name");
}

TEST_F(package_file_test, refuses_a_package_that_is_too_large) {
  sign_by(key);
  package_limits limits;
  limits.package = bytes.size() - 1;
  EXPECT_EQ(open_package(file, {}, trust, limits).failure().code, "too_large");
}

}  // namespace
}  // namespace patchbay::release
