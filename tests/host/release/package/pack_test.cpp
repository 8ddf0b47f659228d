// Packages as relup makes them: the same bytes always, and back to the same files.
#include "release/package/pack.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "host/port/temporary_directory.hpp"
#include "host/release/manager/release_files.hpp"
#include "release/package/unpack.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

struct pack_test : ::testing::Test {
  [[nodiscard]] std::string why_not(const fs::path& from) const {
    const auto made = pack(from);
    return made ? "" : made.failure().code;
  }
  port::temporary_directory directory;
};

TEST_F(pack_test, the_same_files_make_the_same_bytes) {
  // Written in another order, at another time, with other modes, under another name.
  write(directory / "one" / "notes" / "a", "a");
  write_release(directory / "one", "box", "1.0.0");
  write_release(directory / "other", "box", "1.0.0");
  write(directory / "other" / "notes" / "a", "a");
  for (const auto& entry : fs::recursive_directory_iterator(directory / "other")) {
    fs::last_write_time(entry.path(), fs::file_time_type::clock::now() - std::chrono::hours(24 * 365 * 20));
    if (entry.is_regular_file()) ::chmod(entry.path().c_str(), 0700);
  }
  const auto one = pack(directory / "one");
  const auto other = pack(directory / "other");
  ASSERT_TRUE(one.ok()) << one.failure().text;
  ASSERT_TRUE(other.ok()) << other.failure().text;
  EXPECT_EQ(one->bytes, other->bytes);
  EXPECT_EQ(one->what.id(), "box-1.0.0");
  EXPECT_EQ(one->what.files.size(), 5U);

  write(directory / "other" / "notes" / "a", "b");
  EXPECT_NE(pack(directory / "other")->bytes, one->bytes);
}

TEST_F(pack_test, what_was_packed_comes_back) {
  write_release(directory / "given", "box", "1.0.0", std::string(300'000, 'x'));
  write(directory / "given" / "empty", "");
  const auto made = pack(directory / "given");
  ASSERT_TRUE(made.ok()) << made.failure().text;
  const auto what = extract(made->bytes, directory / "back", {});
  ASSERT_TRUE(what.ok()) << what.failure().text;
  EXPECT_EQ(what->files, made->what.files);
  EXPECT_TRUE(verify_files(directory / "back", *what).ok());
  EXPECT_TRUE(verify_files(directory / "given", *what).ok()) << "the source has the same files";

  write(directory / "back" / "release.toml", "name = \"box\"\n");
  EXPECT_EQ(verify_files(directory / "back", *what).failure().code, "altered");
  write_release(directory / "back", "box", "1.0.0", std::string(300'000, 'x'));
  EXPECT_TRUE(verify_files(directory / "back", *what).ok());
  write(directory / "back" / "more", "");
  EXPECT_EQ(verify_files(directory / "back", *what).failure().code, "altered");
  fs::remove(directory / "back" / "more");
  fs::remove(directory / "back" / "empty");
  EXPECT_EQ(verify_files(directory / "back", *what).failure().code, "altered");
}

TEST_F(pack_test, refuses_what_a_package_cannot_hold) {
  write_release(directory / "given", "box", "1.0.0");
  EXPECT_EQ(why_not(directory / "given"), "");
  for (const char* name : {".hidden", "two words", "manifest.json", "caf\xc3\xa9"}) {
    write(directory / "given" / name, "");
    EXPECT_EQ(why_not(directory / "given"), "bad_name") << name;
    fs::remove(directory / "given" / name);
  }
  fs::remove(directory / "given" / "release.toml");
  EXPECT_EQ(why_not(directory / "given"), "no_such_file");
}

TEST_F(pack_test, makes_no_package_that_no_host_takes) {
  write_release(directory / "given", "box", "1.0.0", std::string(1 << 20, '\0'));
  const auto made = pack(directory / "given");
  ASSERT_TRUE(made.ok()) << made.failure().text;
  package_limits small;
  const auto too_large = [&] {
    const auto refused = pack(directory / "given", small);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, "too_large");
    EXPECT_NE(refused.failure().text.find((directory / "given").string()), std::string::npos) << refused.failure().text;
    small = {};
  };
  small.files = made->what.files.size() - 1;
  too_large();
  small.file = (1 << 20) - 1;
  too_large();
  small.total = 1 << 20;
  too_large();
  small.package = made->bytes.size() - 1;
  too_large();
  small.ratio_begins = 1 << 19;
  too_large();
  small.manifest = to_text(made->what).size() - 1;
  too_large();
  small.manifest = to_text(made->what).size();
  small.package = made->bytes.size();
  EXPECT_TRUE(pack(directory / "given", small).ok());
}

}  // namespace
}  // namespace patchbay::release
