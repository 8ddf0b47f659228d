#include "sys_server.hpp"

#include <stdexcept>

#include <patchbay/table/server_module.hpp>

namespace patchbay::test {
namespace {

/// What all of them do.
struct base {
  using calls = messages<bump, fail>;
  using casts = messages<note>;
  using state = watched_state;
  static state init() { return {0, {}, {"s3cret"}, "hunter2"}; }
  static std::int64_t handle_call(const bump& m, from, state& s) { return s.total += m.by; }
  static call_result<std::int64_t> handle_call(const fail& m, from, state&) {
    if (m.how == "throw") throw std::runtime_error("boom");
    if (m.how == "normal") return stop(normal);
    if (m.how == "shutdown") return stop(shutdown);
    if (m.how == "moved") return stop(exit_reason(shutdown, "moved"));
    return stop(exit_reason(m.how));
  }
  static void handle_cast(const note& m, state& s) { s.notes.push_back(m.what); }
};
struct watched : base {};
struct trapping : base {
  static state init() {
    process_flag_trap();
    return base::init();
  }
  static void process_flag_trap() { patchbay::trap_exit(true); }
  static void handle_info(const exit_signal& m, state& s) { s.notes.push_back("EXIT " + m.reason.text()); }
};
struct shown : base {
  struct seen {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static seen format_status(const state& s) { return {s.total}; }
};
struct hidden : base {
  static shown::seen format_status(const state&) { throw std::runtime_error("cannot show"); }
};
PATCHBAY_GEN_SERVER(watched, 1)
PATCHBAY_GEN_SERVER(trapping, 1)
PATCHBAY_GEN_SERVER(shown, 1)
PATCHBAY_GEN_SERVER(hidden, 1)

}  // namespace

sys_test::sys_test()
    : host({&patchbay_module_watched, &patchbay_module_trapping, &patchbay_module_shown, &patchbay_module_hidden}) {}
sys_test::~sys_test() = default;

std::int64_t sys_test::bump_by(std::int64_t by) { return call<bump>("w", by); }
void sys_test::send_note(const std::string& what) { cast<note>("w", what); }

std::string sys_test::ask(std::uint32_t what, const std::string& argument) {
  const process::asked answer = host.sys().request(host->whereis("w"), what, argument);
  return answer.status == PB_OK ? answer.bytes : std::string(error_word(answer.status));
}

}  // namespace patchbay::test
