// OTP.md section 4: sys:change_code, of one suspended process, up and down, with messages that wait.
#include <gtest/gtest.h>

#include <thread>

#include <patchbay/sys.hpp>

#include "release/swap/change_code.hpp"
#include "two_versions.hpp"

namespace patchbay::test {
namespace {

struct whose {
  using reply = std::int64_t;
  void serialize(auto&) {}
};
/// Its second version forgot its code_change.
struct orphan_1 {
  using calls = messages<whose>;
  struct state {
    std::int64_t handled = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(handled)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const whose&, from, state& s) { return 100 + ++s.handled; }
};
struct orphan_2 {
  using calls = messages<whose>;
  struct state {
    std::int64_t handled = 0;
    std::string since;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(handled), PATCHBAY_FIELD(since)); }
  };
  static state init() { return {}; }
  static std::int64_t handle_call(const whose&, from, state& s) { return 200 + ++s.handled; }
};

struct change_code_test : ::testing::Test {
  change_code_test() {
    versions.host.sys().bind(*versions.host, [this](process::process& suspended) {
      const process::module& to = *newest->find(suspended.code().name());
      to.group().need();
      auto done = release::change_code_to(suspended, *versions.host, to, nullptr);
      to.group().release();
      return done;
    });
  }
  process::asked change() { return versions.host.sys().request(versions.host->whereis("c"), PB_SYS_CHANGE_CODE, ""); }

  two_versions versions{{{detail::server_module<orphan_1, 1>::table("app", "orphan")},
                         {detail::server_module<orphan_2, 2>::table("app", "orphan")}}};
  code::generation* newest = &versions.two;
};

TEST_F(change_code_test, moves_one_suspended_process_and_no_other) {
  versions.spawn("counter", 5, "c");
  const pid other = versions.spawn("counter", 7);
  sys::suspend("c");
  sys::change_code("c");
  sys::resume("c");
  EXPECT_EQ(call<version>("c"), 2);
  EXPECT_EQ(call<bump>("c", 1), 6);
  EXPECT_EQ(call<version>(other), 1);
  EXPECT_EQ(versions.one.group.resident_count(), 1U);
  EXPECT_EQ(versions.two.group.resident_count(), 1U);
  EXPECT_EQ(versions.two.group.needs(), 0);
  EXPECT_EQ(versions.one.group.needs(), 0);
}

TEST_F(change_code_test, goes_up_and_down_again_with_calls_waiting) {
  versions.spawn("counter", 5, "c");
  for (const bool up : {true, false}) {
    newest = up ? &versions.two : &versions.one;
    sys::suspend("c");
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i) callers.emplace_back([] { call<bump>("c", 1); });
    EXPECT_TRUE(eventually([&] { return versions.host->info(versions.host->whereis("c"))->queued == 4; }));
    sys::change_code("c");
    EXPECT_NE(sys::get_status("c").find("\"status\":\"suspended\""), std::string::npos)
        << "it serves nothing before resume";
    sys::resume("c");
    for (std::thread& each : callers) each.join();
    EXPECT_EQ(call<version>("c"), up ? 2 : 1);
    EXPECT_EQ(call<bump>("c", 0), up ? 9 : 13);
  }
}

TEST_F(change_code_test, of_a_state_that_goes_through_bytes_and_back) {
  versions.spawn("keeper", 3, "c");
  sys::suspend("c");
  sys::change_code("c");
  newest = &versions.one;
  sys::change_code("c");
  sys::resume("c");
  EXPECT_EQ(call<keep>("c", 1), 4);
  EXPECT_EQ(versions.words.alive, 1) << "the old states are gone";
}

TEST_F(change_code_test, when_running_is_unknown_system_msg) {
  versions.spawn("counter", 5, "c");
  EXPECT_EQ(change().status, PB_E_UNKNOWN_SYSTEM_MSG);
  EXPECT_EQ(call<version>("c"), 1);
}

TEST_F(change_code_test, that_throws_is_an_error_and_the_process_is_as_it_was) {
  versions.spawn("counter", 5, "c");
  versions.words.fail_at = 5;
  versions.words.how = "throw";
  sys::suspend("c");
  const process::asked failed = change();
  EXPECT_EQ(failed.status, PB_E_CALLBACK_FAILED);
  EXPECT_NE(failed.text.find("cannot carry 5"), std::string::npos) << failed.text;
  sys::resume("c");
  EXPECT_EQ(call<version>("c"), 1);
  EXPECT_EQ(call<bump>("c", 1), 6);
}

TEST_F(change_code_test, missing_is_error_exit_undef_and_the_server_lives) {
  const auto refused = [&](const char* what) {
    sys::suspend("c");
    const process::asked failed = change();
    sys::resume("c");
    EXPECT_EQ(failed.status, PB_E_CALLBACK_FAILED);
    EXPECT_NE(failed.text.find("{'EXIT',{undef,code_change}}"), std::string::npos) << failed.text;
    EXPECT_NE(failed.text.find(what), std::string::npos) << failed.text;
  };
  const pid older = versions.spawn("orphan", 0, "c");
  EXPECT_EQ(call<whose>("c"), 101);
  refused("no code_change from state version 1");
  EXPECT_EQ(call<whose>("c"), 102);
  EXPECT_EQ(whereis("c"), older);
  gen_server::stop("c");
  // And down: it is the newer plugin that would know the way.
  process::spawn_request request;
  request.find_module = [&] {
    versions.two.group.need();
    return versions.two.find("orphan");
  };
  request.name = "c";
  ASSERT_TRUE(versions.host->spawn(request));
  newest = &versions.one;
  EXPECT_EQ(call<whose>("c"), 201);
  refused("no code_change to state version 1");
  EXPECT_EQ(call<whose>("c"), 202);
}

TEST_F(change_code_test, its_continue_runs_before_what_is_queued) {
  versions.spawn("counter", 5, "c");
  versions.words.fail_at = 5;
  versions.words.how = "continue";
  sys::suspend("c");
  std::thread caller([] { EXPECT_EQ(call<bump>("c", 1), 1006); });
  EXPECT_TRUE(eventually([&] { return versions.host->info(versions.host->whereis("c"))->queued == 1; }));
  sys::change_code("c");
  EXPECT_EQ(versions.words.continued, 0);
  sys::resume("c");
  caller.join();
  EXPECT_EQ(versions.words.continued, 1);
}

TEST_F(change_code_test, of_one_that_runs_the_newest_changes_nothing) {
  newest = &versions.one;
  versions.spawn("counter", 5, "c");
  sys::suspend("c");
  EXPECT_EQ(change().bytes, R"({"changed":false,"from":"g1","to":"g1"})");
}

}  // namespace
}  // namespace patchbay::test
