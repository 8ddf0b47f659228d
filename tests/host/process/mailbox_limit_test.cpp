// Back-pressure: max_mailbox of a module, and the alarm at 10,000.
#include "runtime.hpp"

namespace patchbay::test {
namespace {

std::atomic<bool>* opened = nullptr;
std::atomic<int>* held = nullptr;

namespace limit {
PATCHBAY_MESSAGES_OF("test", "bounded");
struct stay {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct count_it {
  void serialize(auto&) {}
};
struct counted {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
struct request_it {
  using reply = std::int64_t;
  pid whom;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom)); }
};
}  // namespace limit
using limit::count_it;
using limit::counted;
using limit::request_it;
using limit::stay;

}  // namespace

struct bounded {
  static constexpr std::size_t max_mailbox = 3;
  using calls = messages<stay, counted>;
  using casts = messages<count_it>;
  using infos = messages<count_it>;
  struct state {
    std::int64_t casts = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(casts)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const stay&, from, state& s) {
    ++*held;
    while (!*opened) std::this_thread::yield();
    return s.casts;
  }
  static std::int64_t handle_call(const counted&, from, state& s) { return s.casts; }
  static void handle_cast(const count_it&, state& s) { ++s.casts; }
  static void handle_info(const count_it&, state& s) { ++s.casts; }
};
struct unbounded {
  using calls = messages<stay, counted, request_it>;
  using casts = messages<count_it>;
  using state = bounded::state;
  static state init() { return {}; }
  static std::int64_t handle_call(const stay& m, from f, state& s) { return bounded::handle_call(m, f, s); }
  static std::int64_t handle_call(const counted&, from, state& s) { return s.casts; }
  static std::int64_t handle_call(const request_it& m, from, state&) {
    try {
      send_request<counted>(m.whom);
    } catch (const status_error& refused) {
      return refused.status();
    }
    return 0;
  }
  static void handle_cast(const count_it&, state& s) { ++s.casts; }
};

}  // namespace patchbay::test

using patchbay::test::bounded;
using patchbay::test::unbounded;
PATCHBAY_GEN_SERVER(bounded, 1)
PATCHBAY_GEN_SERVER(unbounded, 1)

namespace patchbay::test {
namespace {

class mailbox_limit_test : public testing::Test {
 protected:
  mailbox_limit_test() {
    opened = &open_;
    held = &held_;
  }
  ~mailbox_limit_test() override { open_ = true; }
  /// One whose handler runs until the test opens it.
  pid busy(const std::string& module) {
    const pid server = static_cast<pid>(host_.spawn(module));
    holder_ = std::jthread([server] { (void)try_call<stay>(callee(server, infinity)); });
    EXPECT_TRUE(eventually([this] { return held_ == 1; }));
    return server;
  }

  std::atomic<bool> open_{false};
  std::atomic<int> held_{0};
  runtime host_{patchbay_module_bounded, patchbay_module_unbounded};
  std::jthread holder_;
};

TEST_F(mailbox_limit_test, calls_and_casts_beyond_max_mailbox_are_overloaded_and_not_sent) {
  const pid server = busy("bounded");
  // The call that is being handled counts until it is done.
  for (int i = 0; i < 2; ++i) cast<count_it>(server);
  try {
    cast<count_it>(server);
    FAIL();
  } catch (const status_error& refused) {
    EXPECT_EQ(refused.status(), PB_E_OVERLOADED);
    EXPECT_NE(refused.reason().find("max_mailbox"), std::string::npos) << refused.reason();
  }
  EXPECT_EQ(try_call<counted>(server).status(), PB_E_OVERLOADED);
  EXPECT_EQ(call<request_it>(static_cast<pid>(host_.spawn("unbounded")), server), PB_E_OVERLOADED);
  send<count_it>(server);  // an info is not refused
  open_ = true;
  holder_.join();
  EXPECT_TRUE(eventually([&] { return try_call<counted>(server).status() == PB_OK; }));
  EXPECT_EQ(call<counted>(server), 3);
}

// A thread that is attached, outside any handler, is slowed down instead of refused.
TEST_F(mailbox_limit_test, casts_of_an_attached_thread_wait_for_room) {
  const pid server = busy("bounded");
  for (int i = 0; i < 2; ++i) cast<count_it>(server);
  std::atomic<int> sent{0};
  std::thread producer([&] {
    scheduler::attached_thread attached(host_->scheduler());
    ++sent;
    for (int i = 0; i < 1000; ++i) {
      cast<count_it>(server);
      ++sent;
    }
  });
  EXPECT_TRUE(eventually([&] { return sent == 1; }));
  EXPECT_EQ(try_call<counted>(server).status(), PB_E_OVERLOADED);
  EXPECT_EQ(sent, 1) << "nothing was let in before there was room";
  open_ = true;
  producer.join();
  holder_.join();
  // Calls are refused while it is full, attached or not.
  std::int64_t count = 0;
  EXPECT_TRUE(eventually([&] {
    const auto now = try_call<counted>(server);
    count = now ? *now : 0;
    return count == 1002;
  })) << count;
}

TEST_F(mailbox_limit_test, an_attached_thread_that_waits_goes_on_when_the_process_ends) {
  const pid server = busy("bounded");
  for (int i = 0; i < 2; ++i) cast<count_it>(server);
  std::thread producer([&] {
    scheduler::attached_thread attached(host_->scheduler());
    cast<count_it>(server);  // to nobody: no error
  });
  host_->exit(static_cast<pb_pid>(server), {PB_EXIT_KILL, {}});
  open_ = true;
  producer.join();
}

TEST_F(mailbox_limit_test, the_stop_of_the_host_refuses_a_cast_that_waits) {
  const pid server = busy("bounded");
  for (int i = 0; i < 2; ++i) cast<count_it>(server);
  pb_status refused = PB_OK;
  std::thread producer([&] {
    scheduler::attached_thread attached(host_->scheduler());
    try {
      cast<count_it>(server);
    } catch (const status_error& why) {
      refused = why.status();
    }
  });
  // The handler ends only once the cast has been refused: its worker, which stop() waits for, is not what lets it go.
  std::thread opener([&] {
    producer.join();
    open_ = true;
  });
  host_->stop();
  opener.join();
  EXPECT_EQ(refused, PB_E_SHUTTING_DOWN);
}

TEST_F(mailbox_limit_test, alarm_at_10000_queued_is_one_log_line) {
  const pid server = busy("unbounded");
  const auto fill = [&](int count) {
    for (int i = 0; i < count; ++i) cast<count_it>(server);
  };
  fill(9'990);
  EXPECT_FALSE(host_.logged("messages: it is sent more than it handles"));
  fill(2'000);
  EXPECT_TRUE(host_.logged("messages: it is sent more than it handles"));
  EXPECT_EQ(host_.lines("messages: it is sent more than it handles"), 1);
  open_ = true;
  holder_.join();
  EXPECT_EQ(call<counted>(with_timeout(server, 60s)), 11'990);
}

}  // namespace
}  // namespace patchbay::test
