// A supervisor's init, as the host reads it.
#include <gtest/gtest.h>

#include <optional>

#include <patchbay/supervisor.hpp>

#include "fake_host.hpp"

using namespace std::chrono_literals;

namespace {

struct plain_sup {
  static patchbay::sup_spec init(const patchbay::args& a) {
    return {
        .children = {{.id = "stash", .args = a},
                     {.id = "sub", .module = "other/sub_sup", .name = "sub", .type = patchbay::child_type::supervisor},
                     {.id = "once", .restart = patchbay::temporary, .shutdown = patchbay::brutal_kill}}};
  }
};
PATCHBAY_SUPERVISOR(plain_sup)

struct set_sup {
  static std::optional<patchbay::sup_spec> init(const patchbay::args& a) {
    if (a.has("ignore")) return std::nullopt;
    if (a.has("throw")) throw std::runtime_error("no children today");
    return patchbay::sup_spec{.strategy = patchbay::rest_for_one, .intensity = 1, .period = 10s};
  }
};
PATCHBAY_SUPERVISOR(set_sup)

struct crowd_sup {
  static patchbay::dynamic_sup_spec init() { return {}; }
};
PATCHBAY_SUPERVISOR(crowd_sup)

struct pool_sup {
  static patchbay::partition_sup_spec init(const patchbay::args& a) {
    patchbay::partition_sup_spec spec{.child = {.id = "stash", .name = "stash", .args = {{"start_at", 1}}}};
    if (a.has("two")) spec.partitions = 2;
    return spec;
  }
};
PATCHBAY_SUPERVISOR(pool_sup)

struct built {
  pb_sup_flags flags{};
  std::vector<sdk_test::seen> children;
  std::vector<pb_child_spec> raw;
  std::string extra_args;
  pb_sup_builder builder{this,
                         [](void* context, const pb_sup_flags* given) {
                           auto& me = *static_cast<built*>(context);
                           me.flags = *given;
                           me.extra_args = sdk_test::text_of(given->extra_args_json);
                         },
                         [](void* context, const pb_child_spec* child) {
                           auto& me = *static_cast<built*>(context);
                           me.raw.push_back(*child);
                           me.children.push_back({.what = sdk_test::text_of(child->id),
                                                  .to = sdk_test::text_of(child->module),
                                                  .bytes = sdk_test::text_of(child->args_json),
                                                  .text = sdk_test::text_of(child->name)});
                         }};
};

TEST(supervisor, defaults_are_otps) {
  sdk_test::fake_host host;
  pb_args args;
  args.json = R"({"start_at":1})";
  built out;
  ASSERT_EQ(patchbay_module_plain_sup("app")->supervisor_init(&args, &out.builder, nullptr), PB_OK);
  EXPECT_EQ(out.flags.strategy, static_cast<std::uint32_t>(PB_STRATEGY_ONE_FOR_ONE));
  EXPECT_EQ(out.flags.intensity, 3u);
  EXPECT_EQ(out.flags.period_s, 5u);
  ASSERT_EQ(out.children.size(), 3u);
  EXPECT_EQ(out.children[0].to, "stash");
  EXPECT_EQ(out.children[0].bytes, R"({"start_at":1})");
  EXPECT_EQ(out.raw[0].restart, static_cast<std::uint32_t>(PB_RESTART_PERMANENT));
  EXPECT_EQ(out.raw[0].shutdown_ms, 5000u);
  EXPECT_EQ(out.children[1].to, "other/sub_sup");
  EXPECT_EQ(out.raw[1].shutdown_ms, PB_INFINITY);
  EXPECT_EQ(out.raw[2].shutdown_ms, 0u);
  EXPECT_EQ(out.raw[2].restart, static_cast<std::uint32_t>(PB_RESTART_TEMPORARY));
}

// Elixir's: one_for_one, 3 restarts in 5 seconds, children without a limit and without extra arguments.
TEST(supervisor, defaults_of_a_dynamic_one_are_elixirs) {
  sdk_test::fake_host host;
  pb_args args;
  built out;
  ASSERT_EQ(patchbay_module_crowd_sup("app")->supervisor_init(&args, &out.builder, nullptr), PB_OK);
  EXPECT_EQ(out.flags.dynamic, 1u);
  EXPECT_EQ(out.flags.partitions, 0u);
  EXPECT_EQ(out.flags.strategy, static_cast<std::uint32_t>(PB_STRATEGY_ONE_FOR_ONE));
  EXPECT_EQ(out.flags.intensity, 3u);
  EXPECT_EQ(out.flags.period_s, 5u);
  EXPECT_EQ(out.flags.auto_shutdown, static_cast<std::uint32_t>(PB_AUTO_SHUTDOWN_NEVER));
  EXPECT_EQ(out.flags.max_children, PB_INFINITY);
  EXPECT_EQ(out.extra_args, "{}");
  EXPECT_TRUE(out.children.empty());
}

TEST(supervisor, defaults_of_a_partitioned_one_are_elixirs) {
  sdk_test::fake_host host;
  pb_args args;
  args.entries = {{"two", {PB_VALUE_BOOL, 1, 0, 0, {}, nullptr}}};
  built out;
  ASSERT_EQ(patchbay_module_pool_sup("app")->supervisor_init(&args, &out.builder, nullptr), PB_OK);
  EXPECT_EQ(out.flags.partitions, 1u);
  EXPECT_EQ(out.flags.dynamic, 0u);
  EXPECT_EQ(out.flags.strategy, static_cast<std::uint32_t>(PB_STRATEGY_ONE_FOR_ONE));
  EXPECT_EQ(out.flags.intensity, 3u);
  EXPECT_EQ(out.flags.period_s, 5u);
  ASSERT_EQ(out.children.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(out.children[i].what, std::to_string(i));
    EXPECT_EQ(out.children[i].to, "stash") << "the id names the module, as elsewhere";
    EXPECT_EQ(out.children[i].text, "") << "one local name is not for two";
    EXPECT_EQ(out.children[i].bytes, R"({"start_at":1})") << "all get the same args";
    EXPECT_EQ(out.raw[i].restart, static_cast<std::uint32_t>(PB_RESTART_PERMANENT));
    EXPECT_EQ(out.raw[i].type, static_cast<std::uint32_t>(PB_CHILD_WORKER));
    EXPECT_EQ(out.raw[i].shutdown_ms, 5000u);
    EXPECT_EQ(out.raw[i].significant, 0u);
  }
}

TEST(supervisor, flags_ignore_and_failure) {
  sdk_test::fake_host host;
  const auto& module = *patchbay_module_set_sup("app");
  EXPECT_EQ(module.behaviour, static_cast<std::uint32_t>(PB_BEHAVIOUR_SUPERVISOR));
  EXPECT_EQ(module.state, nullptr);
  pb_args args;
  built out;
  ASSERT_EQ(module.supervisor_init(&args, &out.builder, nullptr), PB_OK);
  EXPECT_EQ(out.flags.strategy, static_cast<std::uint32_t>(PB_STRATEGY_REST_FOR_ONE));
  EXPECT_EQ(out.flags.period_s, 10u);
  args.entries = {{"ignore", {PB_VALUE_BOOL, 1, 0, 0, {}, nullptr}}};
  EXPECT_EQ(module.supervisor_init(&args, &out.builder, nullptr), PB_E_IGNORE);
  args.entries = {{"throw", {PB_VALUE_BOOL, 1, 0, 0, {}, nullptr}}};
  sdk_test::string_sink error;
  EXPECT_EQ(module.supervisor_init(&args, &out.builder, &error.sink), PB_E_EXCEPTION);
  EXPECT_EQ(error.text, "no children today");
}

}  // namespace
