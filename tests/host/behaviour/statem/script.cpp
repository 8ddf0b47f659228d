#include "script.hpp"

namespace patchbay::test {
namespace {

std::chrono::milliseconds ms_of(std::istringstream& words) {
  std::string time;
  words >> time;
  if (time == "infinity") return infinity;
  return std::chrono::milliseconds(std::stoll(time));
}
std::string word_of(std::istringstream& words) {
  std::string word;
  words >> word;
  return word;
}
std::string rest_of(std::istringstream& words) {
  std::string rest;
  std::getline(words >> std::ws, rest);
  // What an inserted event does is told with | in place of ;
  std::replace(rest.begin(), rest.end(), '|', ';');
  return rest;
}
absolute_time now_and(std::chrono::milliseconds more) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch() + more;
  return {static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::milliseconds>(now).count())};
}

template <class Result>
void timeout_action(const std::string& verb, std::istringstream& words, Result& out) {
  const auto content = [&] {
    auto label = word_of(words);
    return late{label, rest_of(words)};
  };
  if (verb == "state_timeout") {
    const auto time = ms_of(words);
    out.state_timeout(time, content());
  } else if (verb == "state_timeout_abs") {
    const auto time = now_and(ms_of(words));
    out.state_timeout(time, content());
  } else if (verb == "timeout") {
    const auto time = ms_of(words);
    out.timeout(time, content());
  } else if (verb == "timeout_abs") {
    const auto time = now_and(ms_of(words));
    out.timeout(time, content());
  } else if (verb == "generic") {
    const auto name = word_of(words);
    const auto time = ms_of(words);
    out.timeout(name, time, content());
  } else if (verb == "generic_abs") {
    const auto name = word_of(words);
    const auto time = now_and(ms_of(words));
    out.timeout(name, time, content());
  } else if (verb == "update_state") {
    out.update_state_timeout(content());
  } else if (verb == "update_timeout") {
    out.update_timeout(content());
  } else if (verb == "update_generic") {
    const auto name = word_of(words);
    out.update_timeout(name, content());
  } else if (verb == "cancel_state") {
    out.cancel_state_timeout();
  } else if (verb == "cancel_timeout") {
    out.cancel_timeout();
  } else if (verb == "cancel_generic") {
    out.cancel_timeout(word_of(words));
  } else if (!verb.empty()) {
    throw std::logic_error("the script does not know " + verb);
  }
}

template <class Result>
void act_on(const std::string& verb, std::istringstream& words, Result& out, script::data& d) {
  if (verb == "postpone") {
    out.postpone();
  } else if (verb == "internal" || verb == "cast" || verb == "info") {
    const event_type type = verb == "internal" ? event_type::internal
                            : verb == "cast"   ? event_type::cast
                                               : event_type::info;
    auto label = word_of(words);
    out.next_event(type, act{label, rest_of(words)});
  } else if (verb == "unlisted") {
    out.next_event(event_type::internal, ask{});
  } else if (verb == "call") {
    // As if its caller had asked again.
    auto label = word_of(words);
    const auto who = d.callers.front();
    d.callers.erase(d.callers.begin());
    out.next_event(who, ask{label, rest_of(words)});
  } else if (verb == "reply") {
    const auto who = d.callers.front();
    d.callers.erase(d.callers.begin());
    out.reply(who, rest_of(words));
  } else {
    timeout_action(verb, words, out);
  }
}

script::result obey(const std::string& todo, script::data& d) {
  script::result out;
  std::istringstream all(todo);
  for (std::string one; std::getline(all, one, ';');) {
    std::istringstream words(one);
    const auto verb = word_of(words);
    const auto become = [&](auto&& next) {
      script::result made(std::move(next));
      if (made.actions().empty()) made.actions() = std::move(out.actions());
      out = std::move(made);
    };
    if (verb == "next") {
      become(next_state(word_of(words)));
    } else if (verb == "keep") {
      become(keep_state());
    } else if (verb == "repeat") {
      become(repeat_state());
    } else if (verb == "stop") {
      become(stop(rest_of(words)));
    } else if (verb == "stop_and_reply") {
      const auto who = d.callers.front();
      d.callers.erase(d.callers.begin());
      become(stop_and_reply(exit_reason(), who, rest_of(words)));
    } else if (verb == "count") {
      ++d.count;
    } else if (verb == "hold") {
      while (!let_go) std::this_thread::yield();
    } else if (verb == "throw") {
      throw std::runtime_error(rest_of(words));
    } else if (verb == "monitor") {
      monitor(static_cast<pid>(std::stoull(word_of(words))));
    } else if (verb == "start_link") {
      start_link("entering", {.name = "made"});
      seen->add("started");
    } else if (verb == "trap") {
      trap_exit(true);
    } else if (verb == "request") {
      const auto whom = static_cast<pid>(std::stoull(word_of(words)));
      send_request<ask>(whom, "asked", rest_of(words));
    } else {
      act_on(verb, words, out, d);
    }
  }
  return out;
}

script::result see(const std::string& what, const std::string& todo, const std::string& s, script::data& d) {
  seen->add(what + "@" + s);
  return obey(todo, d);
}

}  // namespace

statem_init<script::state, script::data> script::init(const args& a) {
  const auto todo = a.get<std::string>("todo", "");
  if (todo == "ignore") return ignore();
  if (todo == "error") return init_error("not today");
  if (todo == "stop") return patchbay::stop("broken");
  if (todo == "throw") throw std::runtime_error("no start");
  statem_init<state, data> out = ok(state("closed"), data{});
  std::istringstream all(todo);
  for (std::string one; std::getline(all, one, ';');) {
    std::istringstream words(one);
    const auto verb = word_of(words);
    data none;
    act_on(verb, words, out, none);
  }
  return out;
}
script::result script::handle_event(const on::call<ask>& e, const state& s, data& d) {
  d.callers.push_back(e.from);
  auto out = see("call " + e.content.label, e.content.todo, s, d);
  return out;
}
script::result script::handle_event(const on::cast<act>& e, const state& s, data& d) {
  return see("cast " + e.content.label, e.content.todo, s, d);
}
script::result script::handle_event(const on::info<act>& e, const state& s, data& d) {
  return see("info " + e.content.label, e.content.todo, s, d);
}
script::result script::handle_event(const on::internal<act>& e, const state& s, data& d) {
  return see("internal " + e.content.label, e.content.todo, s, d);
}
script::result script::handle_event(const on::timeout<late>& e, const state& s, data& d) {
  return see("timeout " + e.content.label, e.content.todo, s, d);
}
script::result script::handle_event(const on::state_timeout<late>& e, const state& s, data& d) {
  return see("state_timeout " + e.content.label, e.content.todo, s, d);
}
script::result script::handle_event(const on::generic_timeout<late>& e, const state& s, data& d) {
  return see("{timeout," + std::string(e.name) + "} " + e.content.label, e.content.todo, s, d);
}
script::result script::handle_event(const exit_signal& e, const state& s, data& d) {
  return see("'EXIT' " + e.reason.text(), "", s, d);
}
script::result script::handle_event(const down& e, const state& s, data& d) {
  return see("'DOWN' " + e.reason.text(), "", s, d);
}
script::result script::handle_event(const response<ask>& e, const state& s, data& d) {
  // The first time in `closed` it waits for another state.
  return see("response " + (e.outcome ? *e.outcome : e.outcome.reason()), s == "closed" ? "postpone" : "", s, d);
}
void script::terminate(const exit_reason& why, const state& s, data&) {
  seen->add("terminate " + why.text() + "@" + s);
  if (on_terminate) on_terminate();
}

statem_init<script::state, script::data> entering::init(const args& a) { return script::init(a); }
script::result entering::handle_event(const on::enter<state>& e, const state& s, data& d) {
  return see("enter from " + e.old_state, std::exchange(on_enter, {}), s, d);
}

PATCHBAY_GEN_STATEM(script, 1);
PATCHBAY_GEN_STATEM(entering, 1);

statem_test::statem_test() : host_({patchbay_module_script, patchbay_module_entering}) {
  seen = &record_;
  on_enter.clear();
  on_terminate = nullptr;
  let_go = false;
}
statem_test::~statem_test() {
  let_go = true;
  host_->stop();
}

pid statem_test::start(const std::string& todo, const std::string& module) {
  machine_ = static_cast<pid>(host_.spawn(module, {}, "{\"todo\":\"" + todo + "\"}"));
  return machine_;
}

void statem_test::tell(const std::vector<act>& what) {
  for (const act& each : what) cast<act>(machine_, each.label, each.todo);
  settle();
}

void statem_test::settle() {
  // A system message is no event.
  static_cast<void>(host_->get_state(static_cast<pb_pid>(machine_), std::chrono::seconds(10)));
}

}  // namespace patchbay::test
