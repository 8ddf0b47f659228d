// Starts and stops the clients inside the host, and adds up what they saw.
#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <patchbay/gen_server.hpp>

#include "load/messages.hpp"
#include "worker_messages.hpp"

namespace {

using namespace load;
using namespace load::worker;

struct load_manager {
  using calls = patchbay::messages<start, stop, report, save, hand_over>;
  using imports = patchbay::messages<go, halt, look, write_file>;
  struct state {
    std::vector<patchbay::pid> workers;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(workers)); }
  };

  static state init(const patchbay::args&) { return {}; }

  static std::int64_t handle_call(const start& m, patchbay::from, state& s) {
    if (m.clients < 1 || m.clients > 1000) throw std::invalid_argument("clients is 1 to 1000");
    const auto wanted = static_cast<std::size_t>(m.clients);
    while (s.workers.size() < wanted) s.workers.push_back(patchbay::start_link("load_worker"));
    for (std::size_t n = 0; n < wanted; ++n) patchbay::call(s.workers[n], go{});
    return m.clients;
  }
  static totals handle_call(const stop&, patchbay::from, const state& s) { return sum<halt>(s); }
  static totals handle_call(const report&, patchbay::from, const state& s) { return sum<look>(s); }
  static std::int64_t handle_call(const save& m, patchbay::from, const state& s) {
    return write(m.directory, false, s);
  }
  static std::int64_t handle_call(const hand_over& m, patchbay::from, const state& s) {
    return write(m.directory, true, s);
  }

 private:
  static std::int64_t write(const std::string& directory, bool forget, const state& s) {
    std::int64_t n = 0;
    for (const auto worker : s.workers) {
      const auto path = directory + "/host-client-" + std::to_string(n++) + ".answers";
      if (!patchbay::call(worker, write_file{path, forget})) throw std::runtime_error("cannot write " + path);
    }
    return n;
  }
  template <class Question>
  static totals sum(const state& s) {
    totals all;
    for (const auto worker : s.workers) {
      const totals one = patchbay::call(worker, Question{});
      ++all.clients;
      all.calls += one.calls;
      all.duplicated += one.duplicated;
      all.disordered += one.disordered;
      all.longest_us = std::max(all.longest_us, one.longest_us);
      for (const auto& [text, count] : one.errors) all.errors[text] += count;
    }
    return all;
  }
};

}  // namespace
PATCHBAY_GEN_SERVER(load_manager, 1);
