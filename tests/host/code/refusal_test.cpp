// Bad input, each refused with its code and a text that names the file, nothing loaded, no file left.
#include <elf.h>
#include <sched.h>
#include <sys/mount.h>

#include <cstddef>

#include "fixture.hpp"
#include "port/files.hpp"

namespace patchbay::code {
namespace {

struct bad_case {
  const char* name;
  const char* code;
  const char* says;  ///< part of the text
};
std::ostream& operator<<(std::ostream& out, const bad_case& each) { return out << each.name; }

class refusals : public code_server_fixture, public ::testing::WithParamInterface<bad_case> {};

TEST_P(refusals, with_code_and_text_and_nothing_left) {
  const auto& [name, code, says] = GetParam();
  const auto wanted = request(name);
  const auto loaded = server_->load(wanted);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.failure().code, code) << loaded.failure().text;
  EXPECT_NE(loaded.failure().text.find(says), std::string::npos) << loaded.failure().text;
  EXPECT_NE(loaded.failure().text.find(wanted.library.filename().string()), std::string::npos) << loaded.failure().text;
  EXPECT_TRUE(nothing_mapped());
  EXPECT_EQ(copies(), std::vector<std::string>{});
  EXPECT_TRUE(server_->generations().empty());
  EXPECT_NE(load("good"), nullptr);  // the server is none the worse
}

constexpr bad_case all_cases[] = {
#if defined(__GNUC__) && !defined(__clang__)
    {"gnu_unique", "lint", "-fno-gnu-unique"},
#endif
    {"static_tls", "lint", "static_tls"},
    {"thread_atexit", "lint", "thread_atexit"},
    {"own_new", "lint", "operator new(unsigned long)"},
    {"runpath", "lint", "libbundled.so"},
    {"global", "lint", "orders::total"},
    {"exports", "lint", "one_more"},
    {"nodelete", "lint", "nodelete"},
    {"stripped", "lint", "no_symtab"},
    {"missing_entry", "missing_entry", "patchbay_plugin"},
    {"no_note", "no_note", "patchbay_add_plugin()"},
    {"bad_note", "bad_note", "nonsense"},
    {"wrong_abi", "wrong_abi", "ABI 2.0"},
    {"wrong_cxx11", "wrong_toolchain", "cxx11_abi=0"},
    {"wrong_sanitizer", "wrong_toolchain", "sanitizer=memory"},
    {"entry_throws", "entry_failed", "no licence"},
    {"entry_refuses", "entry_failed", "not today"},
    {"constructor_throws", "probe_crashed", "SIGABRT"},
    {"constructor_crashes", "probe_crashed", "SIGSEGV"},
    {"destructor_crashes", "probe_crashed", "SIGBUS"},
    {"constructor_exits", "probe_failed", "before its verdict"},
    {"other_table", "facts_differ", "9.9.9"},
};
INSTANTIATE_TEST_SUITE_P(each, refusals, ::testing::ValuesIn(all_cases),
                         [](const auto& each_case) { return each_case.param.name; });

class refused_files : public code_server_fixture {
 protected:
  std::string code_for(const std::string& bytes) {
    const auto library = directory_ / "damaged.so";
    EXPECT_TRUE(port::write_file_atomic(library, bytes));
    const auto loaded = server_->load(request_file(library));
    EXPECT_TRUE(nothing_mapped());
    EXPECT_EQ(copies(), std::vector<std::string>{});
    return loaded ? "ok" : loaded.failure().code;
  }
  static std::string good() { return port::read_file(std::filesystem::path(CASES_DIR) / "good.so").value(); }
};

TEST_F(refused_files, damaged_or_of_another_machine) {
  EXPECT_EQ(code_for("no library"), "not_elf");
  EXPECT_EQ(code_for(good().substr(0, good().size() / 2)), "truncated");
  auto machine = good();
  machine[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_RISCV);
  EXPECT_EQ(code_for(machine), "wrong_machine");
}

TEST_F(refused_files, absent_library_or_facts) {
  auto wanted = request("good");
  wanted.library = directory_ / "absent.so";
  EXPECT_EQ(server_->load(wanted).failure().code, "io");
  wanted = request("good");
  wanted.facts = directory_ / "absent.json";
  EXPECT_FALSE(server_->load(wanted));
  wanted = request("good");
  EXPECT_TRUE(port::write_file_atomic(wanted.facts, "{}\n"));
  EXPECT_EQ(server_->load(wanted).failure().code, "bad_facts");
  EXPECT_EQ(copies(), std::vector<std::string>{});
}

TEST_F(refused_files, facts_of_another_build) {
  auto wanted = request("good");
  wanted.facts = request("good_rebuilt").facts;
  const auto loaded = server_->load(wanted);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.failure().code, "facts_differ");
  EXPECT_NE(loaded.failure().text.find("build_id"), std::string::npos) << loaded.failure().text;
}

TEST_F(refused_files, a_bit_that_changed_after_the_build) {
  const auto library = directory_ / "good.so";
  std::filesystem::copy(std::filesystem::path(CASES_DIR) / "good.so", library);
  const auto wanted = request_file(library);
  auto bytes = port::read_file(library).value();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(port::write_file_atomic(library, bytes));
  EXPECT_EQ(server_->examine(wanted).failure().code, "damaged");
  const auto loaded = server_->load(wanted);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.failure().code, "damaged");
  EXPECT_NE(loaded.failure().text.find(wanted.facts.string()), std::string::npos) << loaded.failure().text;
  EXPECT_EQ(copies(), std::vector<std::string>{});
}

TEST_F(refused_files, a_constructor_that_hangs_is_stopped) {
  auto impatient = options();
  impatient.probe_timeout = std::chrono::milliseconds(500);
  restart(impatient);
  const auto loaded = server_->load(request("constructor_hangs"));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.failure().code, "probe_timeout");
  EXPECT_NE(loaded.failure().text.find("still running after 500 ms"), std::string::npos) << loaded.failure().text;
  EXPECT_EQ(copies(), std::vector<std::string>{});
}

TEST_F(refused_files, nothing_runs_from_a_noexec_mount) {
  const auto mount = directory_ / "noexec";
  std::filesystem::create_directory(mount);
  // In a mount namespace of this process's own, so that nobody else sees the mount.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", mount.c_str(), "tmpfs", MS_NOEXEC, nullptr) != 0) {
    GTEST_SKIP() << "this user may not mount";
  }
  auto there = options();
  there.generations_dir = mount / "generations";
  restart(there);
  const auto loaded = server_->load(request("good"));
  restart(options());
  ASSERT_EQ(::umount(mount.c_str()), 0);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.failure().code, "noexec");
  EXPECT_NE(loaded.failure().text.find(there.generations_dir.string()), std::string::npos) << loaded.failure().text;
}

TEST_F(refused_files, a_declared_global_is_allowed) {
  auto wanted = request("global");
  wanted.globals = {"orders::total", "orders::next()::calls"};
  const auto loaded = server_->load(wanted);
  EXPECT_TRUE(loaded) << loaded.failure().text;
}

}  // namespace
}  // namespace patchbay::code
