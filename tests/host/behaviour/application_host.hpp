#pragma once
// A runtime with an application controller and typed modules: a callback module that says what it is told, a top process that does what it is asked.
#include <functional>
#include <map>
#include <set>

#include <patchbay/application.hpp>

#include "../process/runtime.hpp"
#include "behaviour/application_controller.hpp"
#include "behaviour/supervisor.hpp"

namespace patchbay::test {

namespace asked_messages {
PATCHBAY_MESSAGES_OF("test", "worker");
/// Calls an application function inside the server: what it answered.
struct ask {
  using reply = std::string;
  std::string what;
  std::string argument;
  std::string argument2;
  void serialize(auto& ar) { ar(PATCHBAY_FIELD(what), PATCHBAY_FIELD(argument), PATCHBAY_FIELD(argument2)); }
};
}  // namespace asked_messages
using asked_messages::ask;

/// All applications have the modules `application` (the callbacks), `worker` and `family` (a supervisor of one worker). Args that they obey:
///   name: in what they say; fail_start, fail_prep_stop, fail_stop: texts of exceptions; fail_phase: one that fails;
///   top: the module that start answers with (worker); fail: the worker's init fails with it; hold_start: start waits for let_go.
class application_host {
 public:
  explicit application_host(process::milliseconds stop_limit = std::chrono::minutes(1));
  ~application_host();

  behaviour::application_controller& operator*() { return *controller_; }
  behaviour::application_controller* operator->() { return controller_.get(); }
  process::system& system() { return *system_; }

  /// An application of the release, with `name` as its env's name and the callback module as its mod.
  behaviour::application& add(const std::string& name, std::vector<std::string> needs = {});
  behaviour::application& at(const std::string& name) { return release_.at(name); }
  void remove(const std::string& name) { release_.erase(name); }
  /// In alphabetical order.
  [[nodiscard]] std::vector<behaviour::application> release() const;
  /// Makes what was added and changed known as an install does.
  void install();

  pb_pid top(const std::string& name);
  /// In start order; `a-` is loaded only.
  std::string started();
  /// Asks the top process of an application.
  std::string ask_in(const std::string& application, const std::string& what, const std::string& argument = {},
                     const std::string& argument2 = {});

  void say(std::string event);
  /// So far, joined by `, `.
  std::string events();
  void clear_events();
  bool wait_for_event(const std::string& event);
  bool logged(const std::string& part);
  bool wait_for_log(const std::string& part);
  void let_go();
  void wait_to_go();

 private:
  const process::module* find(std::string_view name, std::string_view application);

  message::type_registry types_;
  behaviour::gen_server gen_server_;
  behaviour::supervisor supervisor_;
  behaviour::host_table host_;
  process::process_group group_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, const pb_module*, std::less<>> tables_;
  std::map<std::string, std::unique_ptr<process::module>> modules_;  // by application/module
  std::map<std::string, behaviour::application> release_;
  std::vector<std::string> said_;
  std::vector<std::string> log_;
  bool may_go_ = false;
  std::unique_ptr<process::system> system_;
  std::unique_ptr<behaviour::application_controller> controller_;
};

template <class Result>
std::string text_of(const outcome<Result>& result) {
  return result ? "ok" : result.failure().code + " " + result.failure().text;
}

}  // namespace patchbay::test
