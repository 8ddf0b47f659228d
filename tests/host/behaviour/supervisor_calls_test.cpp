// The management calls' answers beyond supervisor_control_test.cpp: order, counts, errors, and who may ask from where.
#include "supervisor_fixture.hpp"

namespace patchbay::test {
namespace {

class supervisor_calls_test : public supervisor_test {};

TEST_F(supervisor_calls_test, which_children_newest_first) {
  const pb_pid top = sup({worker("a"), worker("b")});
  behaviour::child_spec spec;
  spec.id = "c";
  spec.module = "worker";
  spec.args_json = "{}";
  ASSERT_TRUE(host_.control().start_child(top, spec).ok());
  const auto list = host_.control().which_children(top, brief);
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[0].id, "c");
  EXPECT_EQ((*list)[0].application, "test") << "the supervisor's own, where the caller has none";
  EXPECT_EQ((*list)[2].id, "a");
}

TEST_F(supervisor_calls_test, count_children_specs_active_supervisors_workers) {
  const pb_pid top = sup({worker("a"),
                          worker("b", {}, {{"ignore", true}}),
                          {{"id", "inner"}, {"module", "sup"}, {"type", 1}, {"args", {{"children", json::array()}}}}});
  const auto counts = host_.control().count_children(top, brief);
  EXPECT_EQ(counts->specs, 3u);
  EXPECT_EQ(counts->active, 2u);
  EXPECT_EQ(counts->supervisors, 1u);
  EXPECT_EQ(counts->workers, 2u);
}

TEST_F(supervisor_calls_test, get_callback_module) {
  EXPECT_EQ(*host_.control().get_callback_module(sup({}), brief), "test/sup");
}

TEST_F(supervisor_calls_test, a_handler_may_ask_and_is_held_meanwhile) {
  const pb_pid top = sup({worker("a")});
  const pb_pid stranger = host_.spawn("worker", {{"id", "s"}});
  ASSERT_EQ(host_->run_on(stranger,
                          [this, top](process::process* self) {
                            if (self == nullptr) return;
                            const auto children = host_.control().which_children(top, brief);
                            host_.say("saw " + names(*children));
                            const auto done = host_.control().terminate_child(top, "a");
                            host_.say(done ? "ok" : done.failure().code);
                          }),
            PB_OK);
  EXPECT_TRUE(host_.wait_for_event("ok"));
  EXPECT_EQ(host_.events(), "init a, init s, saw a, ok");
}

TEST_F(supervisor_calls_test, asking_the_supervisor_that_waits_for_the_asker_is_calling_self) {
  const pb_pid top = sup({worker("a")});
  ASSERT_EQ(host_->run_on(top,
                          [this, top](process::process* self) {
                            if (self == nullptr) return;
                            host_.say(host_.control().which_children(top, brief).failure().code);
                          }),
            PB_OK);
  EXPECT_TRUE(host_.wait_for_event("calling_self"));
}

TEST_F(supervisor_calls_test, terminate_child_blocks_the_supervisor_until_the_child_has_ended) {
  const pb_pid top = sup({worker("a", {}, {{"trap", true}})});
  const pb_pid a = child(top, "a");
  host_.hold(a);
  EXPECT_EQ(host_.control().terminate_child(top, "a", 1ms).failure().code, "timeout");
  EXPECT_EQ(host_.control().which_children(top, 1ms).failure().code, "timeout") << "as in OTP";
  host_.let_go();
  EXPECT_TRUE(host_.eventually([&] { return children_of(top) == "a-"; }));
}

}  // namespace
}  // namespace patchbay::test
