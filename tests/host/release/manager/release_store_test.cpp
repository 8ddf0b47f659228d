#include "release/manager/release_store.hpp"

#include <gtest/gtest.h>

#include "port/files.hpp"
#include "release/package/pack.hpp"
#include "release/package/signature.hpp"
#include "release_files.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

struct release_store_test : ::testing::Test {
  release_store_test() { fs::create_directories(releases()); }
  [[nodiscard]] fs::path releases() const { return directory.path / "releases"; }
  [[nodiscard]] fs::path source(const std::string& name = "given") const { return directory.path / name; }
  [[nodiscard]] std::vector<std::string> kept() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(releases())) names.push_back(entry.path().filename());
    return names;
  }
  scratch directory;
};

TEST_F(release_store_test, unpack_copies_everything_and_leaves_nothing_else) {
  write_release(source(), "box", "1.0.0");
  write(source() / "notes" / "README", "more than the host needs");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  const auto done = store.unpack({source()});
  ASSERT_TRUE(done.ok()) << done.failure().text;
  EXPECT_EQ(done->id, "box-1.0.0");
  EXPECT_FALSE(done->already);
  EXPECT_EQ(kept(), std::vector<std::string>{"box-1.0.0"});
  EXPECT_EQ(*first_file_difference(source(), releases() / "box-1.0.0"), "");
  const auto view = store.open("box-1.0.0");
  ASSERT_TRUE(view.ok()) << view.failure().text;
  EXPECT_EQ(view->id(), "box-1.0.0");
}

TEST_F(release_store_test, the_same_files_again_are_no_error_and_others_are) {
  write_release(source(), "box", "1.0.0");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  ASSERT_TRUE(store.unpack({source()}).ok());
  const auto again = store.unpack({source()});
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->already);

  write_release(source("other"), "box", "1.0.0", "another build");
  const auto other = store.unpack({source("other")});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.failure().code, "existing_release");
  EXPECT_NE(other.failure().text.find("box.so differs"), std::string::npos) << other.failure().text;
  EXPECT_EQ(*first_file_difference(source(), releases() / "box-1.0.0"), "") << "nothing changed";
}

TEST_F(release_store_test, refuses_a_broken_release_and_leaves_nothing) {
  write_release(source(), "box", "1.0.0");
  fs::remove(source() / "lib" / "box-1.0.0" / "box.facts.json");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  EXPECT_FALSE(store.unpack({source()}).ok());
  EXPECT_TRUE(kept().empty());
}

TEST_F(release_store_test, refuses_what_is_neither_file_nor_directory) {
  write_release(source(), "box", "1.0.0");
  fs::create_directory_symlink("/etc", source() / "elsewhere");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  const auto done = store.unpack({source()});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.failure().code, "bad_entry");
  EXPECT_TRUE(kept().empty());
}

TEST_F(release_store_test, refuses_a_file_of_more_than_a_gibibyte) {
  write_release(source(), "box", "1.0.0");
  write(source() / "hole", "");
  fs::resize_file(source() / "hole", (std::uintmax_t{1} << 30U) + 1);
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  const auto done = store.unpack({source()});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.failure().code, "too_large");
  EXPECT_NE(done.failure().text.find("hole"), std::string::npos) << done.failure().text;
  EXPECT_TRUE(kept().empty());
}

TEST_F(release_store_test, refuses_a_name_that_leaves_the_directory) {
  write_release(source(), "box", "1.0.0");
  write(source() / "release.toml",
        "name = \"../box\"\nvsn = \"1.0.0\"\napplications = [{name = \"box\", vsn = \"1.0.0\"}]\n");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  EXPECT_FALSE(store.unpack({source()}).ok());
  EXPECT_FALSE(fs::exists(directory.path / "box-1.0.0"));
}

TEST_F(release_store_test, sweeps_what_an_interrupted_operation_left) {
  fs::create_directories(releases() / ".unpack-box-1.0.0" / "lib");
  fs::create_directories(releases() / ".remove-box-0.9.0");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  EXPECT_TRUE(kept().empty());
}

TEST_F(release_store_test, remove_makes_it_unknown) {
  write_release(source(), "box", "1.0.0");
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  ASSERT_TRUE(store.unpack({source()}).ok());
  ASSERT_TRUE(store.remove("box-1.0.0").ok());
  EXPECT_TRUE(kept().empty());
  EXPECT_EQ(store.open("box-1.0.0").failure().code, "no_such_release");
  EXPECT_TRUE(store.remove("box-1.0.0").ok()) << "what is gone may be removed again";
}

TEST_F(release_store_test, opens_no_path) {
  release_store store(releases(), {.keys = {}, .allow_unsigned = true});
  for (const char* id : {"", ".", "..", "../given", "a/b", ".unpack-x"}) {
    EXPECT_EQ(store.open(id).failure().code, "no_such_release") << id;
  }
}

struct package_store_test : release_store_test {
  package_store_test() {
    write_release(source(), "box", "1.0.0");
    bytes = pack(source())->bytes;
    write(package, bytes);
    write(signature_beside(package), to_text(sign(bytes, key, "of a test")));
  }
  [[nodiscard]] release_store strict() const {
    return {releases(), {.keys = {key.to_public()}, .allow_unsigned = false}};
  }
  fs::path package = directory.path / "box-1.0.0.tar.zst";
  std::string bytes;
  secret_key key = generate_key();
};

TEST_F(package_store_test, a_signed_package_is_unpacked_and_its_hashes_go_with_it) {
  release_store store = strict();
  const auto done = store.unpack({package});
  ASSERT_TRUE(done.ok()) << done.failure().text;
  EXPECT_EQ(done->id, "box-1.0.0");
  EXPECT_EQ(*first_file_difference(source(), releases() / "box-1.0.0"), "");
  const auto view = store.open("box-1.0.0");
  ASSERT_TRUE(view.ok()) << view.failure().text;
  EXPECT_EQ(view->applications.at(0).library_sha256.size(), 64U);
  EXPECT_TRUE(store.unpack({package})->already);
  EXPECT_EQ(kept(), std::vector<std::string>{"box-1.0.0"});
}

TEST_F(package_store_test, what_is_refused_leaves_nothing) {
  release_store store = strict();
  EXPECT_EQ(store.unpack({source()}).failure().code, "unsigned");
  write(package, bytes + "x");
  EXPECT_EQ(store.unpack({package}).failure().code, "altered");
  // Signed, and yet not what it says: the key's owner was careless.
  write(package, bytes.substr(0, bytes.size() - 40));
  write(signature_beside(package), to_text(sign(bytes.substr(0, bytes.size() - 40), key, "")));
  EXPECT_FALSE(store.unpack({package}).ok());
  EXPECT_EQ(kept(), std::vector<std::string>{});
}

TEST_F(package_store_test, a_killed_unpack_is_cleaned_at_the_next_start) {
  // What a kill leaves: everything up to the rename.
  ASSERT_TRUE(strict().unpack({package}).ok());
  fs::rename(releases() / "box-1.0.0", releases() / ".unpack-box-1.0.0");
  EXPECT_FALSE(fs::exists(releases() / "box-1.0.0"));
  release_store store = strict();
  EXPECT_EQ(store.open("box-1.0.0").failure().code, "no_such_release");
  EXPECT_EQ(kept(), std::vector<std::string>{});
}

TEST_F(package_store_test, each_opening_asks_again_what_vouches_for_the_files) {
  ASSERT_TRUE(strict().unpack({package}).ok());
  release_store stranger(releases(), {.keys = {generate_key().to_public()}, .allow_unsigned = false});
  EXPECT_EQ(stranger.open("box-1.0.0").failure().code, "untrusted");
  const fs::path library = releases() / "box-1.0.0" / "lib" / "box-1.0.0" / "box.so";
  write(library, "another");
  EXPECT_EQ(strict().open("box-1.0.0").failure().code, "altered");
  fs::remove_all(releases() / "box-1.0.0" / ".package");
  EXPECT_EQ(strict().open("box-1.0.0").failure().code, "unsigned");
}

}  // namespace
}  // namespace patchbay::release
