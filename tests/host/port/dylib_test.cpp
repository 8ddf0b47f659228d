#include "port/dylib.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "port/files.hpp"
#include "port/memory.hpp"
#include "temporary_directory.hpp"

namespace patchbay::port {
namespace {

bool mapped(const std::filesystem::path& file) {
  const auto all = read_mappings();
  for (const auto& each : *all) {
    if (each.name == file.string()) return true;
  }
  return false;
}

TEST(dylib, loads_finds_and_shows_that_it_is_gone) {
  auto library = dylib::open(SAMPLE_LIBRARY);
  ASSERT_TRUE(library) << library.failure().text;
  void* found = library->find("answer");
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(library->range().contains(std::bit_cast<std::uintptr_t>(found)));
  EXPECT_EQ(std::bit_cast<int (*)()>(found)(), 42);
  EXPECT_EQ(library->find("question"), nullptr);
  EXPECT_TRUE(in_loader_list(SAMPLE_LIBRARY));
  EXPECT_TRUE(still_loaded(SAMPLE_LIBRARY));
  EXPECT_TRUE(mapped(SAMPLE_LIBRARY));

  ASSERT_TRUE(library->close());
  EXPECT_FALSE(in_loader_list(SAMPLE_LIBRARY));
  EXPECT_FALSE(still_loaded(SAMPLE_LIBRARY));
  EXPECT_FALSE(mapped(SAMPLE_LIBRARY));
  EXPECT_EQ(library->close().failure().code, "dlclose_failed");
}

TEST(dylib, copies_are_libraries_of_their_own) {
  const temporary_directory directory;
  ASSERT_TRUE(port::copy_file(SAMPLE_LIBRARY, directory / "a.so"));
  ASSERT_TRUE(port::copy_file(SAMPLE_LIBRARY, directory / "b.so"));
  auto a = dylib::open(directory / "a.so");
  auto b = dylib::open(directory / "b.so");
  ASSERT_TRUE(a && b);
  EXPECT_FALSE(a->range().overlaps(b->range()));
  ASSERT_TRUE(a->close());
  EXPECT_FALSE(in_loader_list(directory / "a.so"));
  EXPECT_TRUE(in_loader_list(directory / "b.so"));
}

TEST(dylib, a_moved_from_library_holds_nothing) {
  auto opened = dylib::open(SAMPLE_LIBRARY);
  ASSERT_TRUE(opened);
  {
    dylib first = std::move(opened.value());
    EXPECT_FALSE(opened->is_open());
    dylib second;
    second = std::move(first);
    EXPECT_TRUE(second.is_open());
    EXPECT_TRUE(still_loaded(SAMPLE_LIBRARY));
  }
  EXPECT_FALSE(still_loaded(SAMPLE_LIBRARY));
}

TEST(dylib, says_what_the_loader_says) {
  const auto missing = dylib::open("no/such/library.so");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.failure().code, "dlopen_failed");
  EXPECT_NE(missing.failure().text.find("No such file"), std::string::npos) << missing.failure().text;
}

}  // namespace
}  // namespace patchbay::port
