// What a supervisor's init fills, checked in OTP's words; and the table of children.
#include "behaviour/child_spec.hpp"

#include <cstdint>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "behaviour/child_table.hpp"
#include "message/envelope.hpp"

namespace patchbay::behaviour {
namespace {

using message::str;
using std::chrono::milliseconds;

pb_child_spec raw_child(std::string_view id, std::string_view module) {
  pb_child_spec raw{};
  raw.struct_size = sizeof raw;
  raw.id = str(id);
  raw.module = str(module);
  raw.shutdown_ms = 5000;
  return raw;
}

std::string refusal(const pb_child_spec& raw) {
  const auto made = make_child_spec(raw, "app");
  return made ? "" : made.failure().code + " " + made.failure().text;
}

std::string refusal(std::uint32_t strategy, std::uint32_t intensity, std::uint32_t period) {
  const auto made = make_sup_flags({sizeof(pb_sup_flags), strategy, intensity, period, 0, 0, PB_INFINITY, {}, 0, 0});
  return made ? "" : made.failure().code + " " + made.failure().text;
}

TEST(child_spec, is_a_copy_of_what_the_plugin_said) {
  std::string text = "sequence";
  auto raw = raw_child(text, "other/server");
  raw.name = str("name");
  raw.args_json = str("{\"start_at\":100}");
  raw.restart = PB_RESTART_TRANSIENT;
  raw.type = PB_CHILD_SUPERVISOR;
  raw.shutdown_ms = PB_INFINITY;
  const auto made = make_child_spec(raw, "app");
  ASSERT_TRUE(made.ok());
  text = "overwritten";
  EXPECT_EQ(made->id, "sequence");
  EXPECT_EQ(made->module, "server");
  EXPECT_EQ(made->application, "other");
  EXPECT_EQ(made->name, "name");
  EXPECT_EQ(made->args_json, "{\"start_at\":100}");
  EXPECT_EQ(word(made->restart), "transient");
  EXPECT_EQ(word(made->type), "supervisor");
  EXPECT_EQ(made->shutdown, milliseconds::max());
  EXPECT_EQ(made->shutdown_words(), "infinity");
}

TEST(child_spec, defaults) {
  auto raw = raw_child("a", "server");
  raw.shutdown_ms = 0;
  const auto made = make_child_spec(raw, "app");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->application, "app");
  EXPECT_EQ(made->args_json, "{}");
  EXPECT_EQ(word(made->restart), "permanent");
  EXPECT_TRUE(made->brutal_kill());
  EXPECT_EQ(made->shutdown_words(), "brutal_kill");
}

TEST(child_spec, refusals_are_otps) {
  EXPECT_EQ(refusal(raw_child("", "m")), "start_spec missing_id");
  EXPECT_EQ(refusal(raw_child("a", "")), "start_spec {missing_start,a}");
  EXPECT_EQ(refusal(raw_child("a", "app/")), "start_spec {missing_start,a}");
  EXPECT_EQ(refusal(raw_child("a", "/m")), "start_spec {missing_start,a}");
  auto raw = raw_child("a", "m");
  raw.restart = 3;
  EXPECT_EQ(refusal(raw), "start_spec {invalid_restart_type,3}");
  raw = raw_child("a", "m");
  raw.type = 2;
  EXPECT_EQ(refusal(raw), "start_spec {invalid_child_type,2}");
  raw = raw_child("a", "m");
  raw.significant = 2;
  EXPECT_EQ(refusal(raw), "start_spec {invalid_significant,2}");
  raw = raw_child("a", "m");
  raw.args_json = str("[1]");
  EXPECT_EQ(refusal(raw), "start_spec {invalid_args,a,arguments must be a JSON object, not array}");
}

TEST(sup_flags, refusals_are_otps) {
  EXPECT_EQ(refusal(PB_STRATEGY_ONE_FOR_ONE, 0, 1), "");
  EXPECT_EQ(refusal(PB_STRATEGY_ONE_FOR_ONE, 3, 0), "supervisor_data {invalid_period,0}");
  EXPECT_EQ(refusal(PB_STRATEGY_ONE_FOR_ONE, UINT32_MAX, 5), "supervisor_data {invalid_intensity,4294967295}");
  EXPECT_EQ(refusal(7, 3, 5), "supervisor_data {invalid_strategy,7}");
  EXPECT_EQ(refusal(PB_STRATEGY_ONE_FOR_ALL, 3, 5), "");
  EXPECT_EQ(refusal(PB_STRATEGY_REST_FOR_ONE, 3, 5), "");
  EXPECT_EQ(refusal(PB_STRATEGY_SIMPLE_ONE_FOR_ONE, 3, 5), "");
  pb_sup_flags flags{sizeof(pb_sup_flags), PB_STRATEGY_ONE_FOR_ONE, 3, 5, 3, 0, PB_INFINITY, {}, 0, 0};
  EXPECT_EQ(make_sup_flags(flags).failure().text, "{invalid_auto_shutdown,3}");
  flags.auto_shutdown = 0;
  flags.dynamic = 1;
  flags.strategy = PB_STRATEGY_ONE_FOR_ALL;
  EXPECT_EQ(make_sup_flags(flags).failure().text, "{invalid_strategy,1}") << "as Elixir: a dynamic one is one_for_one";
  flags.strategy = PB_STRATEGY_ONE_FOR_ONE;
  flags.extra_args_json = str("7");
  EXPECT_NE(make_sup_flags(flags).failure().text.find("{invalid_extra_arguments,"), std::string::npos);
  flags.extra_args_json = {};
  flags.partitions = 1;
  EXPECT_EQ(make_sup_flags(flags).failure().text, "{bad_combination,[{partitions,true},{dynamic,true}]}");
}

TEST(sup_flags, those_of_an_older_plugin_have_no_partitions) {
  const pb_sup_flags flags{
      offsetof(pb_sup_flags, partitions), PB_STRATEGY_ONE_FOR_ONE, 3, 5, 0, 0, PB_INFINITY, {}, 1, 0};
  EXPECT_FALSE(make_sup_flags(flags)->partitions);
}

TEST(check_childspecs, auto_shutdown_conflicts_are_bad_combination) {
  auto raw = raw_child("a", "m");
  raw.significant = 1;
  raw.restart = PB_RESTART_TRANSIENT;
  const std::vector<child_spec> transient{*make_child_spec(raw, "app")};
  EXPECT_EQ(check_childspecs(transient, auto_shutdown_type::never).failure().text,
            "{bad_combination,[{auto_shutdown,never},{significant,true}]}");
  EXPECT_TRUE(check_childspecs(transient, auto_shutdown_type::any_significant).ok());
  EXPECT_TRUE(check_childspecs(transient, auto_shutdown_type::all_significant).ok());
  EXPECT_TRUE(check_childspecs(transient, std::nullopt).ok()) << "check_childspecs/1 does not know auto_shutdown";
  raw.restart = PB_RESTART_PERMANENT;
  const std::vector<child_spec> permanent{*make_child_spec(raw, "app")};
  EXPECT_EQ(check_childspecs(permanent, auto_shutdown_type::any_significant).failure().text,
            "{bad_combination,[{restart,permanent},{significant,true}]}");
  EXPECT_EQ(check_childspecs(permanent, std::nullopt).failure().text,
            "{bad_combination,[{restart,permanent},{significant,true}]}");
  const auto plain = *make_child_spec(raw_child("b", "m"), "app");
  EXPECT_EQ(check_childspecs({plain, plain}, std::nullopt).failure().text, "{duplicate_child_name,b}");
}

TEST(sup_builder, simple_one_for_one_takes_one_child_and_a_dynamic_supervisor_none) {
  const auto built = [](std::uint32_t strategy, std::uint32_t dynamic, int children) {
    sup_builder builder("app");
    const auto handle = builder.handle();
    const pb_sup_flags flags{sizeof(pb_sup_flags), strategy, 3, 5, 0, dynamic, PB_INFINITY, {}, 0, 0};
    handle.flags(handle.context, &flags);
    const std::string ids = "abc";
    for (int i = 0; i < children; ++i) {
      const auto child = raw_child(std::string_view(ids).substr(static_cast<std::size_t>(i), 1), "m");
      handle.child(handle.context, &child);
    }
    const auto spec = builder.take();
    return spec ? std::string("ok") : spec.failure().code;
  };
  EXPECT_EQ(built(PB_STRATEGY_SIMPLE_ONE_FOR_ONE, 0, 1), "ok");
  EXPECT_EQ(built(PB_STRATEGY_SIMPLE_ONE_FOR_ONE, 0, 0), "bad_start_spec");
  EXPECT_EQ(built(PB_STRATEGY_SIMPLE_ONE_FOR_ONE, 0, 2), "bad_start_spec");
  EXPECT_EQ(built(PB_STRATEGY_ONE_FOR_ONE, 1, 0), "ok");
  EXPECT_EQ(built(PB_STRATEGY_ONE_FOR_ONE, 1, 1), "bad_start_spec");
}

TEST(sup_builder, collects_in_order_and_keeps_the_first_error) {
  sup_builder good("app");
  auto handle = good.handle();
  const pb_sup_flags flags{sizeof(pb_sup_flags), PB_STRATEGY_ONE_FOR_ONE, 7, 9, 0, 0, PB_INFINITY, {}, 0, 0};
  handle.flags(handle.context, &flags);
  const auto first = raw_child("a", "m");
  const auto second = raw_child("b", "m");
  handle.child(handle.context, &first);
  handle.child(handle.context, &second);
  const auto spec = good.take();
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->flags.intensity, 7u);
  EXPECT_EQ(spec->flags.period.count(), 9);
  ASSERT_EQ(spec->children.size(), 2u);
  EXPECT_EQ(spec->children[1].id, "b");

  sup_builder twice("app");
  handle = twice.handle();
  handle.child(handle.context, &first);
  handle.child(handle.context, &first);
  const auto duplicate = twice.take();
  ASSERT_FALSE(duplicate.ok());
  EXPECT_EQ(duplicate.failure().text, "{duplicate_child_name,a}");

  sup_builder bad("app");
  handle = bad.handle();
  const auto nameless = raw_child("", "m");
  const auto moduleless = raw_child("c", "");
  handle.child(handle.context, &nameless);
  handle.child(handle.context, &moduleless);
  const auto refused = bad.take();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.failure().text, "missing_id");
}

TEST(sup_builder, without_flags_it_is_three_in_five_seconds) {
  const auto spec = sup_builder("app").take();
  ASSERT_TRUE(spec.ok());
  EXPECT_EQ(spec->flags.intensity, 3u);
  EXPECT_EQ(spec->flags.period.count(), 5);
  EXPECT_TRUE(spec->children.empty());
}

TEST(child_table, finds_by_id_and_by_pid_as_they_come_and_go) {
  child_table table;
  const auto spec = [](std::string id) {
    child_spec made;
    made.id = std::move(id);
    return made;
  };
  child& a = table.add(spec("a"));
  child& b = table.add(spec("b"));
  table.add(spec("c"));
  table.set_pid(a, 10);
  table.set_pid(b, 20);
  EXPECT_EQ(table.find("a"), &a);
  EXPECT_EQ(table.running_as(20), &b);
  EXPECT_EQ(table.running_as(0), nullptr);
  table.set_pid(a, 11);
  EXPECT_EQ(table.running_as(10), nullptr);
  EXPECT_EQ(table.running_as(11), &a);
  table.erase(b);
  EXPECT_EQ(table.find("b"), nullptr);
  EXPECT_EQ(table.running_as(20), nullptr);
  table.add(spec("b"));
  std::string order;
  for (const auto& child : table.in_order()) order += child.spec.id;
  EXPECT_EQ(order, "acb");
}

}  // namespace
}  // namespace patchbay::behaviour
