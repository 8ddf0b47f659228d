#include "scheduler/spares.hpp"

#include <gtest/gtest.h>

namespace patchbay::scheduler {
namespace {

TEST(spares, a_slot_for_which_no_thread_could_be_made_is_its_givers_again) {
  spares all(1);
  worker_slot slot;
  ASSERT_EQ(all.give(slot), spares::offer::need_thread);
  EXPECT_EQ(all.give(slot), spares::offer::refused) << "the one thread that there may be counts already";
  EXPECT_TRUE(all.withdraw(slot));
  // It is not counted any more: the next may try again.
  EXPECT_EQ(all.give(slot), spares::offer::need_thread);
}

TEST(spares, a_forced_one_waits_for_who_comes_free) {
  spares all(1);
  worker_slot slot;
  ASSERT_EQ(all.give(slot, true), spares::offer::need_thread);
  all.no_thread();
  worker_slot other;
  EXPECT_EQ(all.give(other), spares::offer::need_thread);
}

}  // namespace
}  // namespace patchbay::scheduler
