#include "code/elf/lint.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "code/elf/note_check.hpp"

namespace patchbay::code {
namespace {

std::vector<finding> findings_in(const std::string& name, lint_options options = {}) {
  const auto file = elf_file::open(std::filesystem::path(CASES_DIR) / (name + ".so"));
  EXPECT_TRUE(file) << file.failure().text;
  options.sanitizer = build_facts::own().sanitizer;
  return file ? lint(*file, options) : std::vector<finding>{};
}

/// `rule symbol` of each, in lint's order.
std::vector<std::string> found_in(const std::string& name, const lint_options& options = {}) {
  std::vector<std::string> all;
  for (const auto& each : findings_in(name, options)) all.push_back(each.rule + " " + each.symbol);
  return all;
}

bool has_rule(const std::string& name, const std::string& rule) {
  for (const auto& each : findings_in(name)) {
    if (each.rule == rule) return true;
  }
  return false;
}

using words = std::vector<std::string>;

TEST(lint, a_good_plugin_is_clean) {
  for (const auto* name : {"good", "good_2", "good_rebuilt", "constructor_throws"})
    EXPECT_EQ(found_in(name), words{}) << name;
}

#if defined(__GNUC__) && !defined(__clang__)
TEST(lint, gnu_unique) { EXPECT_TRUE(has_rule("gnu_unique", "gnu_unique")) << describe(findings_in("gnu_unique")); }
#endif

TEST(lint, one_rule_each) {
  EXPECT_EQ(found_in("nodelete"), words{"nodelete DF_1_NODELETE"});
  EXPECT_EQ(found_in("static_tls"), words{"static_tls DF_STATIC_TLS"});
  EXPECT_EQ(found_in("exports"), words{"exports one_more"});
  EXPECT_EQ(found_in("textrel"), words{"textrel DT_TEXTREL"});
  EXPECT_EQ(found_in("no_build_id"), words{"no_build_id NT_GNU_BUILD_ID"});
  EXPECT_EQ(found_in("stripped"), words{"no_symtab .symtab"});
  EXPECT_EQ(found_in("missing_entry"), words{"missing_entry patchbay_plugin"});
  EXPECT_EQ(found_in("thread_atexit"), words{"thread_atexit __cxa_thread_atexit"});
}

TEST(lint, own_allocator_names_each_function) {
  EXPECT_EQ(found_in("own_new"),
            (words{"own_allocator operator delete(void*)", "own_allocator operator delete(void*, unsigned long)",
                   "own_allocator operator new(unsigned long)"}));
}

TEST(lint, a_bundled_library_and_the_way_to_it) {
  EXPECT_EQ(found_in("runpath"), (words{"needed libbundled.so", "runpath /opt/bundle"}));
  lint_options allowed;
  allowed.allowed_needed = {"libbundled.so"};
  EXPECT_EQ(found_in("runpath", allowed), words{"runpath /opt/bundle"});
}

TEST(lint, a_static_runtime_is_recognised) {
  if (build_facts::own().sanitizer != "none") GTEST_SKIP() << "sanitizers replace parts of the static run-time library";
  EXPECT_TRUE(has_rule("static_runtime", "static_runtime"));
}

TEST(lint, writable_globals_unless_declared) {
  EXPECT_EQ(found_in("global"), (words{"writable_global orders::next()::calls", "writable_global orders::total"}));
  lint_options declared;
  declared.globals = {"orders::total"};
  EXPECT_EQ(found_in("global", declared), words{"writable_global orders::next()::calls"});
  declared.globals = {"orders::total", "orders::next()::calls"};
  EXPECT_EQ(found_in("global", declared), words{});
}

TEST(lint, outermost_names) {
  EXPECT_EQ(outermost_name("_ZZN6cereal6detail12StaticObjectI3fooE6createEvE1t"), "cereal");
  EXPECT_EQ(outermost_name("_ZGVZN6cereal6detail12StaticObjectI3fooE6createEvE1t"), "cereal");
  EXPECT_EQ(outermost_name("_ZZN8patchbay3fooI8sequenceEEvvE1x"), "patchbay");
  EXPECT_EQ(outermost_name("_ZN6orders5totalE"), "orders");
  EXPECT_EQ(outermost_name("_ZL5count"), "count");
  EXPECT_EQ(outermost_name("_ZStL8__ioinit"), "std");
  EXPECT_EQ(outermost_name("_ZNSt6locale7classicE"), "std");
  EXPECT_EQ(outermost_name("total"), "");
  EXPECT_EQ(outermost_name("_Z"), "");
  EXPECT_EQ(outermost_name("_Z99999999999999999999x"), "");
}

}  // namespace
}  // namespace patchbay::code
