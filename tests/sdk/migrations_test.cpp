// code_change both ways: direct, over several versions, with a continue, one way only.
#include <gtest/gtest.h>

#include <patchbay/patchbay.hpp>

#include "fake_host.hpp"

namespace {

struct total_only {
  std::int64_t total = 0;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
};
struct announce {
  std::string text;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(text)); }
};

struct counter {
  using continues = patchbay::messages<announce>;
  struct state {
    std::int64_t total = 0;
    std::int64_t largest = 0;
    std::string name;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(largest), PATCHBAY_FIELD(name)); }
  };
  using state_v1 = total_only;
  struct state_v2 {
    std::int64_t total = 0;
    std::int64_t largest = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(largest)); }
  };
  static state init(const patchbay::args&) { return {}; }
  static void handle_continue(const announce& m, state& s) { s.name += m.text; }

  static state_v2 code_change(patchbay::upgrade<1>, const state_v1& old) {
    if (old.total < 0) throw std::runtime_error("below zero");
    return {old.total, old.total};
  }
  static auto code_change(patchbay::upgrade<2>, const state_v2& old, const patchbay::args& config) {
    return patchbay::ok(state{old.total, old.largest, config.get<std::string>("name", "none")},
                        patchbay::then(announce{"!"}));
  }
  static state_v2 code_change(patchbay::downgrade<2>, const state& now) { return {now.total, now.largest}; }
  static state_v1 code_change(patchbay::downgrade<1>, const state_v2& now) { return {now.total}; }
};
PATCHBAY_GEN_SERVER(counter, 3)

struct one_way {
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct state_v2 {
    std::int32_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init(const patchbay::args&) { return {}; }
  static state code_change(patchbay::upgrade<2>, const state_v2& old) { return {old.total}; }
};
PATCHBAY_GEN_SERVER(one_way, 3)

struct down_only {
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init(const patchbay::args&) { return {}; }
  static total_only code_change(patchbay::downgrade<1>, const state& now) { return {now.total}; }
};
PATCHBAY_GEN_SERVER(down_only, 2)

class migrations : public testing::Test {
 protected:
  sdk_test::fake_host host;
  sdk_test::answer result;
  pb_args config;
  pb_code_change what{sizeof(pb_code_change), PB_UP, 1, 3, &config};
};

TEST_F(migrations, table) {
  const auto& module = *patchbay_module_counter("app");
  ASSERT_EQ(module.migration_count, 2u);
  for (std::uint32_t i = 0; i < 2; ++i) {
    const auto& row = *module.migrations[i];
    EXPECT_EQ(row.version, i + 1);
    EXPECT_EQ(row.old_state->version, i + 1);
    EXPECT_EQ(sdk_test::text_of(row.old_state->name), "counter");
    EXPECT_NE(row.up, nullptr);
    EXPECT_NE(row.down, nullptr);
  }
  EXPECT_EQ(sdk_test::text_of(module.migrations[0]->old_state->schema), R"({"struct":[["total","i64"]]})");
}

TEST_F(migrations, up_over_two_versions_with_a_continue) {
  const std::string_view name = "set";
  config.entries = {{"name", {PB_VALUE_STRING, 0, 0, 0, {name.data(), name.size()}, nullptr}}};
  const auto& module = *patchbay_module_counter("app");
  const total_only old{41};
  alignas(counter::state) unsigned char room[sizeof(counter::state)];
  ASSERT_EQ(module.migrations[0]->up(&what, &old, room, &result), PB_OK);
  auto* now = std::launder(reinterpret_cast<counter::state*>(room));
  EXPECT_EQ(now->total, 41);
  EXPECT_EQ(now->largest, 41);
  EXPECT_EQ(now->name, "set");
  ASSERT_EQ(result.next, static_cast<std::uint32_t>(PB_NEXT_CONTINUE));
  const auto& row = *module.messages[result.continue_message];
  sdk_test::answer after;
  EXPECT_EQ(row.handle(now, result.continue_object, nullptr, nullptr, &after), PB_OK);
  EXPECT_EQ(now->name, "set!");
  row.type->destroy(result.continue_object);
  std::free(result.continue_object);
  std::destroy_at(now);
}

TEST_F(migrations, down_over_two_versions) {
  const auto& module = *patchbay_module_counter("app");
  const counter::state now{5, 9, "gone"};
  counter::state_v2 two;
  EXPECT_EQ(module.migrations[1]->down(&what, &now, &two, &result), PB_OK);
  EXPECT_EQ(two.largest, 9);
  total_only one;
  EXPECT_EQ(module.migrations[0]->down(&what, &now, &one, &result), PB_OK);
  EXPECT_EQ(one.total, 5);
}

TEST_F(migrations, a_throwing_one_says_why) {
  const total_only old{-1};
  counter::state room;
  EXPECT_EQ(patchbay_module_counter("app")->migrations[0]->up(&what, &old, &room, &result), PB_E_EXCEPTION);
  EXPECT_EQ(result.reason.text, "below zero");
}

TEST_F(migrations, one_direction_leaves_the_other_empty) {
  const auto& up = *patchbay_module_one_way("app");
  ASSERT_EQ(up.migration_count, 1u);
  EXPECT_EQ(up.migrations[0]->version, 2u);
  EXPECT_NE(up.migrations[0]->up, nullptr);
  EXPECT_EQ(up.migrations[0]->down, nullptr);
  const auto& down = *patchbay_module_down_only("app");
  ASSERT_EQ(down.migration_count, 1u);
  EXPECT_EQ(down.migrations[0]->up, nullptr);
  EXPECT_NE(down.migrations[0]->down, nullptr);
}

}  // namespace
