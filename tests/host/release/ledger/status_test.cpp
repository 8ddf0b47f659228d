// The table of status changes in ledger.hpp, row by row.
#include "host/release/ledger/fixture.hpp"

namespace patchbay::release {
namespace {

using fixture::code;
using fixture::install;
using fixture::ledger_dir;
using fixture::record;
using fixture::statuses;

class status_changes : public testing::Test {
 protected:
  ledger_dir dir_;
  ledger all_ = fixture::three(dir_.file());
};

TEST_F(status_changes, begin_with_one_permanent_release) {
  EXPECT_EQ(statuses(all_), "C unpacked, B unpacked, A permanent");
  EXPECT_EQ(code(all_.create_releases(record("D"))), "not_empty");
  EXPECT_EQ((*all_.current())->id, "A");
  EXPECT_EQ((*all_.permanent())->id, "A");
  EXPECT_EQ((*all_.permanent())->directory, "/releases/A");
}

TEST_F(status_changes, an_empty_ledger_has_none) {
  const ledger_dir other;
  const auto empty = fixture::must_open(other.file());
  EXPECT_FALSE(empty.current()->has_value());
  EXPECT_FALSE(empty.permanent()->has_value());
  EXPECT_TRUE(empty.list()->empty());
  EXPECT_TRUE(empty.interrupted().empty());
}

TEST_F(status_changes, up_permanent_and_back_as_in_otp) {
  EXPECT_EQ(install(all_, "A", "B"), "ok");
  EXPECT_EQ(statuses(all_), "C unpacked, B current, A permanent");
  EXPECT_EQ((*all_.current())->id, "B");
  EXPECT_EQ(code(all_.make_permanent("B")), "ok");
  EXPECT_EQ(statuses(all_), "C unpacked, B permanent, A old");
  EXPECT_EQ(code(all_.make_permanent("B")), "ok") << "it is already";
  EXPECT_EQ(install(all_, "B", "A"), "ok");
  EXPECT_EQ(statuses(all_), "C unpacked, B permanent, A current");
}

TEST_F(status_changes, the_way_back_before_permanent) {
  EXPECT_EQ(install(all_, "A", "B"), "ok");
  EXPECT_EQ(install(all_, "B", "A"), "ok");
  EXPECT_EQ(statuses(all_), "C unpacked, B old, A permanent");
  EXPECT_EQ((*all_.current())->id, "A");
  EXPECT_EQ(code(all_.make_permanent("A")), "ok");
}

// Not which release is old and was unpacked last: where this one was come to from.
TEST_F(status_changes, served_before_is_where_the_last_install_came_from) {
  EXPECT_EQ(*all_.served_before("A"), "");
  const auto permanently = [this](const char* from, const char* to) {
    EXPECT_EQ(install(all_, from, to), "ok");
    EXPECT_EQ(code(all_.make_permanent(to)), "ok");
  };
  permanently("A", "C");
  permanently("C", "A");
  permanently("A", "B");
  EXPECT_EQ(statuses(all_), "C old, B permanent, A old");
  EXPECT_EQ(*all_.served_before("B"), "A");
  EXPECT_EQ(code(all_.remove("A")), "ok");
  EXPECT_EQ(*all_.served_before("B"), "") << "it is known no more";
}

TEST_F(status_changes, a_current_one_replaced_is_old) {
  EXPECT_EQ(install(all_, "A", "B"), "ok");
  EXPECT_EQ(install(all_, "B", "C"), "ok");
  EXPECT_EQ(statuses(all_), "C current, B old, A permanent");
  EXPECT_EQ(install(all_, "C", "B"), "ok");
  EXPECT_EQ(statuses(all_), "C old, B current, A permanent");
}

TEST_F(status_changes, a_failed_install_moves_nothing) {
  EXPECT_EQ(install(all_, "A", "B", false), "ok");
  EXPECT_EQ(statuses(all_), "C unpacked, B unpacked, A permanent");
  const auto last = all_.history(1)->front();
  EXPECT_EQ(last.outcome, operation_outcome::failed);
  EXPECT_EQ(last.text, "code_change_failed");
  EXPECT_TRUE(last.recorded());
}

TEST_F(status_changes, only_the_running_release_is_made_permanent) {
  EXPECT_EQ(code(all_.make_permanent("B")), "bad_status");
  EXPECT_EQ(code(all_.make_permanent("X")), "no_such_release");
  EXPECT_EQ(install(all_, "A", "B"), "ok");
  EXPECT_EQ(code(all_.make_permanent("A")), "bad_status") << "B runs";
}

TEST_F(status_changes, remove_spares_what_runs_and_what_boots) {
  EXPECT_EQ(install(all_, "A", "B"), "ok");
  EXPECT_EQ(code(all_.remove("A")), "permanent");
  EXPECT_EQ(code(all_.remove("B")), "bad_status");
  EXPECT_EQ(code(all_.remove("C")), "ok");
  EXPECT_EQ(code(all_.remove("C")), "no_such_release");
  EXPECT_EQ(code(all_.make_permanent("B")), "ok");
  EXPECT_EQ(code(all_.remove("A")), "ok");
  EXPECT_EQ(statuses(all_), "B permanent");
}

TEST_F(status_changes, a_release_is_unpacked_once) {
  EXPECT_EQ(code(all_.add_unpacked(record("B"))), "existing_release");
  EXPECT_EQ(code(all_.remove("B")), "ok");
  EXPECT_EQ(code(all_.add_unpacked(record("B"))), "ok");
  EXPECT_EQ(statuses(all_), "B unpacked, C unpacked, A permanent");
}

TEST_F(status_changes, an_install_must_start_where_the_host_is) {
  EXPECT_EQ(code(all_.begin_install("A", "X", "{}")), "no_such_release");
  EXPECT_EQ(code(all_.begin_install("X", "A", "{}")), "no_such_release");
  EXPECT_EQ(code(all_.begin_install("B", "C", "{}")), "bad_status");
  EXPECT_EQ(code(all_.begin_install("A", "A", "{}")), "already_installed");
}

TEST_F(status_changes, one_install_at_a_time) {
  const auto number = all_.begin_install("A", "B", R"({"way_back":true})");
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(code(all_.begin_install("A", "C", "{}")), "busy");
  EXPECT_EQ(code(all_.make_permanent("A")), "busy");
  EXPECT_EQ(code(all_.remove("B")), "busy");
  const auto open = all_.history(1)->front();
  EXPECT_FALSE(open.recorded());
  EXPECT_EQ(open.from, "A");
  EXPECT_EQ(open.to, "B");
  EXPECT_EQ(open.plan_json, R"({"way_back":true})");
  EXPECT_EQ(open.started.size(), std::string("2026-11-20T10:00:00.000Z").size());
  EXPECT_EQ(open.ended, "");
  EXPECT_EQ(code(all_.finish_install(*number + 1, true, "")), "no_such_operation");
  EXPECT_EQ(code(all_.finish_install(*number, true, "")), "ok");
  EXPECT_EQ(code(all_.finish_install(*number, true, "")), "no_such_operation");
}

TEST_F(status_changes, history_is_newest_first_and_limited) {
  EXPECT_EQ(install(all_, "A", "B"), "ok");
  EXPECT_EQ(code(all_.make_permanent("B")), "ok");
  EXPECT_EQ(code(all_.remove("A")), "ok");
  const auto history = all_.history(3);
  ASSERT_EQ(history->size(), 3U);
  EXPECT_EQ((*history)[0].kind, "remove");
  EXPECT_EQ((*history)[1].kind, "make_permanent");
  EXPECT_EQ((*history)[2].kind, "install");
  EXPECT_EQ(all_.history(100)->size(), 6U);
  EXPECT_EQ(all_.history(100)->back().kind, "create_releases");
}

}  // namespace
}  // namespace patchbay::release
