// One client inside the host: calls next_number in batches, and remembers every answer.
#include <chrono>
#include <cstdint>
#include <string>

#include <patchbay/gen_server.hpp>

#include "load/answers_file.hpp"
#include "sequence/messages.hpp"
#include "worker_messages.hpp"

namespace {

using namespace load;
using namespace load::worker;

constexpr int batch_size = 1000;

std::int64_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

struct load_worker {
  using calls = patchbay::messages<go, halt, look, write_file>;
  using casts = patchbay::messages<batch>;
  using imports = patchbay::messages<sequence::next_number>;
  struct state {
    std::int64_t round = 0;
    bool calling = false;
    answers seen;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(round), PATCHBAY_FIELD(calling), PATCHBAY_FIELD(seen)); }
  };

  static state init(const patchbay::args&) { return {}; }

  static bool handle_call(const go&, patchbay::from, state& s) {
    if (s.calling) return false;
    s.calling = true;
    patchbay::cast(patchbay::self(), batch{++s.round});
    return true;
  }
  static totals handle_call(const halt&, patchbay::from, state& s) {
    s.calling = false;
    s.seen.pause();
    return totals_of(s);
  }
  static totals handle_call(const look&, patchbay::from, const state& s) { return totals_of(s); }
  static bool handle_call(const write_file& m, patchbay::from, state& s) {
    const bool written = write_answers(s.seen, m.path);
    if (written && m.forget) s.seen.forget();
    return written;
  }

  static void handle_cast(const batch& m, state& s) {
    if (!s.calling || m.round != s.round) return;
    for (int n = 0; n < batch_size; ++n) {
      try {
        const auto number = patchbay::call("sequence", sequence::next_number{});
        s.seen.record(number, now_us());
      } catch (const std::exception& failed) {
        ++s.seen.errors[failed.what()];
        break;
      }
    }
    patchbay::cast(patchbay::self(), m);
  }

 private:
  static totals totals_of(const state& s) {
    return {1, s.seen.calls, s.seen.duplicated, s.seen.disordered, s.seen.longest_us, s.seen.errors};
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(load_worker, 1);
