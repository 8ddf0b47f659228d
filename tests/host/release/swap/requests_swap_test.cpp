// A swap, up and down, while requests are under way: single ones and collections, kept in the state, slept on, answered before and after it. The
// reply has another form in each version.
#include <thread>

#include "player.hpp"

namespace patchbay::test {
namespace {

class requests_swap : public player_swap {
 protected:
  void ask() {
    cast<ask_all>(client_, std::vector<pid>{first_, second_});
    settle(client_);
    settle(first_);
    settle(second_);
  }
  /// What a handler that sleeps on the collection gets, of so many; `meanwhile` runs once it sleeps.
  std::string collected(std::int64_t count, const std::function<void()>& meanwhile) {
    const int before = all_.words.entered;
    std::string got;
    std::thread sleeper([&] { got = call<collect>(callee(client_, 30s), count); });
    EXPECT_TRUE(eventually([&] { return all_.words.entered > before; }));
    meanwhile();
    sleeper.join();
    return got;
  }
  /// Looks at the collection in the state, as the code that runs now.
  template <class State>
  std::string looked_at() {
    std::promise<std::string> answer;
    all_.host->run_on(static_cast<pb_pid>(client_), [&](process::process* p) {
      const auto got = check_response(static_cast<State*>(p->state())->asking);
      answer.set_value(
          got.what != waited::response ? "none" : got.label + ": " + std::string(error_word(got.outcome->status())));
    });
    return answer.get_future().get();
  }
  const pid client_ = spawn();
  const pid first_ = spawn();
  const pid second_ = spawn();
};

TEST_P(requests_swap, a_collection_in_the_state_is_collected_by_the_other_version_whichever_comes_first) {
  ask();
  swap();
  EXPECT_EQ(collected(1, [&] { cast<answer_all>(second_); }), "ask 1: " + new_yes() + ". ");
  EXPECT_EQ(collected(2, [&] { cast<answer_all>(first_); }), "ask 0: " + new_yes() + ". none. ");
}

TEST_P(requests_swap, a_response_that_nobody_waits_for_comes_to_handle_info_of_the_other_version) {
  ask();
  swap();
  cast<answer_all>(first_);
  EXPECT_TRUE(comes(client_, {new_version() + "response " + new_yes()}));
}

// Who asked may be code that is not mapped any more when the answer comes.
TEST_P(requests_swap, what_is_under_way_does_not_hold_the_old_generation) {
  ask();
  swap();
  EXPECT_EQ(old_generation().group.resident_count(), 0U);
  EXPECT_EQ(old_generation().group.needs(), 0);
}

TEST_P(requests_swap, a_reply_in_the_old_form_that_is_read_after_the_swap_is_undef_message_and_not_lost) {
  ask();
  set_suspended(client_, true);
  settle(client_);
  cast<answer_all>(first_);
  settle(first_);
  swap();
  set_suspended(client_, false);
  EXPECT_TRUE(comes(client_, {new_version() + "response undef_message"}));
  cast<answer_all>(second_);
  EXPECT_TRUE(comes(client_, {new_version() + "response undef_message", new_version() + "response " + new_yes()}));
  EXPECT_TRUE(eventually([&] { return old_generation().group.needs() == 0; }));
}

TEST_P(requests_swap, fetching_a_reply_in_the_old_form_is_undef_message) {
  ask();
  // The answer lies in its slot when the swap comes; nobody has looked.
  set_suspended(client_, true);
  settle(client_);
  cast<answer_all>(second_);
  settle(second_);
  swap();
  EXPECT_EQ(up() ? looked_at<v2::player_state>() : looked_at<v1::player_state>(), "ask 1: undef_message");
  set_suspended(client_, false);
  EXPECT_EQ(collected(1, [&] { cast<answer_all>(first_); }), "ask 0: " + new_yes() + ". ");
  EXPECT_TRUE(comes(client_, {}));
}

TEST_P(requests_swap, there_and_back_everything_is_answered_in_the_first_form) {
  ask();
  swap();
  swap_back();
  const std::string got = collected(2, [&] {
    cast<answer_all>(first_);
    settle(first_);
    cast<answer_all>(second_);
  });
  EXPECT_TRUE(got == "ask 0: " + old_yes() + ". ask 1: " + old_yes() + ". " ||
              got == "ask 1: " + old_yes() + ". ask 0: " + old_yes() + ". ")
      << got;
}

TEST_P(requests_swap, a_swap_waits_for_a_handler_that_sleeps_on_a_collection) {
  ask();
  std::thread sleeper([&] { EXPECT_EQ(call<collect>(client_, 1), "ask 0: " + old_yes() + ". "); });
  ASSERT_TRUE(eventually([&] { return all_.words.entered == 1; }));
  release::swap_options options;
  options.suspend_timeout = 30s;
  std::thread answering;
  options.progress = [&](std::string_view phase, std::string_view) {
    // The swap has begun and cannot freeze: only now the answer is asked for.
    if (phase == "freeze") answering = std::thread([&] { cast<answer_all>(first_); });
  };
  const auto done = all_.swap(GetParam(), options);
  EXPECT_TRUE(done) << done.failure().text;
  answering.join();
  sleeper.join();
  EXPECT_EQ(collected(1, [&] { cast<answer_all>(second_); }), "ask 1: " + new_yes() + ". ");
}

TEST_P(requests_swap, the_end_of_who_was_asked_is_told_to_the_other_version_with_its_label) {
  ask();
  swap();
  EXPECT_EQ(collected(1, [&] { kill(second_); }), "ask 1: exit. ");
}

INSTANTIATE_TEST_SUITE_P(both_ways, requests_swap, testing::Values(release::direction::up, release::direction::down),
                         [](const auto& way) { return way.param == release::direction::up ? "up" : "down"; });

}  // namespace
}  // namespace patchbay::test
