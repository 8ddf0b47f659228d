// Where a log may lie: neither in the way of the data directory's own files, nor where opening it would wait.
#include "node/log_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace patchbay::node {
namespace {

namespace fs = std::filesystem;

struct log_file_test : ::testing::Test {
  log_file_test() {
    std::string pattern = fs::temp_directory_path() / "patchbay-log-file-XXXXXX";
    data.root = ::mkdtemp(pattern.data());
  }
  ~log_file_test() override { fs::remove_all(data.root); }
  [[nodiscard]] std::string refused(const std::string& configured) const {
    const auto file = log_file_of(data, configured);
    return file ? "taken" : file.failure().code + ": " + file.failure().text;
  }

  data_directory data;
};

TEST_F(log_file_test, is_relative_to_the_data_directory_or_anywhere) {
  EXPECT_EQ(*log_file_of(data, ""), fs::path());
  EXPECT_EQ(*log_file_of(data, "log/host.log"), data.root / "log/host.log");
  EXPECT_EQ(*log_file_of(data, "/var/log/host.log"), "/var/log/host.log");
  EXPECT_EQ(*log_file_of(data, "/dev/null"), "/dev/null");
  EXPECT_EQ(*log_file_of(data, "releases/../lock.log"), data.root / "lock.log");
}

TEST_F(log_file_test, is_none_of_the_data_directorys_own) {
  std::ofstream(data.ledger()) << "";
  fs::create_symlink(data.root / "ledger.sqlite", data.root / "link");
  for (const std::string own :
       {"ledger.sqlite", "ledger.sqlite-wal", "lock", "control.sock", "patchbay.toml", "releases", "releases/x.log",
        "generations/by-build-id/x.log", "./log/../lock", "link"}) {
    EXPECT_TRUE(refused(own).starts_with("bad_value: [log] file = \"" + own)) << refused(own);
    EXPECT_NE(refused(own).find("log/host.log"), std::string::npos) << "what to do: " << refused(own);
  }
  EXPECT_TRUE(refused(data.ledger().string()).starts_with("bad_value")) << "by its whole path";
  for (const std::string directory : {".", "./", "log/"})
    EXPECT_NE(refused(directory).find("directory"), std::string::npos) << refused(directory);
}

TEST_F(log_file_test, is_nothing_whose_opening_waits) {
  ASSERT_EQ(::mkfifo((data.root / "fifo").c_str(), 0600), 0);
  EXPECT_NE(refused("fifo").find("neither a regular file"), std::string::npos) << refused("fifo");
  EXPECT_NE(refused((data.root / "fifo").string()).find("neither a regular file"), std::string::npos);
}

}  // namespace
}  // namespace patchbay::node
