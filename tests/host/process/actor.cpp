#include "actor.hpp"

#include <mutex>
#include <thread>

#include <patchbay/entry.hpp>

namespace patchbay::test {
namespace {

struct script {
  actors* owner = nullptr;
  std::mutex mutex;
  std::vector<std::function<std::string()>> actions;
};
script* running = nullptr;

std::string run(std::int64_t number) {
  std::function<std::string()> what;
  {
    const std::lock_guard lock(running->mutex);
    what = running->actions.at(static_cast<std::size_t>(number));
  }
  try {
    return what();
  } catch (const status_error& failed) {
    return std::string(error_word(failed.status())) + ": " + failed.reason();
  }
}

std::string words(const exit_reason& why) {
  switch (why.word()) {
    case exit_word::normal:
      return "normal";
    case exit_word::shutdown:
      return why.text().empty() ? "shutdown" : "{shutdown, " + why.text() + "}";
    case exit_word::kill:
      return "kill";
    case exit_word::killed:
      return "killed";
    case exit_word::noproc:
      return "noproc";
    case exit_word::error:
      break;
  }
  return why.text();
}

}  // namespace

struct actor {
  using calls = messages<act, ask_slow, open_gate, told_so_far, downs_so_far>;
  using casts = messages<remark>;
  using infos = messages<act_later, remark, registry::change, pg::change>;
  using continues = messages<remark>;
  struct state {
    std::vector<std::string> told;
    std::vector<from_of<ask_slow>> slow;
    std::vector<std::int64_t> values;
    std::vector<std::string> downs;
    void serialize(auto& ar) {
      ar(PATCHBAY_FIELD(told), PATCHBAY_FIELD(slow), PATCHBAY_FIELD(values), PATCHBAY_FIELD(downs));
    }
  };

  static init_result<state> init(const args& a) {
    ++running->owner->inits;
    const auto how = a.get<std::string>("init", "ok");
    if (how == "stop") return stop(exit_reason("not today"));
    if (how == "error") return init_error(exit_reason("quietly no"));
    if (how == "ignore") return ignore();
    if (how == "throw") throw std::runtime_error("init failed on purpose");
    if (how == "shutdown") return stop(shutdown);
    if (how == "stop_after") return ok(state{}, then(remark{"stop"}));
    if (how == "hold_after") return ok(state{}, then(remark{"hold"}));
    if (how == "slow") {
      const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
      while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    }
    if (how == "hold") {
      while (!running->owner->let_go) std::this_thread::yield();
    }
    return state{};
  }
  static std::string handle_call(const act& m, from, state&) { return run(m.action); }
  static call_result<std::int64_t> handle_call(const ask_slow& m, from_of<ask_slow> who, state& s) {
    if (!m.never) {
      s.slow.push_back(who);
      s.values.push_back(m.value);
    }
    return noreply();
  }
  static std::int64_t handle_call(const open_gate&, from, state& s) {
    const auto count = static_cast<std::int64_t>(s.slow.size());
    for (; !s.slow.empty(); s.slow.pop_back(), s.values.pop_back()) reply(s.slow.back(), s.values.back());
    return count;
  }
  static std::vector<std::string> handle_call(const told_so_far&, from, state& s) { return s.told; }
  static void handle_cast(const remark& m, state& s) { s.told.push_back("cast " + m.what); }
  static void handle_info(const remark& m, state& s) { s.told.push_back("info " + m.what); }
  static cast_result handle_continue(const remark& m, state& s) {
    if (m.what != "hold") return stop(exit_reason(m.what));
    ++running->owner->holding;
    while (!running->owner->let_go) std::this_thread::yield();
    s.told.push_back("held");
    return noreply();
  }
  static void handle_info(const act_later& m, state& s) { s.told.push_back("ran " + run(m.action)); }
  static void handle_info(const registry::change& m, state& s) {
    s.told.push_back((m.registered ? "registered " : "unregistered ") + m.registry + " " + m.key + " " + m.value);
  }
  static void handle_info(const pg::change& m, state& s) {
    s.told.push_back((m.joined ? "join " : "leave ") + m.group + " " + std::to_string(m.processes.size()));
  }
  static std::vector<std::string> handle_call(const downs_so_far&, from, state& s) { return s.downs; }
  static void handle_info(const down& m, state& s) {
    s.told.push_back("DOWN " + words(m.reason));
    s.downs.push_back(std::to_string(static_cast<std::uint64_t>(m.monitor)) + " " + to_text(m.process));
  }
  static void handle_info(const exit_signal& m, state& s) { s.told.push_back("EXIT " + words(m.reason)); }
  static void handle_info(const response<ask_slow>& m, state& s) {
    s.told.push_back(m.outcome ? "response " + std::to_string(*m.outcome)
                               : "no response: " + std::string(error_word(m.outcome.status())));
  }
  static void terminate(const exit_reason&, state&) { ++running->owner->terminated; }
};

}  // namespace patchbay::test

using patchbay::test::actor;
PATCHBAY_GEN_SERVER(actor, 1)

namespace patchbay::test {

actors::actors() : host_({patchbay_module_actor}) {
  running = new script;
  running->owner = this;
}

actors::~actors() {
  let_go = true;
  host_->stop();
  delete running;
  running = nullptr;
}

std::int64_t actors::add(std::function<std::string()> what) {
  const std::lock_guard lock(running->mutex);
  running->actions.push_back(std::move(what));
  return static_cast<std::int64_t>(running->actions.size()) - 1;
}

std::string actors::in(pid where, std::function<std::string()> what, std::chrono::milliseconds limit) {
  return call<act>(callee(where, limit), add(std::move(what)));
}

void actors::later(pid where, std::function<std::string()> what) { send<act_later>(where, add(std::move(what))); }

bool actors::told(pid where, const std::vector<std::string>& what) {
  eventually([&] { return told(where).size() >= what.size(); });
  EXPECT_EQ(told(where), what);
  return !testing::Test::HasFailure();
}

}  // namespace patchbay::test
