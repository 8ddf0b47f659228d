// Packages that somebody else made, with malice: real archives, written with libarchive.
#include "release/package/unpack.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include "host/port/temporary_directory.hpp"
#include "host/release/manager/release_files.hpp"
#include "port/digest.hpp"
#include "release/package/pack.hpp"

namespace patchbay::release {
namespace {

namespace fs = std::filesystem;

struct entry {
  std::string path;
  std::string bytes = {};
  mode_t type = AE_IFREG;
  std::string symlink = {};
  std::string hardlink = {};
};

std::string archive_of(
    const std::vector<entry>& entries,
    void (*filter)(archive*) = [](archive* to) { archive_write_add_filter_zstd(to); }) {
  std::string bytes(16U << 20U, '\0');
  std::size_t used = 0;
  archive* to = archive_write_new();
  archive_write_set_format_pax(to);
  filter(to);
  archive_write_open_memory(to, bytes.data(), bytes.size(), &used);
  for (const auto& each : entries) {
    archive_entry* made = archive_entry_new();
    archive_entry_set_pathname(made, each.path.c_str());
    archive_entry_set_filetype(made, each.type);
    archive_entry_set_perm(made, 0644);
    if (!each.symlink.empty()) archive_entry_set_symlink(made, each.symlink.c_str());
    if (!each.hardlink.empty()) archive_entry_set_hardlink(made, each.hardlink.c_str());
    archive_entry_set_size(made, static_cast<la_int64_t>(each.bytes.size()));
    EXPECT_EQ(archive_write_header(to, made), ARCHIVE_OK) << archive_error_string(to);
    if (!each.bytes.empty()) archive_write_data(to, each.bytes.data(), each.bytes.size());
    archive_entry_free(made);
  }
  archive_write_close(to);
  archive_write_free(to);
  bytes.resize(used);
  return bytes;
}

std::string hash_of(std::string_view bytes) {
  port::sha256 sum;
  sum.add(bytes);
  return sum.finish();
}

const entry good{.path = "release.toml", .bytes = "name = \"box\"\n"};

entry manifest_of(const std::vector<entry>& files) {
  manifest what{"box", "1.0.0", {}};
  for (const auto& each : files) what.files[each.path] = {each.bytes.size(), hash_of(each.bytes)};
  return {.path = std::string(manifest_name), .bytes = to_text(what)};
}

struct unpack_test : ::testing::Test {
  /// The code of the refusal; and nothing lies outside the directory given, nor links in it.
  std::string refusal(const std::string& package, const package_limits& limits = {}) {
    const fs::path to = directory / "to";
    fs::remove_all(to);
    const auto done = extract(package, to, limits);
    std::size_t beside = 0;
    for (const auto& each : fs::directory_iterator(directory.path())) beside += each.path() == to ? 0 : 1;
    EXPECT_EQ(beside, 0U) << "something was written outside";
    if (fs::exists(to)) {
      for (const auto& each : fs::recursive_directory_iterator(to)) EXPECT_FALSE(each.is_symlink()) << each.path();
    }
    return done ? "" : done.failure().code;
  }
  port::temporary_directory directory;
};

TEST_F(unpack_test, takes_a_sound_package) {
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), good})), "");
  EXPECT_EQ(*port::sha256_of(directory / "to" / "release.toml"), hash_of(good.bytes));
}

TEST_F(unpack_test, refuses_paths_that_lead_elsewhere) {
  const std::string absolute = directory / "outside";
  for (const std::string& path : {std::string("../outside"), std::string("lib/../../outside"), absolute,
                                  std::string("lib//x"), std::string("./x"), std::string("lib/."), std::string("a\\b"),
                                  std::string(".package/x"), std::string("lib/\nx"), std::string(3000, 'x')}) {
    EXPECT_EQ(refusal(archive_of({manifest_of({good}), good, {.path = path, .bytes = "x"}})), "bad_name") << path;
    // A manifest that names it does not help.
    manifest what{"box", "1.0.0", {{path, {1, hash_of("x")}}}};
    EXPECT_EQ(refusal(archive_of({{.path = "manifest.json", .bytes = to_text(what)}, {.path = path, .bytes = "x"}})),
              "bad_manifest")
        << path;
  }
}

TEST_F(unpack_test, refuses_links_devices_and_directories) {
  const std::vector<entry> cases{{.path = "link", .type = AE_IFLNK, .symlink = "/etc/passwd"},
                                 {.path = "link", .type = AE_IFLNK, .symlink = "release.toml"},
                                 {.path = "hard", .hardlink = "release.toml"},
                                 {.path = "device", .type = AE_IFCHR},
                                 {.path = "disk", .type = AE_IFBLK},
                                 {.path = "fifo", .type = AE_IFIFO},
                                 {.path = "lib", .type = AE_IFDIR}};
  for (const auto& each : cases) {
    EXPECT_EQ(refusal(archive_of({manifest_of({good, each}), good, each})), "bad_entry") << each.path;
  }
}

TEST_F(unpack_test, refuses_files_that_the_manifest_does_not_vouch_for) {
  const entry more{.path = "more", .bytes = "x"};
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), good, more})), "unknown_file");
  EXPECT_EQ(refusal(archive_of({manifest_of({good, more}), good})), "missing_file");
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), good, good})), "duplicate");
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), manifest_of({good}), good})), "duplicate");
  entry other = good;
  other.bytes.back() = '\r';
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), other})), "altered") << "same size, other bytes";
  other.bytes = good.bytes + "x";
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), other})), "altered") << "longer";
  other.bytes.resize(3);
  EXPECT_EQ(refusal(archive_of({manifest_of({good}), other})), "altered") << "shorter";
}

TEST_F(unpack_test, refuses_manifests_that_say_too_little) {
  EXPECT_EQ(refusal(archive_of({good})), "bad_manifest");
  EXPECT_EQ(refusal(archive_of({good, manifest_of({good})})), "bad_manifest") << "not first";
  for (const std::string text :
       {"", "[]", "{}", R"({"format":2,"name":"box","vsn":"1.0.0","files":{}})",
        R"({"format":1,"name":"..","vsn":"/","files":{}})", R"({"format":1,"name":"box","vsn":1,"files":{}})",
        R"({"format":1,"name":"box","vsn":"1.0.0","files":{"release.toml":{"size":13}}})",
        R"({"format":1,"name":"box","vsn":"1.0.0","files":{"release.toml":{"size":13,"sha256":"00"}}})"}) {
    EXPECT_EQ(refusal(archive_of({{.path = "manifest.json", .bytes = text}, good})), "bad_manifest") << text;
  }
}

TEST_F(unpack_test, refuses_manifests_that_are_nested_too_deep_or_say_a_thing_twice) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const std::string& text : {deep, R"({"format":)" + deep + R"(,"name":"box","vsn":"1.0.0","files":{}})",
                                  R"({"format":1,"name":"box","vsn":"1.0.0","files":{},"more":)" + deep + "}",
                                  std::string(R"({"format":[[2]],"name":"box","vsn":"1.0.0","files":{}})"),
                                  std::string(R"({"format":1,"name":"box","vsn":"1.0.0","files":{},"vsn":"2.0.0"})")}) {
    EXPECT_EQ(refusal(archive_of({{.path = "manifest.json", .bytes = text}, good})), "bad_manifest")
        << text.substr(0, 80);
  }
}

TEST_F(unpack_test, refuses_more_than_the_limits_before_it_writes) {
  const entry large{.path = "large", .bytes = std::string(1 << 20, '\0')};
  const auto package = archive_of({manifest_of({good, large}), good, large});
  EXPECT_EQ(refusal(package), "") << "a megabyte may be well compressed";
  package_limits small;
  const auto too_large = [&] {
    EXPECT_EQ(refusal(package, small), "too_large");
    EXPECT_FALSE(fs::exists(directory / "to"));
    small = {};
  };
  small.file = large.bytes.size() - 1;
  too_large();
  small.total = large.bytes.size();
  too_large();
  small.files = 1;
  too_large();
  small.ratio_begins = 1 << 19;
  too_large();

  // A manifest of its own size is no way around them.
  const entry bomb{.path = "manifest.json", .bytes = std::string(8 << 20, ' ')};
  EXPECT_EQ(refusal(archive_of({bomb})), "altered");
  // Sizes that add up to little again, were they not looked at one by one.
  const std::string half = std::to_string(std::uint64_t{1} << 63U);
  const std::string file = R"({"sha256":")" + hash_of("") + R"(","size":)" + half + "}";
  const std::string text = R"({"format":1,"name":"box","vsn":"1.0.0","files":{"a":)" + file + R"(,"b":)" + file + "}}";
  EXPECT_EQ(refusal(archive_of({{.path = "manifest.json", .bytes = text}})), "too_large");
}

TEST_F(unpack_test, refuses_what_is_no_tar_zst_and_what_was_cut) {
  EXPECT_EQ(refusal(""), "bad_package");
  EXPECT_EQ(refusal("no package at all"), "bad_package");
  const std::vector<entry> sound{manifest_of({good}), good};
  EXPECT_EQ(refusal(archive_of(sound, [](archive* to) { archive_write_add_filter_gzip(to); })), "bad_package");
  EXPECT_EQ(refusal(archive_of(sound, [](archive* to) { archive_write_add_filter_none(to); })), "")
      << "uncompressed is no danger";
  const auto package = archive_of(sound);
  for (std::size_t cut = 0; cut < package.size() / 2; cut += 7) EXPECT_NE(refusal(package.substr(0, cut)), "") << cut;
}

}  // namespace
}  // namespace patchbay::release
