// One release operation at a time: what else is asked for meanwhile is refused by the name of what runs, and all else goes on.
#include "held.hpp"
#include "refusals.hpp"

namespace patchbay::test {
namespace {

TEST(busy, a_second_operation_during_an_install) {
  const scratch data;
  const operator_at op{data.path};
  running_host host(data.path, {(releases / "unruly-1.0.0").string()});
  const std::string second = (releases / "unruly-2.0.0").string();
  EXPECT_EQ(op.relup_ask({"unpack", second})["id"], "unruly-2.0.0");
  held_server held(op, "first");
  auto install = begin_relup(op, {"install", "2.0.0", "--suspend-timeout", "10m", "--json"});
  ASSERT_TRUE(install.says_on_errors("pre-copy"));

  for (const auto& other : {std::vector<std::string>{"install", "2.0.0"},
                            {"rollback"},
                            {"check", "2.0.0"},
                            {"permanent"},
                            {"remove", "2.0.0"},
                            {"purge"},
                            {"unpack", second}}) {
    refusals::says(op.refusal(other, relup_program), "busy", {"install unruly-2.0.0", "try again"});
  }
  EXPECT_EQ(op.ask({"status"})["operation"], "install unruly-2.0.0");
  EXPECT_EQ(op.status_of("unruly-2.0.0"), "unpacked");
  EXPECT_NE(op.relup_ask({"plan", "2.0.0"})["text"], "") << "a look is no operation";
  EXPECT_FALSE(op.ask({"ps"}).empty());

  const auto late = op.patchbay({"call", "first", "ask", "--timeout", "50ms"});
  EXPECT_EQ(late.errors.find("patchbay: timeout: <0."), 0U) << "the code once: " << late.errors;

  held.let_go();
  const auto done = install.wait();
  EXPECT_EQ(done.code, 0) << done.output << done.errors;
  EXPECT_EQ(done.answer()["recorded"], true);
  EXPECT_EQ(op.ask({"status"})["operation"], nullptr);
  EXPECT_EQ(op.ask({"status"})["release"], "unruly-2.0.0");
  EXPECT_EQ(op.relup_ask({"rollback"})["to"], "unruly-1.0.0") << "the slot is free again";
}

}  // namespace
}  // namespace patchbay::test
