#include "port/memory.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cerrno>

namespace patchbay::port {
namespace {

const mapping* find(const std::vector<mapping>& all, std::uintptr_t address) {
  for (const auto& each : all) {
    if (each.range.contains(address)) return &each;
  }
  return nullptr;
}

TEST(memory, mappings_tell_rights_and_names) {
  int local = 0;
  const auto all = read_mappings();
  ASSERT_TRUE(all) << all.failure().text;
  const auto* stack = find(*all, std::bit_cast<std::uintptr_t>(&local));
  ASSERT_NE(stack, nullptr);
  EXPECT_TRUE(stack->readable && stack->writable && !stack->executable && !stack->shared);
  const auto* code = find(*all, std::bit_cast<std::uintptr_t>(&read_mappings));
  ASSERT_NE(code, nullptr);
  EXPECT_TRUE(code->executable && !code->writable);
  EXPECT_NE(code->file.inode, 0U);
  EXPECT_EQ(code->name, std::filesystem::read_symlink("/proc/self/exe").string());
}

TEST(memory, a_held_range_faults_and_is_nobody_elses) {
  void* page = ::mmap(nullptr, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(page, MAP_FAILED);
  const auto begin = std::bit_cast<std::uintptr_t>(page);
  const address_range range{begin, begin + 8192};
  EXPECT_FALSE(hold_range(range));  // something lies there
  ::munmap(page, 8192);
  ASSERT_TRUE(hold_range(range));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  EXPECT_EQ(::write(ends[1], page, 1), -1);  // the kernel faults as this process would
  EXPECT_EQ(errno, EFAULT);
  ::close(ends[0]);
  ::close(ends[1]);
  const auto all = read_mappings();
  const auto* held = find(*all, begin);
  ASSERT_NE(held, nullptr);
  EXPECT_FALSE(held->readable || held->writable || held->executable);
  give_back_range(range);
  EXPECT_EQ(find(*read_mappings(), begin), nullptr);
}

TEST(memory, reads_what_is_there) {
  const std::uint64_t word = 0x0123456789abcdef;
  std::uint64_t read = 0;
  EXPECT_EQ(memory_reader().read(std::bit_cast<std::uintptr_t>(&word), &read, sizeof read), sizeof read);
  EXPECT_EQ(read, word);
  EXPECT_EQ(memory_reader().read(8, &read, sizeof read), 0U);
  EXPECT_GT(resident_bytes().value(), 100'000U);
}

}  // namespace
}  // namespace patchbay::port
