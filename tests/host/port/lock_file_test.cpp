#include "port/lock_file.hpp"

#include <gtest/gtest.h>

#include "port/files.hpp"
#include "temporary_directory.hpp"

namespace patchbay::port {
namespace {

TEST(lock_file, one_holder_at_a_time_who_is_named) {
  const temporary_directory directory;
  EXPECT_FALSE(lock_file::held(directory / "lock")) << "no such file";
  {
    const auto first = lock_file::take(directory / "lock");
    ASSERT_TRUE(first) << first.failure().text;
    EXPECT_EQ(read_file(directory / "lock").value(), std::to_string(::getpid()) + "\n");
    const auto second = lock_file::take(directory / "lock");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.failure().code, "locked");
    EXPECT_NE(second.failure().text.find("process " + std::to_string(::getpid())), std::string::npos)
        << second.failure().text;
    EXPECT_TRUE(lock_file::held(directory / "lock"));
  }
  EXPECT_FALSE(lock_file::held(directory / "lock"));
  EXPECT_TRUE(lock_file::take(directory / "lock"));
}

}  // namespace
}  // namespace patchbay::port
