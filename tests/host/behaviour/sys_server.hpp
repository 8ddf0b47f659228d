#pragma once
// The server that the tests of sys look at: its state has something secret, and it says what its handlers do.
#include <atomic>
#include <string>
#include <vector>

#include <patchbay/secret.hpp>
#include <patchbay/sys.hpp>

#include "../process/runtime.hpp"

namespace patchbay::test {

namespace watched_messages {
PATCHBAY_MESSAGES_OF("test", "watched");
struct bump {
  using reply = std::int64_t;
  std::int64_t by = 1;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(by)); }
};
struct note {
  std::string what;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what)); }
};
/// Ends the server: with an exception, or with the reason.
struct fail {
  using reply = std::int64_t;
  std::string how;
  std::string password;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(how), PATCHBAY_FIELD(password)); }
};
}  // namespace watched_messages
using namespace watched_messages;

struct watched_state {
  std::int64_t total = 0;
  std::vector<std::string> notes;
  secret<std::string> token;
  std::string password;
  void serialize(auto& ar) {
    ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(notes), PATCHBAY_FIELD(token), PATCHBAY_FIELD(password));
  }
};

/// Started by `host.spawn("watched", …)`; "trapping" traps exits, "shown" has a format_status, "hidden" one that throws.
struct sys_test : ::testing::Test {
  sys_test();
  ~sys_test() override;
  pb_pid start(const std::string& module = "watched") { return host.spawn(module, "w"); }
  std::int64_t bump_by(std::int64_t by);
  void send_note(const std::string& what);
  /// By PB_SYS_*: the answer's JSON, or OTP's word of the failure.
  std::string ask(std::uint32_t what, const std::string& argument = {});

  runtime host;
};

}  // namespace patchbay::test
