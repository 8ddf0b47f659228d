// The file itself: locked, damaged, foreign, from the future, read beside its writer.
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>

#include "host/release/ledger/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::code;
using fixture::ledger_dir;
using fixture::record;
using fixture::statuses;
using namespace std::chrono_literals;

// Another program's connection.
class stranger {
 public:
  explicit stranger(const std::filesystem::path& file) {
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  ~stranger() { sqlite3_close(handle_); }
  stranger(const stranger&) = delete;
  stranger& operator=(const stranger&) = delete;
  void run(const char* sql) {
    if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle_));
  }

 private:
  sqlite3* handle_ = nullptr;
};

TEST(ledger_file, keeps_everything_over_a_clean_end) {
  const ledger_dir dir;
  { const auto all = fixture::three(dir.file()); }
  const auto again = fixture::must_open(dir.file());
  EXPECT_EQ(statuses(again), "C unpacked, B unpacked, A permanent");
}

TEST(ledger_file, a_clean_end_does_not_make_permanent_either) {
  const ledger_dir dir;
  {
    auto all = fixture::three(dir.file());
    EXPECT_EQ(fixture::install(all, "A", "B"), "ok");
  }
  const auto again = fixture::must_open(dir.file());
  EXPECT_EQ(statuses(again), "C unpacked, B unpacked, A permanent");
  ASSERT_EQ(again.interrupted().size(), 1U);
  EXPECT_EQ(again.history(1)->front().kind, "recover");
}

TEST(ledger_file, can_be_read_beside_its_host_and_not_be_changed) {
  const ledger_dir dir;
  auto host = fixture::three(dir.file());
  EXPECT_EQ(fixture::install(host, "A", "B"), "ok");
  auto reader = ledger::open_read_only(dir.file());
  ASSERT_TRUE(reader.ok()) << reader.failure().text;
  EXPECT_EQ(statuses(*reader), "C unpacked, B current, A permanent") << "a reader takes nothing back";
  EXPECT_EQ(code(reader->remove("C")), "read_only");
  EXPECT_EQ(code(host.make_permanent("B")), "ok");
  EXPECT_EQ(statuses(*reader), "C unpacked, B permanent, A old");
}

TEST(ledger_file, absent_is_an_error_for_readers_only) {
  const ledger_dir dir;
  EXPECT_EQ(code(ledger::open_read_only(dir.file())), "no_such_file");
  EXPECT_FALSE(std::filesystem::exists(dir.file()));
  EXPECT_EQ(code(ledger::open(dir.file())), "ok");
  EXPECT_EQ(code(ledger::open_read_only(dir.file())), "ok");
  EXPECT_EQ(code(ledger::open(dir.path() / "no/such/ledger.sqlite")), "io");
}

TEST(ledger_file, that_is_no_file_is_refused_and_not_waited_for) {
  const ledger_dir dir;
  ASSERT_EQ(::mkfifo(dir.file().c_str(), 0600), 0);
  const auto refused = [](const outcome<ledger>& opened) {
    ASSERT_EQ(code(opened), "io");
    EXPECT_NE(opened.failure().text.find("no regular file"), std::string::npos) << opened.failure().text;
  };
  refused(ledger::open(dir.file()));
  refused(ledger::open_read_only(dir.file()));
}

TEST(ledger_file, of_another_user_is_read) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  std::filesystem::permissions(dir.path(), std::filesystem::perms(0755));
  std::filesystem::permissions(dir.file(), std::filesystem::perms(0644));
  ASSERT_EQ(::seteuid(65534), 0);
  {
    const auto read = ledger::open_read_only(dir.file());
    EXPECT_EQ(read ? statuses(*read) : read.failure().text, "C unpacked, B unpacked, A permanent");
  }
  EXPECT_EQ(::seteuid(0), 0);
}

TEST(ledger_file, locked_by_another_process_s_write) {
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  auto all = ledger::open(dir.file(), {.patience = 1ms});
  ASSERT_TRUE(all.ok());
  stranger other(dir.file());
  other.run("BEGIN IMMEDIATE");
  const auto begun = all->begin_install("A", "B", "{}");
  ASSERT_EQ(code(begun), "locked");
  EXPECT_NE(begun.failure().text.find(dir.file().string()), std::string::npos);
  other.run("ROLLBACK");
  EXPECT_EQ(code(all->begin_install("A", "B", "{}")), "ok");
}

TEST(ledger_file, of_something_else_is_refused_and_left_alone) {
  const ledger_dir dir;
  const std::string text =
      "this is no database, but long enough to look like the first page of one: " + std::string(4096, '#');
  std::ofstream(dir.file()) << text;
  EXPECT_EQ(code(ledger::open(dir.file())), "corrupt");
  EXPECT_EQ(std::filesystem::file_size(dir.file()), text.size());

  const auto foreign = dir.path() / "foreign.sqlite";
  stranger(foreign).run("CREATE TABLE songs (name TEXT)");
  EXPECT_EQ(code(ledger::open(foreign)), "corrupt");
}

TEST(ledger_file, damaged_in_the_middle_is_refused) {
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  const auto size = std::filesystem::file_size(dir.file());
  ASSERT_GT(size, 3U * 4096U);
  std::fstream file(dir.file(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096);
  const std::string noise(static_cast<std::size_t>(size) - 4096, '\x5a');
  file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  file.close();
  EXPECT_EQ(code(ledger::open(dir.file())), "corrupt");
  EXPECT_EQ(code(ledger::open_read_only(dir.file())), "corrupt");
}

TEST(ledger_file, of_a_later_patchbay_is_refused) {
  const ledger_dir dir;
  { const auto prepared = fixture::three(dir.file()); }
  stranger(dir.file()).run("PRAGMA user_version = 2");
  const auto opened = ledger::open(dir.file());
  ASSERT_EQ(code(opened), "newer_ledger");
  EXPECT_NE(opened.failure().text.find("ledger version 2, this one knows 1"), std::string::npos)
      << opened.failure().text;
}

}  // namespace
}  // namespace patchbay::release
