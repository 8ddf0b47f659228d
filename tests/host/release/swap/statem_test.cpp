// A gen_statem is swapped up and down with all that can be pending in it: queued and postponed events, timers, requests.
#include <mutex>

#include <patchbay/gen_statem.hpp>

#include "two_versions.hpp"

namespace patchbay::test {
namespace {

/// What both versions saw: `v2 knock@ajar`.
struct journal {
  std::mutex mutex;
  std::vector<std::string> lines;
  void add(std::string what) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::move(what));
  }
  bool has(const std::string& what) {
    const std::lock_guard lock(mutex);
    return std::find(lines.begin(), lines.end(), what) != lines.end();
  }
};
journal* said_by_porter = nullptr;

// What callers include: the same in both versions.
namespace porter_calls {
PATCHBAY_MESSAGES_OF("app", "porter")
struct where {
  using reply = std::string;
  void serialize(auto&) {}
};
struct knock {
  using reply = std::string;
  void serialize(auto&) {}
};
struct open_up {
  void serialize(auto&) {}
};
struct shut_up {
  void serialize(auto&) {}
};
struct arm {
  std::int64_t ms = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(ms)); }
};
struct visit {
  pid whom;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(whom)); }
};
}  // namespace porter_calls
using namespace porter_calls;

/// Opaque: it is carried through bytes.
struct label {
  label() {}  // NOLINT(modernize-use-equals-default): no aggregate
  explicit label(std::string is) : text(std::move(is)) {}
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};

namespace v1 {
namespace own {
PATCHBAY_MESSAGES_OF("app", "porter")
struct parcel {
  label what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct greet {
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};
struct ring {
  label what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
}  // namespace own
enum class door { locked, open };
struct data {
  std::int64_t opened = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(opened)); }
};
}  // namespace v1
namespace v2 {
namespace own {
PATCHBAY_MESSAGES_OF("app", "porter")
struct parcel {
  label what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
struct greet {
  std::string text;
  std::int64_t times = 1;  // new
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text), PATCHBAY_FIELD(times)); }
};
struct ring {
  label what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
}  // namespace own
/// Renamed, and numbered anew.
enum class door { ajar = 5, shut = 6 };
struct data {
  std::int64_t opened = 0;
  std::int64_t shut = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(opened), PATCHBAY_FIELD(shut)); }
};
}  // namespace v2

struct version_1 {
  static constexpr const char* name = "v1 ";
  using door = v1::door;
  using data = v1::data;
  using parcel = v1::own::parcel;
  using greet = v1::own::greet;
  using ring = v1::own::ring;
  static constexpr door closed = v1::door::locked;
  static constexpr door open = v1::door::open;
};
struct version_2 {
  static constexpr const char* name = "v2 ";
  using door = v2::door;
  using data = v2::data;
  using parcel = v2::own::parcel;
  using greet = v2::own::greet;
  using ring = v2::own::ring;
  static constexpr door closed = v2::door::shut;
  static constexpr door open = v2::door::ajar;
};

/// Behind a closed door it postpones what it would do at an open one.
template <class Version>
struct porter {
  using state = typename Version::door;
  using data = typename Version::data;
  using parcel = typename Version::parcel;
  using greet = typename Version::greet;
  using ring = typename Version::ring;
  using calls = messages<where, knock>;
  using casts = messages<open_up, shut_up, arm, visit, parcel, greet>;
  using timeouts = messages<ring>;
  using result = event_handler_result<state>;

  static auto init(const args&) { return ok(Version::closed, data{}); }
  static result handle_event(const on::call<where>& e, state s, data&) {
    return keep_state().reply(e.from, Version::name + detail::state_name(s));
  }
  static result handle_event(const on::call<knock>& e, state s, data&) {
    if (s == Version::closed) return keep_state().postpone();
    return keep_state().reply(e.from, std::string(Version::name) + "welcome");
  }
  static result handle_event(const on::cast<open_up>&, state, data& d) {
    ++d.opened;
    return next_state(Version::open);
  }
  static result handle_event(const on::cast<shut_up>&, state, data&) { return next_state(Version::closed); }
  static result handle_event(const on::cast<arm>& e, state, data&) {
    return keep_state()
        .state_timeout(std::chrono::milliseconds(e.content.ms), ring{label("state")})
        .timeout("generic", std::chrono::milliseconds(e.content.ms), ring{label("generic")})
        .timeout("long", std::chrono::hours(1), ring{label("long")});
  }
  static result handle_event(const on::cast<visit>& e, state, data&) {
    send_request<knock>(e.content.whom);
    return keep_state();
  }
  static result handle_event(const on::cast<parcel>& e, state s, data&) {
    if (s == Version::closed) return keep_state().postpone();
    return note("parcel " + e.content.what.text, s);
  }
  static result handle_event(const on::cast<greet>& e, state s, data&) {
    if (s == Version::closed) return keep_state().postpone();
    return note("greet " + e.content.text, s);
  }
  static result handle_event(const on::state_timeout<ring>& e, state s, data&) {
    return note("state_timeout " + e.content.what.text, s);
  }
  static result handle_event(const on::generic_timeout<ring>& e, state s, data&) {
    return note("{timeout," + std::string(e.name) + "} " + e.content.what.text, s);
  }
  static result handle_event(const response<knock>& e, state s, data&) { return note("response " + *e.outcome, s); }
  static result handle_event(const on::enter<state>&, state s, data&) { return note("enter", s); }
  static result note(const std::string& what, state s) {
    said_by_porter->add(Version::name + what + "@" + detail::state_name(s));
    return keep_state();
  }
};

using porter_1 = porter<version_1>;
struct porter_2 : porter<version_2> {
  using state_v1 = state_and_data<v1::door, v1::data>;
  static state_and_data<v2::door, v2::data> code_change(upgrade<1>, const state_v1& old) {
    return {old.state == v1::door::locked ? v2::door::shut : v2::door::ajar, {old.data.opened, 0}};
  }
  static state_v1 code_change(downgrade<1>, const state_and_data<v2::door, v2::data>& now) {
    return {now.state == v2::door::shut ? v1::door::locked : v1::door::open, {now.data.opened}};
  }
};

class statem_swap : public testing::TestWithParam<release::direction> {
 protected:
  statem_swap() {
    said_by_porter = &journal_;
    if (!up()) {
      EXPECT_TRUE(all_.swap(release::direction::up).ok());
    }
    porter_ = all_.spawn("porter", 0);
  }
  [[nodiscard]] bool up() const { return GetParam() == release::direction::up; }
  void swap() {
    const auto done = all_.swap(GetParam());
    ASSERT_TRUE(done) << done.failure().text;
  }
  [[nodiscard]] std::string old_version() const { return up() ? "v1 " : "v2 "; }
  [[nodiscard]] std::string new_version() const { return up() ? "v2 " : "v1 "; }
  [[nodiscard]] std::string closed() const { return up() ? "shut" : "locked"; }  // in the new version
  [[nodiscard]] std::string open() const { return up() ? "ajar" : "open"; }
  /// The postponed event has been seen, as everything before it.
  void settle() { static_cast<void>(all_.host->get_state(static_cast<pb_pid>(porter_), 10s)); }
  [[nodiscard]] bool comes(const std::string& what) {
    return eventually([&] { return journal_.has(what); });
  }
  code::generation& old_generation() { return up() ? all_.one : all_.two; }

  journal journal_;
  two_versions all_{{{detail::statem_module<porter_1, 1>::table("app", "porter")},
                     {detail::statem_module<porter_2, 2>::table("app", "porter")}}};
  pid porter_ = pid::nobody;
};

TEST_P(statem_swap, code_change_renames_the_state_and_keeps_the_data_without_an_enter_call) {
  cast<open_up>(porter_);
  EXPECT_EQ(gen_statem::call<where>(porter_), old_version() + (up() ? "open" : "ajar"));
  swap();
  EXPECT_EQ(gen_statem::call<where>(porter_), new_version() + open());
  EXPECT_FALSE(journal_.has(new_version() + "enter@" + open()));
  const auto state = all_.host->get_state(static_cast<pb_pid>(porter_), 10s);
  ASSERT_TRUE(state);
  EXPECT_EQ(state->bytes.substr(4, 8), std::string("\1\0\0\0\0\0\0\0", 8)) << "opened once";
}

TEST_P(statem_swap, postponed_calls_and_casts_are_retried_in_the_other_version) {
  std::thread client([&] { EXPECT_EQ(gen_statem::call<knock>(porter_), new_version() + "welcome"); });
  std::thread inline_client([&] {
    scheduler::attached_thread attached(all_.host->scheduler());
    EXPECT_EQ(gen_statem::call<knock>(porter_), new_version() + "welcome");
  });
  if (up()) {
    cast<v1::own::parcel>(porter_, label("books"));
  } else {
    cast<v2::own::parcel>(porter_, label("books"));
  }
  settle();
  swap();
  EXPECT_EQ(gen_statem::call<where>(porter_), new_version() + closed());
  cast<open_up>(porter_);
  client.join();
  inline_client.join();
  EXPECT_TRUE(comes(new_version() + "parcel books@" + open()));
  EXPECT_TRUE(eventually([&] { return old_generation().group.needs() == 0; }));
}

TEST_P(statem_swap, a_postponed_event_without_a_form_in_the_other_version_is_dropped_and_told) {
  if (up()) {
    cast<v1::own::greet>(porter_, "hello");
  } else {
    cast<v2::own::greet>(porter_, "hello", 1);
  }
  settle();
  swap();
  cast<open_up>(porter_);
  EXPECT_EQ(gen_statem::call<where>(porter_), new_version() + open());
  EXPECT_TRUE(eventually([&] { return all_.host.logged("takes no app/porter.greet in this form: dropped"); }));
  EXPECT_FALSE(journal_.has(new_version() + "greet hello@" + open()));
}

TEST_P(statem_swap, running_timers_fire_in_the_other_version_and_do_not_hold_the_old_one) {
  cast<arm>(porter_, 50);
  settle();
  EXPECT_GT(old_generation().group.needs(), 0);
  swap();
  EXPECT_TRUE(eventually([&] { return old_generation().group.needs() == 0; })) << "the long one is the new version's";
  EXPECT_TRUE(comes(new_version() + "state_timeout state@" + closed()));
  EXPECT_TRUE(comes(new_version() + "{timeout,generic} generic@" + closed()));
}

TEST_P(statem_swap, queued_events_are_handled_in_the_other_version) {
  all_.host->run_on(static_cast<pb_pid>(porter_), [](process::process* p) { p->set_suspended(true); });
  if (up()) {
    cast<v1::own::parcel>(porter_, label("letters"));
  } else {
    cast<v2::own::parcel>(porter_, label("letters"));
  }
  cast<open_up>(porter_);
  settle();
  swap();
  all_.host->run_on(static_cast<pb_pid>(porter_), [](process::process* p) { p->set_suspended(false); });
  EXPECT_TRUE(comes(new_version() + "parcel letters@" + open()));
}

TEST_P(statem_swap, an_outstanding_request_is_answered_in_the_other_version) {
  const pid other = all_.spawn("porter", 0);
  cast<visit>(other, porter_);
  settle();
  static_cast<void>(all_.host->get_state(static_cast<pb_pid>(other), 10s));
  settle();
  swap();
  cast<open_up>(porter_);
  EXPECT_TRUE(comes(new_version() + "response " + new_version() + "welcome@" + closed()));
}

TEST_P(statem_swap, there_and_back_with_everything_pending) {
  std::thread client([&] { EXPECT_EQ(gen_statem::call<knock>(porter_), old_version() + "welcome"); });
  if (up()) {
    cast<v1::own::parcel>(porter_, label("twice"));
  } else {
    cast<v2::own::parcel>(porter_, label("twice"));
  }
  cast<arm>(porter_, 100'000);
  ASSERT_TRUE(eventually([&] { return all_.host->info(static_cast<pb_pid>(porter_))->handled >= 3; }));
  swap();
  ASSERT_TRUE(all_.swap(up() ? release::direction::down : release::direction::up).ok());
  cast<open_up>(porter_);
  client.join();
  EXPECT_TRUE(comes(old_version() + "parcel twice@" + (up() ? "open" : "ajar")));
}

INSTANTIATE_TEST_SUITE_P(both_ways, statem_swap, testing::Values(release::direction::up, release::direction::down),
                         [](const auto& way) { return way.param == release::direction::up ? "up" : "down"; });

}  // namespace
}  // namespace patchbay::test
