// A host whose machine code crashes says where, and ends by the signal: nothing is recovered.
#include "cli/programs.hpp"

namespace patchbay::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;  // whose own report stands in the place of ours
#else
constexpr bool sanitized = false;
#endif

struct crashed_host : ::testing::Test {
  void SetUp() override {
    if (sanitized) GTEST_SKIP() << "the sanitizer reports";
  }
  /// The signal that ended it.
  int ends() {
    const auto ended = host.wait();
    EXPECT_EQ(ended.how, port::child_end::kind::signalled) << ended.words();
    return ended.code;
  }
  void logs(const std::string& part) {
    EXPECT_NE(host.log().find(part), std::string::npos) << part << " is not in:\n" << host.log();
  }

  scratch data;
  operator_at op{data.path};
  running_host host{data.path, {(releases / "my_app-1.0.0").string()}};
};

TEST_F(crashed_host, names_the_generation_and_the_functions_and_ends_by_the_signal) {
  EXPECT_EQ(op.patchbay({"call", "my_server", "crash"}).code, 3) << "the host went away";
  EXPECT_EQ(ends(), SIGSEGV);
  logs("patchbay: SIGSEGV at address 0x10 in <0.");
  logs("my_app/my_server 1.0.0, generation g1");
  logs("#0 0x");
  logs("write_to_nowhere(");
  logs("handlers<my_server>::call<crash>(");
  logs("(my_app-1.0.0.g1.so+0x");
  const auto& log = host.log();
  EXPECT_LT(log.find("write_to_nowhere"), log.find("handlers<my_server>::call<crash>(")) << "innermost first";
}

TEST_F(crashed_host, of_an_abort_that_was_sent_too) {
  host.signal(SIGABRT);
  EXPECT_EQ(ends(), SIGABRT);
  logs("patchbay: SIGABRT in none of the host's processes; the host ends");
}

TEST_F(crashed_host, boots_the_permanent_release_afterwards) {
  EXPECT_EQ(op.patchbay({"call", "my_server", "put", R"({"what":"milk"})"}).output, "1\n");
  host.signal(SIGSEGV);
  EXPECT_EQ(ends(), SIGSEGV);
  running_host next(data.path, {});
  EXPECT_NE(next.ready_line().find("ready: my_app-1.0.0"), std::string::npos) << next.ready_line();
  EXPECT_EQ(op.ask({"call", "my_server", "get"}), json::array());
}

}  // namespace
}  // namespace patchbay::test
