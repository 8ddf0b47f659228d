#include "patchbay/manual_host.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "behaviour/gen_event.hpp"
#include "behaviour/gen_server.hpp"
#include "behaviour/gen_statem.hpp"
#include "behaviour/host_modules.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/supervisor.hpp"
#include "code/attach.hpp"
#include "message/codec.hpp"
#include "message/show.hpp"
#include "message/type_registry.hpp"
#include "process/process.hpp"
#include "process/system.hpp"
#include "scheduler/manual.hpp"

namespace patchbay {
namespace {

using nlohmann::json;

std::string shown_name(const process::process& self) {
  const process::bonds* ties = self.ties_if_any();
  return ties == nullptr || ties->name.empty() ? process::pid_text(self.pid()) : ties->name;
}

const char* word(message::signal kind) noexcept {
  switch (kind) {
    case message::signal::call:
      return "call";
    case message::signal::cast:
      return "cast";
    case message::signal::response:
      return "response";
    case message::signal::timeout:
      return "timeout";
    case message::signal::exit:
      return "EXIT";
    case message::signal::down:
      return "DOWN";
    default:
      return "info";
  }
}

std::string text_of(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace

/// In the order of their building; each uses only those above it.
struct manual_host::state_of {
  explicit state_of(manual_options chosen) : options(chosen), hand(chosen.seed) {
    process::system_options system_options;
    system_options.scheduler.by_hand = &hand;
    system_options.behaviours[PB_BEHAVIOUR_GEN_SERVER] = &gen_server;
    system_options.behaviours[PB_BEHAVIOUR_SUPERVISOR] = &supervisor;
    system_options.behaviours[PB_BEHAVIOUR_GEN_STATEM] = &gen_statem;
    system_options.behaviours[PB_BEHAVIOUR_GEN_EVENT] = &gen_event.handlers();
    system_options.behaviours[behaviour::event_manager_behaviour] = &gen_event;
    system_options.log = [this](const process::report& line) { log.push_back(line.text); };
    system_options.record = [this](const process::process& self, const message::envelope& what) { record(self, what); };
    system = std::make_unique<process::system>(std::move(system_options), types);
    gen_server.bind(*system);
    const auto find = [this](std::string_view name, std::string_view application) -> const process::module* {
      if (const process::module* own = host_modules.hold(name, application)) return own;
      return find_module(name, application);
    };
    gen_statem.bind(*system);
    gen_event.bind(*system, find, gen_server);
    supervisor.bind(*system, find, &host_table.partitions());
    host_table.bind(*system, find);
    system->start();
    thread = std::make_unique<scheduler::attached_thread>(system->scheduler());
    began = hand.now();
  }
  ~state_of() {
    system->stop();
    thread.reset();
  }
  state_of(const state_of&) = delete;
  state_of& operator=(const state_of&) = delete;

  void record(const process::process& self, const message::envelope& what) {
    handled_message line{self.pid(), shown_name(self), word(what.kind), word(what.kind), {}};
    const bool call = what.kind == message::signal::call;
    const bool cast = what.kind == message::signal::cast;
    if (call || cast || what.kind == message::signal::info) {
      const auto& content = static_cast<const message::mail&>(what).content;
      const std::string name = types.name(content.type_id());
      if (!name.empty()) line.message = process::short_message_name(name);
      const auto kind = call ? PB_KIND_CALL : cast ? PB_KIND_CAST : PB_KIND_INFO;
      const pb_message* entry = self.code().find(static_cast<std::uint32_t>(kind), content.type_id());
      line.value = text_of(message::show(content, entry == nullptr ? nullptr : entry->type, {}));
    } else if (what.kind == message::signal::exit || what.kind == message::signal::down) {
      const auto& notice = static_cast<const message::exit_notice&>(what);
      line.value = text_of(process::reason{notice.reason, notice.text}.words());
    }
    handled.push_back(std::move(line));
  }

  const process::module* find_module(std::string_view name, std::string_view application) {
    std::string wanted(name);
    if (name.find('/') == std::string_view::npos && !application.empty()) {
      wanted = std::string(application) + '/' + wanted;
    }
    auto found = modules.find(wanted);
    if (found == modules.end() && name.find('/') == std::string_view::npos) {
      for (auto each = modules.begin(); each != modules.end() && found == modules.end(); ++each) {
        if (each->second->name() == name) found = each;
      }
    }
    if (found == modules.end()) return nullptr;
    group.need();
    return found->second.get();
  }

  manual_options options;
  scheduler::manual hand;
  std::vector<handled_message> handled;
  std::vector<std::string> log;
  message::type_registry types;
  behaviour::gen_server gen_server;
  behaviour::gen_statem gen_statem;
  behaviour::gen_event gen_event;
  behaviour::host_modules host_modules;
  behaviour::supervisor supervisor;
  behaviour::host_table host_table;
  process::process_group group;
  std::map<std::string, std::unique_ptr<process::module>> modules;  // by application/module
  std::unique_ptr<process::system> system;
  std::unique_ptr<scheduler::attached_thread> thread;
  port::steady_time began;
};

manual_host::manual_host(manual_options options) : state_(std::make_unique<state_of>(options)) {}
manual_host::~manual_host() = default;

const pb_host& manual_host::table() const noexcept { return state_->host_table.table(); }

outcome<void> manual_host::load(const pb_plugin& plugin) {
  if (plugin.module_count == 0) return error{"bad_table", "the plugin has no modules"};
  const std::string application(message::view(plugin.application));
  const std::string version(message::view(plugin.version));
  state_->group.label = "g1";
  code::adopt_types(plugin, state_->types);
  for (std::uint32_t i = 0; i < plugin.module_count; ++i) {
    const pb_module& table = *plugin.modules[i];
    state_->modules[application + '/' + std::string(message::view(table.name))] =
        std::make_unique<process::module>(table, application, version, state_->group);
  }
  return {};
}

outcome<pb_pid> manual_host::start(std::string_view module, std::string_view name, std::string_view args_json) {
  process::spawn_request request;
  request.find_module = [&] { return state_->find_module(module, {}); };
  request.name = name;
  request.args_json = args_json;
  const process::spawned made = state_->system->spawn(request);
  if (made) return made.pid;
  const auto& failed = made.failure;
  switch (failed.status) {
    case PB_E_UNDEF_MODULE:
      return error{"undef_module", "no module " + std::string(module) + " was loaded; name it when the host is made"};
    case PB_E_IGNORE:
      return error{"ignore", "init of " + std::string(module) + " answered ignore"};
    case PB_E_ALREADY_STARTED:
      return error{"already_started", failed.why.words()};
    default:
      return error{"init", std::string(module) + " did not start: " + failed.why.words()};
  }
}

void manual_host::kill(pb_pid process) {
  const process::reason why{PB_EXIT_KILL, {}};
  (void)state_->system->wait_for_end(process, process::infinity, &why);
}

pb_pid manual_host::whereis(std::string_view name) const { return state_->system->whereis(name); }
bool manual_host::alive(pb_pid process) const { return state_->system->alive(process); }

outcome<std::string> manual_host::state(pb_pid process) {
  const auto seen = state_->system->get_state(process, process::milliseconds(5000));
  if (!seen) return seen.failure();
  return text_of(message::show(seen->schema, seen->bytes, {}));
}

bool manual_host::step() { return state_->system->scheduler().run_one(state_->thread->context()); }

outcome<std::size_t> manual_host::run_until_idle() {
  std::size_t steps = 0;
  while (step()) {
    if (++steps < state_->options.max_steps) continue;
    const auto& last = state_->handled;
    return error{"not_idle",
                 "not idle after " + std::to_string(steps) + " steps" +
                     (last.empty() ? std::string() : "; last " + last.back().name + " handled " + last.back().message) +
                     "; processes keep each other busy"};
  }
  return steps;
}

outcome<void> manual_host::advance(std::chrono::milliseconds by) {
  const port::steady_time until = state_->hand.now() + by;
  for (;;) {
    if (auto rested = run_until_idle(); !rested) return rested.failure();
    const port::steady_time next = state_->system->scheduler().timer_queue().next();
    if (next > until) break;
    state_->hand.move_to(next);
  }
  // A call that waited may have moved it further.
  state_->hand.move_to(until);
  return {};
}

std::chrono::milliseconds manual_host::elapsed() const noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(state_->hand.now() - state_->began);
}

const std::vector<handled_message>& manual_host::handled() const noexcept { return state_->handled; }
void manual_host::forget_handled() noexcept { state_->handled.clear(); }
const std::vector<std::string>& manual_host::log() const noexcept { return state_->log; }

}  // namespace patchbay
