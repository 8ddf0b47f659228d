// A full disk when `installing` is written: a small tmpfs where we may mount one, else a limit on the size of files.
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <fstream>

#include "host/release/ledger/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::code;
using fixture::ledger_dir;
using fixture::statuses;

// Restores the limit; the signal that comes with it is ignored, so that write() says EFBIG.
class file_size_limit {
 public:
  explicit file_size_limit(rlim_t most) {
    former_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &former_);
    auto limit = former_;
    limit.rlim_cur = most;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &former_);
    ::signal(SIGXFSZ, former_handler_);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;

 private:
  rlimit former_{};
  void (*former_handler_)(int) = SIG_DFL;
};

void expect_refused_and_intact(ledger& all) {
  const auto begun = all.begin_install("A", "B", std::string(1 << 20, ' '));
  ASSERT_EQ(code(begun), "disk_full") << (begun.ok() ? "" : begun.failure().text);
  EXPECT_NE(begun.failure().text.find("nothing was changed"), std::string::npos) << begun.failure().text;
  EXPECT_EQ(statuses(all), "C unpacked, B unpacked, A permanent");
  EXPECT_EQ(all.history(1)->front().kind, "unpack") << "the install was never begun";
}

TEST(a_full_disk, by_a_limit_on_files_refuses_the_install) {
  const ledger_dir dir;
  auto all = fixture::three(dir.file());
  {
    const file_size_limit limit(256 * 1024);
    expect_refused_and_intact(all);
  }
  EXPECT_EQ(fixture::install(all, "A", "B"), "ok") << "once there is room";
}

TEST(a_full_disk, is_no_reason_not_to_read) {
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  const file_size_limit limit(0);
  const auto read = ledger::open_read_only(dir.file());
  ASSERT_EQ(code(read), "ok") << read.failure().text;
  EXPECT_EQ(statuses(*read), "C unpacked, B unpacked, A permanent");
}

TEST(a_full_disk, of_a_small_filesystem_refuses_the_install) {
  const ledger_dir dir;
  if (::mount("tmpfs", dir.path().c_str(), "tmpfs", 0, "size=768k") != 0) GTEST_SKIP() << "may not mount a tmpfs here";
  {
    auto all = fixture::three(dir.file());
    expect_refused_and_intact(all);
    // Not a byte left: the smallest install does not fit either.
    std::ofstream ballast(dir.path() / "ballast", std::ios::binary);
    while (ballast.put('#').flush()) {
    }
    std::string small = "ok";
    for (int i = 0; i < 100 && small == "ok"; ++i) small = fixture::install(all, "A", "B", false);
    EXPECT_EQ(small, "disk_full");
    std::filesystem::remove(dir.path() / "ballast");
    EXPECT_TRUE(all.history(1).ok());
  }
  EXPECT_EQ(::umount2(dir.path().c_str(), MNT_DETACH), 0);
}

}  // namespace
}  // namespace patchbay::release
