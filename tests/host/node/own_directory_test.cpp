// Which directories a host takes for its own, and that it leaves all others as they are.
#include "node/own_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

namespace patchbay::node {
namespace {

namespace fs = std::filesystem;

struct own_directory_test : ::testing::Test {
  own_directory_test() {
    std::string pattern = fs::temp_directory_path() / "patchbay-own-XXXXXX";
    directory = ::mkdtemp(pattern.data());
    fs::create_directory(directory / "d");
    fs::create_directory(directory / "release");
  }
  ~own_directory_test() override { fs::remove_all(directory); }
  void put(const std::string& name) const { std::ofstream(directory / "d" / name) << "x"; }
  [[nodiscard]] outcome<data_directory> own(const std::string& name = "d",
                                            const std::string& release = "release") const {
    return own_directory({directory / name}, directory / release);
  }
  static unsigned mode_of(const fs::path& path) {
    struct stat about {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 07777;
  }

  fs::path directory;
};

TEST_F(own_directory_test, is_made_or_narrowed_where_it_is_empty) {
  ASSERT_EQ(::chmod((directory / "d").c_str(), 0755), 0);
  for (const std::string name : {"d", "new/and/deep"}) {
    const auto data = own(name);
    ASSERT_TRUE(data.ok()) << data.failure().text;
    for (const auto& each : {data->root, data->releases(), data->generations()})
      EXPECT_EQ(mode_of(each), 0700U) << each;
  }
}

TEST_F(own_directory_test, is_no_directory_of_other_things) {
  ASSERT_EQ(::chmod((directory / "d").c_str(), 01777), 0);
  put("lock");
  put("file");
  const auto refused = own();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().code, "not_a_data_directory");
  for (const std::string& part : {(directory / "d").string(), std::string(" file "), std::string("--data")})
    EXPECT_NE(refused.failure().text.find(part), std::string::npos) << part << " in " << refused.failure().text;
  EXPECT_EQ(mode_of(directory / "d"), 01777U) << "it is as it was";
  EXPECT_FALSE(fs::exists(directory / "d/releases"));
  EXPECT_FALSE(fs::exists(directory / "d/generations"));
}

TEST_F(own_directory_test, is_what_a_host_made_or_somebody_wrote_a_configuration_for) {
  for (const std::string name : {"releases", "generations", "lost+found"}) fs::create_directory(directory / "d" / name);
  for (const std::string name : {"lock", "control.sock", "ledger.sqlite-wal"}) put(name);
  EXPECT_TRUE(own().ok()) << "a start that was interrupted";
  put("log");
  EXPECT_FALSE(own().ok());
  put("patchbay.toml");
  EXPECT_TRUE(own().ok());
  fs::remove(directory / "d/patchbay.toml");
  put("ledger.sqlite");
  EXPECT_TRUE(own().ok());
}

TEST_F(own_directory_test, nothing_is_made_where_there_is_no_release_to_begin_with) {
  EXPECT_EQ(own("new", "absent").failure().code, "no_such_file");
  EXPECT_FALSE(fs::exists(directory / "new"));
  put("ledger.sqlite");
  EXPECT_TRUE(own("d", "absent").ok()) << "whoever reads its ledger says more";
}

TEST_F(own_directory_test, a_link_to_it_is_followed) {
  fs::create_directory_symlink("d", directory / "link");
  const auto data = own("link");
  ASSERT_TRUE(data.ok()) << data.failure().text;
  EXPECT_TRUE(fs::equivalent(data->root, directory / "d"));
  fs::create_directory_symlink("absent", directory / "dangling");
  const auto refused = own("dangling");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.failure().text.find("is a symbolic link to absent"), std::string::npos) << refused.failure().text;
}

}  // namespace
}  // namespace patchbay::node
