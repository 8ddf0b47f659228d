// The minisign program verifies ours and we verify its, where it is installed.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "host/port/temporary_directory.hpp"
#include "port/child.hpp"
#include "port/files.hpp"
#include "release/package/signature.hpp"

namespace patchbay::release {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view packed = "the bytes of a package\n";
constexpr password_cost cheap{32768, 16U << 20U};

struct minisign_test : ::testing::Test {
  void SetUp() override {
    for (const char* folder : {"/usr/bin/minisign", "/usr/local/bin/minisign"}) {
      if (::access(folder, X_OK) == 0) program = folder;
    }
    ASSERT_FALSE(program.empty()) << "minisign is not installed; tools/setup does that";
    write("file", packed);
  }
  void write(const std::string& name, std::string_view bytes) const {
    ASSERT_TRUE(port::write_file_atomic(directory / name, bytes).ok());
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (directory / name).string(); }
  [[nodiscard]] std::string text(const std::string& name) const {
    const auto read = port::read_file(directory / name);
    return read ? *read : read.failure().text;
  }
  /// Exit code 0; what it said otherwise.
  [[nodiscard]] ::testing::AssertionResult minisign(const std::vector<std::string>& arguments,
                                                    const std::string& password = "") const {
    auto child = port::child::spawn(program, arguments);
    if (!child) return ::testing::AssertionFailure() << child.failure().text;
    // Asked for twice where a key is made. One that does not ask may have ended by now.
    const std::string typed = password + "\n" + password + "\n";
    if (!password.empty() && ::write(child->input.get(), typed.data(), typed.size()) < 0)
      return ::testing::AssertionFailure() << "no pipe";
    child->input.reset();
    const auto end = child->wait(60s);
    if (end.clean()) return ::testing::AssertionSuccess();
    std::string said(4096, '\0');
    const auto n = ::read(child->errors.get(), said.data(), said.size());
    said.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return ::testing::AssertionFailure() << end.words() << ": " << said;
  }
  port::temporary_directory directory;
  std::string program;
};

TEST_F(minisign_test, verifies_our_signatures_by_our_keys) {
  const auto key = generate_key();
  write("our.pub", public_key_file(key.to_public()));
  write("file.minisig", to_text(sign(packed, key, "timestamp:1\tfile:file\thashed")));
  EXPECT_TRUE(minisign({"-V", "-H", "-p", at("our.pub"), "-m", at("file")}));
  EXPECT_TRUE(minisign({"-V", "-P", to_text(key.to_public()), "-m", at("file")}));
  write("file", "other bytes");
  EXPECT_FALSE(minisign({"-V", "-p", at("our.pub"), "-m", at("file")}));
}

TEST_F(minisign_test, makes_signatures_that_we_verify) {
  ASSERT_TRUE(minisign({"-G", "-W", "-p", at("its.pub"), "-s", at("its.key")}));
  const auto key = read_public_key(at("its.pub"));
  ASSERT_TRUE(key.ok()) << key.failure().text;
  EXPECT_EQ(public_key_file(*key), text("its.pub"));
  // -l: the older form, over the file itself.
  for (const char* form : {"-H", "-l"}) {
    ASSERT_TRUE(minisign({"-S", form, "-s", at("its.key"), "-m", at("file"), "-t", "of a package"}));
    const auto made = parse_signature(text("file.minisig"));
    ASSERT_TRUE(made.ok()) << made.failure().text;
    EXPECT_EQ(made->prehashed, std::string_view(form) == "-H");
    EXPECT_EQ(made->trusted_comment, "of a package");
    EXPECT_TRUE(verify(packed, *made, *key).ok());
    EXPECT_EQ(verify("other bytes", *made, *key).failure().code, "altered");
  }
}

TEST_F(minisign_test, signs_with_our_secret_keys) {
  const auto key = generate_key();
  for (const std::string password : {"", "correct horse"}) {
    write("our.key", *secret_key_file(key, password, cheap));
    ASSERT_TRUE(minisign({"-S", "-s", at("our.key"), "-m", at("file")}, password)) << "password '" << password << "'";
    const auto made = parse_signature(text("file.minisig"));
    ASSERT_TRUE(made.ok()) << made.failure().text;
    EXPECT_TRUE(verify(packed, *made, key.to_public()).ok());
    std::filesystem::remove(directory / "file.minisig");
  }
}

TEST_F(minisign_test, writes_our_public_key_as_we_do) {
  auto key = generate_key();
  for (const std::uint8_t highest : std::array<std::uint8_t, 3>{0xab, 0x0a, 0x00}) {
    key.id[7] = highest;
    write("our.key", *secret_key_file(key, ""));
    ASSERT_TRUE(minisign({"-R", "-f", "-s", at("our.key"), "-p", at("its.pub")}));
    EXPECT_EQ(text("its.pub"), public_key_file(key.to_public()));
  }
}

TEST_F(minisign_test, writes_secret_keys_that_we_read) {
  ASSERT_TRUE(minisign({"-G", "-W", "-p", at("its.pub"), "-s", at("its.key")}));
  auto key = parse_secret_key(text("its.key"), "");
  ASSERT_TRUE(key.ok()) << key.failure().text;
  EXPECT_EQ(public_key_file(key->to_public()), text("its.pub"));

  // Its scrypt takes 1 GiB, which a small machine may not have.
  if (!minisign({"-G", "-f", "-p", at("its.pub"), "-s", at("its.key")}, "correct horse")) GTEST_SKIP() << "no memory";
  EXPECT_TRUE(*needs_password(text("its.key")));
  key = parse_secret_key(text("its.key"), "correct horse");
  ASSERT_TRUE(key.ok()) << key.failure().text;
  EXPECT_EQ(public_key_file(key->to_public()), text("its.pub"));
}

}  // namespace
}  // namespace patchbay::release
