#include "port/memory_left.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "temporary_directory.hpp"

namespace patchbay::port {
namespace {

constexpr std::uint64_t mib = 1U << 20U;

struct memory_left_test : ::testing::Test {
  void write(const std::string& file, const std::string& text) {
    const auto path = root / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  void machine_has(std::uint64_t bytes) {
    write("meminfo", "MemTotal:       99999999 kB\nMemAvailable:   " + std::to_string(bytes / 1024) + " kB\n");
  }
  [[nodiscard]] std::optional<memory_left> find() const {
    return find_memory_left({root / "cgroup", root / "membership", root / "meminfo"});
  }
  temporary_directory directory;
  std::filesystem::path root = directory / "";
};

TEST_F(memory_left_test, of_this_process_there_is_some) {
  const auto left = find_memory_left();
  ASSERT_TRUE(left);
  EXPECT_GT(left->bytes, mib);
}

TEST_F(memory_left_test, nothing_says) { EXPECT_FALSE(find()); }

TEST_F(memory_left_test, without_limits_it_is_the_machines) {
  machine_has(500 * mib);
  write("membership", "0::/a/b\n");
  write("cgroup/a/b/memory.max", "max\n");
  write("cgroup/a/b/memory.current", "1048576\n");
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->bytes, 500 * mib);
  EXPECT_EQ(find()->whose, "the machine's memory");
}

TEST_F(memory_left_test, the_least_of_all_groups_above_and_caches_count_as_free) {
  machine_has(500 * mib);
  write("membership", "0::/a/b\n");
  write("cgroup/a/b/memory.max", std::to_string(400 * mib));
  write("cgroup/a/b/memory.current", std::to_string(100 * mib));
  write("cgroup/a/memory.max", std::to_string(300 * mib));
  write("cgroup/a/memory.current", std::to_string(250 * mib));
  write("cgroup/a/memory.stat", "anon 1\ninactive_file " + std::to_string(50 * mib) + "\n");
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->bytes, 100 * mib);
  EXPECT_EQ(find()->whose, "the limit of its cgroup (memory.max of /a)");
}

TEST_F(memory_left_test, version_1_beside_version_2) {
  machine_has(500 * mib);
  write("membership", "4:cpu,memory:/x\n0::/\n");
  write("cgroup/unified/cgroup.procs", "");
  write("cgroup/memory/x/memory.limit_in_bytes", std::to_string(64 * mib));
  write("cgroup/memory/x/memory.usage_in_bytes", std::to_string(80 * mib));
  write("cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  write("cgroup/memory/memory.usage_in_bytes", "1");
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->bytes, 0U) << "more than the limit is taken already";
  EXPECT_EQ(find()->whose, "the limit of its cgroup (memory.limit_in_bytes of /x)");
}

TEST_F(memory_left_test, damaged_files_say_nothing) {
  write("meminfo", "MemAvailable: much\n");
  write("membership", "nonsense\n0:\n0::/a\n");
  write("cgroup/a/memory.max", "-");
  EXPECT_FALSE(find());
}

}  // namespace
}  // namespace patchbay::port
