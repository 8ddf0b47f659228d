#include "port/files.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <map>
#include <sstream>

#include "temporary_directory.hpp"

namespace patchbay::port {
namespace {

std::size_t entries(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}
unsigned mode_of(const std::filesystem::path& path) {
  struct stat about {};
  EXPECT_EQ(::stat(path.c_str(), &about), 0);
  return about.st_mode & 07777;
}

/// No file may grow beyond this many bytes: what a full disk looks like to a writer.
class small_disk {
 public:
  explicit small_disk(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~small_disk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(files, what_was_written_is_read) {
  const temporary_directory directory;
  const std::string bytes("a\0b\n", 4);
  ASSERT_TRUE(write_file_atomic(directory / "f", bytes));
  ASSERT_TRUE(write_file_atomic(directory / "f", bytes + bytes, 0600));
  EXPECT_EQ(read_file(directory / "f").value(), bytes + bytes);
  EXPECT_EQ(mode_of(directory / "f"), 0600U);
  EXPECT_EQ(entries(directory.path()), 1U);
}

TEST(files, a_failed_write_leaves_the_old_file) {
  const temporary_directory directory;
  ASSERT_TRUE(write_file_atomic(directory / "f", "old"));
  const std::string large(100'000, 'x');
  {
    const small_disk disk(4096);
    EXPECT_EQ(write_file_atomic(directory / "f", large).failure().code, "io");
  }
  EXPECT_EQ(read_file(directory / "f").value(), "old");
  EXPECT_EQ(entries(directory.path()), 1U);
}

TEST(files, nothing_but_a_regular_file_is_replaced) {
  const temporary_directory directory;
  ASSERT_TRUE(write_file_atomic(directory / "f", "old"));
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  std::filesystem::create_directory(directory / "directory");
  std::filesystem::create_symlink(directory / "f", directory / "link");
  std::filesystem::create_symlink("/dev/null", directory / "null");
  for (const char* name : {"fifo", "directory", "link", "null"}) {
    const auto before = std::filesystem::symlink_status(directory / name).type();
    const auto refused = write_file_atomic(directory / name, "new");
    ASSERT_FALSE(refused.ok()) << name;
    EXPECT_EQ(refused.failure().code, "io");
    EXPECT_NE(refused.failure().text.find("name a file"), std::string::npos) << refused.failure().text;
    EXPECT_EQ(std::filesystem::symlink_status(directory / name).type(), before) << name;
  }
  EXPECT_EQ(read_file(directory / "f").value(), "old");
  EXPECT_EQ(entries(directory.path()), 5U) << "nothing is left beside them";
}

TEST(files, what_is_prepared_is_seen_when_it_is_published_and_goes_otherwise) {
  const temporary_directory directory;
  ASSERT_TRUE(write_file_atomic(directory / "f", "old"));
  {
    const auto dropped = file_beside::prepare(directory / "f", "never");
    ASSERT_TRUE(dropped.ok()) << dropped.failure().text;
    EXPECT_EQ(entries(directory.path()), 2U);
  }
  EXPECT_EQ(entries(directory.path()), 1U);
  auto made = file_beside::prepare(directory / "f", "new", 0600);
  ASSERT_TRUE(made.ok()) << made.failure().text;
  EXPECT_EQ(read_file(directory / "f").value(), "old");
  ASSERT_TRUE(made->publish());
  EXPECT_EQ(read_file(directory / "f").value(), "new");
  EXPECT_EQ(mode_of(directory / "f"), 0600U);
  EXPECT_EQ(entries(directory.path()), 1U);
}

TEST(files, a_failed_copy_leaves_nothing) {
  const temporary_directory directory;
  ASSERT_TRUE(write_file_atomic(directory / "f", std::string(100'000, 'x')));
  {
    const small_disk disk(4096);
    EXPECT_EQ(port::copy_file(directory / "f", directory / "g").failure().code, "io");
  }
  EXPECT_EQ(entries(directory.path()), 1U);
  ASSERT_TRUE(port::copy_file(directory / "f", directory / "g"));
  EXPECT_EQ(read_file(directory / "g").value().size(), 100'000U);
  EXPECT_NE(identify(directory / "f").value(), identify(directory / "g").value());
  EXPECT_EQ(port::copy_file(directory / "f", directory / "g").failure().code, "io");  // never onto another file
}

TEST(files, reading_refuses_what_is_no_file_or_too_large) {
  const temporary_directory directory;
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  ASSERT_TRUE(write_file_atomic(directory / "f", "12345"));
  EXPECT_EQ(read_file(directory / "absent").failure().code, "io");
  EXPECT_EQ(read_file(directory / "fifo").failure().code, "io");
  EXPECT_EQ(read_file(directory.path()).failure().code, "io");
  EXPECT_EQ(read_file(directory / "f", 4).failure().code, "too_large");
  EXPECT_TRUE(read_file(directory / "f", 5));
}

TEST(files, private_directories_are_narrowed) {
  const temporary_directory directory;
  ASSERT_TRUE(make_private_dir(directory / "a/b"));
  EXPECT_EQ(mode_of(directory / "a/b"), 0700U);
  ASSERT_EQ(::chmod((directory / "a/b").c_str(), 0755), 0);
  ASSERT_TRUE(make_private_dir(directory / "a/b"));
  EXPECT_EQ(mode_of(directory / "a/b"), 0700U);
  ASSERT_TRUE(write_file_atomic(directory / "f", ""));
  EXPECT_EQ(make_private_dir(directory / "f").failure().code, "io");
  std::filesystem::create_symlink(directory / "a", directory / "link");
  EXPECT_EQ(make_private_dir(directory / "link").failure().code, "io");
}

// What the kernel says of every mount, against its own list of them.
TEST(files, noexec_mounts_are_told_from_others) {
  std::ifstream mounts("/proc/self/mountinfo");
  std::map<std::string, bool> expected;  // a later mount on one place hides the earlier
  for (std::string line; std::getline(mounts, line);) {
    std::istringstream words(line);
    std::string id, parent, device, root, place, options;
    words >> id >> parent >> device >> root >> place >> options;
    expected[place] = ("," + options + ",").find(",noexec,") != std::string::npos;
  }
  ASSERT_FALSE(expected.empty());
  EXPECT_FALSE(on_noexec_mount(std::filesystem::current_path()).value());  // these tests run from there
  EXPECT_EQ(on_noexec_mount("/").value(), expected["/"]);
  for (const auto& [place, noexec] : expected) {
    const auto told = on_noexec_mount(place);
    if (told) {  // some places may not be looked at
      EXPECT_EQ(told.value(), noexec) << place;
    }
  }
  EXPECT_EQ(on_noexec_mount("/no/such/place").failure().code, "io");
}

}  // namespace
}  // namespace patchbay::port
