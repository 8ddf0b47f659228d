#include <gtest/gtest.h>

#include <filesystem>

#include "code/elf/elf_file.hpp"
#include "code/elf/note_check.hpp"

namespace patchbay::code {
namespace {

std::string code_of(const std::map<std::string, std::string>& note, const build_facts& host = build_facts::own()) {
  const auto fits = check_note(note, host, "sample", "1.0.0", "sample.so");
  return fits ? "ok" : fits.failure().code;
}

std::map<std::string, std::string> fitting() {
  const auto own = build_facts::own();
  return {{"abi", "1.0"},
          {"application", "sample"},
          {"version", "1.0.0"},
          {"cxx11_abi", own.cxx11_abi},
          {"sanitizer", own.sanitizer},
          {"debug", own.debug}};
}

std::string with(const std::string& key, const std::string& value) {
  auto note = fitting();
  note[key] = value;
  return code_of(note);
}

TEST(note, must_agree_with_the_host) {
  EXPECT_EQ(code_of(fitting()), "ok");
  EXPECT_EQ(with("abi", "2.0"), "wrong_abi");
  EXPECT_EQ(with("abi", "1.7"), "wrong_abi");
  for (const auto* abi : {"", "1", "1.", "one", "1.0x", "-1.0", "99999999999.0"})
    EXPECT_EQ(with("abi", abi), "bad_note") << abi;
  EXPECT_EQ(with("cxx11_abi", "0"), "wrong_toolchain");
  EXPECT_EQ(with("debug", "1"), "wrong_toolchain");
  EXPECT_EQ(with("sanitizer", "memory"), "wrong_toolchain");
  EXPECT_EQ(with("application", "other"), "wrong_application");
  EXPECT_EQ(with("version", "1.0.1"), "wrong_version");
}

TEST(note, plain_c_says_nothing_of_the_cxx_library) {
  auto note = fitting();
  note.erase("cxx11_abi");
  note.erase("debug");
  EXPECT_EQ(code_of(note), "ok");
}

TEST(note, absent_or_garbled) {
  const std::filesystem::path cases = CASES_DIR;
  EXPECT_EQ(elf_file::open(cases / "no_note.so")->note().failure().code, "no_note");
  EXPECT_EQ(elf_file::open(cases / "bad_note.so")->note().failure().code, "bad_note");
}

}  // namespace
}  // namespace patchbay::code
