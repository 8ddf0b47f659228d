#include "code/elf/elf_file.hpp"

#include <elf.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <random>

#include "code/elf/lint.hpp"
#include "port/files.hpp"

namespace patchbay::code {
namespace {

const std::filesystem::path cases = CASES_DIR;

/// Bytes as a file, gone with the test.
class damaged {
 public:
  explicit damaged(const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() / ("patchbay-damaged-" + std::to_string(::getpid()))) {
    EXPECT_TRUE(std::ofstream(path_, std::ios::binary) << bytes);
  }
  damaged(const damaged&) = delete;
  damaged& operator=(const damaged&) = delete;
  ~damaged() { std::filesystem::remove(path_); }
  [[nodiscard]] std::string code() const {
    const auto file = elf_file::open(path_);
    return file ? "ok" : file.failure().code;
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string good() { return port::read_file(cases / "good.so").value(); }

TEST(elf_file, reads_a_plugin) {
  const auto file = elf_file::open(cases / "good.so");
  ASSERT_TRUE(file) << file.failure().text;
  EXPECT_EQ(file->build_id().size(), 40U);
  EXPECT_FALSE(file->symbols().empty());
  const auto note = file->note();
  ASSERT_TRUE(note) << note.failure().text;
  EXPECT_EQ(note->at("application"), "sample");
  EXPECT_EQ(note->at("abi"), "1.0");
}

TEST(elf_file, names_what_it_is_not) {
  EXPECT_EQ(damaged("").code(), "not_elf");
  EXPECT_EQ(damaged("#!/bin/sh\necho no library at all\n").code(), "not_elf");
  EXPECT_EQ(damaged(good().substr(0, 10)).code(), "truncated");
  EXPECT_EQ(damaged(good().substr(0, 50)).code(), "truncated");
  EXPECT_EQ(damaged(good().substr(0, good().size() / 2)).code(), "truncated");
  EXPECT_EQ(damaged(good().substr(0, good().size() - 1)).code(), "truncated");
  auto machine = good();
  machine[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_SPARC);
  EXPECT_EQ(damaged(machine).code(), "wrong_machine");
  auto narrow = good();
  narrow[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(damaged(narrow).code(), "wrong_class");
  auto object = good();
  object[offsetof(Elf64_Ehdr, e_type)] = static_cast<char>(ET_REL);
  EXPECT_EQ(damaged(object).code(), "not_shared");
  EXPECT_EQ(elf_file::open(cases / "absent.so").failure().code, "io");
}

// Nothing here may crash, hang or read outside the file: run it under the address sanitizer too.
TEST(elf_file, survives_any_damage) {
  const auto whole = good();
  std::mt19937 random(20261120);  // the same damage every time
  std::size_t read = 0;
  for (int round = 0; round < 1500; ++round) {
    auto bytes = whole;
    const auto headers = std::min<std::size_t>(bytes.size(), 1024);
    const auto tables = std::min<std::size_t>(bytes.size(), 3000);
    for (int hit = 0; hit < 1 + round % 4; ++hit) {
      // Headers stand first, section headers last; the rest is hit now and then.
      const std::size_t at = round % 3 == 0   ? random() % headers
                             : round % 3 == 1 ? bytes.size() - 1 - random() % tables
                                              : random() % bytes.size();
      bytes[at] = static_cast<char>(round % 5 == 0 ? 0xff : random());
    }
    const damaged file(bytes);
    const auto opened = elf_file::open(file.path());
    if (!opened) continue;
    ++read;
    (void)opened->build_id();
    (void)opened->note().ok();
    (void)lint(*opened, {});
  }
  EXPECT_GT(read, 100U);
  EXPECT_LT(read, 1500U);
}

}  // namespace
}  // namespace patchbay::code
