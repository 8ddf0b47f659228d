// The example of sdk/README.md.
#include "sys_server.hpp"

#include <nlohmann/json.hpp>

namespace patchbay::test {
namespace {

// README: sys
std::string look_at(const target& server) {
  sys::suspend(server);  // it queues everything from here on
  sys::replace_state<watched_state>(server, [](watched_state s) {
    s.total = 0;
    return s;
  });
  sys::resume(server);
  sys::log(server, true);  // keeps its last 10 events
  return sys::get_status(server);
}
// README end

TEST_F(sys_test, the_example_of_the_readme_works) {
  start();
  bump_by(3);
  const auto status = nlohmann::json::parse(look_at("w"));
  EXPECT_EQ(status["state"]["total"], 0);
  EXPECT_EQ(status["debug"], (nlohmann::json{"{log,10}"}));
}

}  // namespace
}  // namespace patchbay::test
