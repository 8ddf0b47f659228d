#include "mailbox/mailbox.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace patchbay::mailbox {
namespace {

using message::envelope;
using message::signal;

struct numbered final : envelope {
  numbered(int by, int nth) : envelope(signal::info), writer(by), number(nth) {}
  int writer;
  int number;
};

std::vector<int> numbers(envelope_list list) {
  std::vector<int> seen;
  while (!list.empty()) {
    const std::unique_ptr<envelope> next(list.pop());
    seen.push_back(static_cast<numbered&>(*next).number);
  }
  return seen;
}

/// Open at generation 1, with the token free.
struct mailbox_test : testing::Test {
  mailbox_test() {
    box.open();
    EXPECT_TRUE(box.try_release());
  }
  mailbox box;
};

TEST_F(mailbox_test, the_first_push_gets_the_token_and_the_next_do_not) {
  EXPECT_EQ(box.push(1, new numbered(0, 1)), pushed::schedule);
  EXPECT_EQ(box.push(1, new numbered(0, 2)), pushed::queued);
  EXPECT_EQ(box.try_acquire(1), acquired::busy);
  EXPECT_EQ(numbers(box.take_all()), (std::vector<int>{1, 2}));
}

TEST_F(mailbox_test, a_push_while_the_token_is_held_is_queued) {
  ASSERT_EQ(box.try_acquire(1), acquired::yes);
  EXPECT_EQ(box.push(1, new numbered(0, 1)), pushed::queued);
  EXPECT_FALSE(box.try_release());
  EXPECT_EQ(numbers(box.take_all()), (std::vector<int>{1}));
  EXPECT_TRUE(box.try_release());
  EXPECT_TRUE(numbers(box.take_all()).empty());
}

TEST_F(mailbox_test, another_generation_is_refused_in_the_same_step) {
  numbered stale(0, 1);
  EXPECT_EQ(box.push(2, &stale), pushed::closed);
  EXPECT_EQ(box.try_acquire(2), acquired::closed);
  EXPECT_FALSE(box.live(2));
  EXPECT_TRUE(box.live(1));
}

TEST_F(mailbox_test, closing_gives_back_what_was_queued_and_raises_the_generation) {
  ASSERT_EQ(box.push(1, new numbered(0, 1)), pushed::schedule);
  ASSERT_EQ(box.push(1, new numbered(0, 2)), pushed::queued);
  EXPECT_EQ(numbers(box.close()), (std::vector<int>{1, 2}));
  numbered late(0, 3);
  EXPECT_EQ(box.push(1, &late), pushed::closed);
  // Free: not even the next generation's pid exists yet.
  EXPECT_EQ(box.push(2, &late), pushed::closed);
  EXPECT_EQ(box.generation(), 2U);
  box.open();
  EXPECT_TRUE(box.live(2));
}

TEST(mailbox, a_slot_whose_generations_are_used_up_is_at_zero) {
  mailbox box(mailbox::last_generation);
  box.open();
  EXPECT_TRUE(numbers(box.close()).empty());
  EXPECT_EQ(box.generation(), 0U);
}

// Writers race with each other and with a reader that takes and releases the token: nothing is lost or doubled, each writer's order holds, and
// exactly one thread has the token at any time.
TEST(mailbox, many_writers_and_their_order) {
  constexpr int writers = 4;
  constexpr int each = 20'000;
  mailbox box;
  box.open();
  ASSERT_TRUE(box.try_release());
  std::atomic<int> holders{0};
  std::atomic<int> taken{0};
  std::vector<int> next(writers, 0);  // guarded by the token
  const auto drain = [&] {
    EXPECT_EQ(++holders, 1);
    for (;;) {
      envelope_list list = box.take_all();
      while (!list.empty()) {
        const std::unique_ptr<envelope> node(list.pop());
        const auto& seen = static_cast<numbered&>(*node);
        EXPECT_EQ(seen.number, next[static_cast<std::size_t>(seen.writer)]++);
        ++taken;
      }
      --holders;
      if (box.try_release()) return;
      ++holders;
    }
  };
  std::vector<std::thread> threads;
  for (int w = 0; w < writers; ++w) {
    threads.emplace_back([&, w] {
      for (int n = 0; n < each; ++n) {
        if (box.push(1, new numbered(w, n)) == pushed::schedule) drain();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken, writers * each);
}

}  // namespace
}  // namespace patchbay::mailbox
