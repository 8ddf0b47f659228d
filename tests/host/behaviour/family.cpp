#include "family.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "behaviour/args.hpp"
#include "message/envelope.hpp"

namespace patchbay::test {
namespace {

using message::str;
using nlohmann::json;
using namespace std::chrono_literals;

// The modules' functions have no context of their own: one family at a time.
family* current = nullptr;

struct worker_state {
  std::string id;
  std::string lingers;
};

json read(const pb_args* args) {
  std::string text;
  const auto sink = message::string_sink(text);
  behaviour::args_json(nullptr, args, &sink);
  return json::parse(text);
}

pb_status worker_init(const char* word, const pb_args* args, void* state, pb_result* result) {
  const json a = read(args);
  const auto id = a.value("id", std::string("?"));
  if (a.value("trap", false)) process::running_process()->set_trap_exit(true);
  const bool fails = a.contains("fail") || (a.contains("fail_while") && current->is_up(a["fail_while"]));
  if (fails) {
    result->action = PB_ACTION_ERROR;
    result->reason_kind = PB_EXIT_ERROR;
    const auto why = a.value("fail", std::string("not_yet"));
    result->reason_text->write(result->reason_text->context, why.data(), why.size());
    current->say("fail " + id);
    return PB_OK;
  }
  if (a.value("ignore", false)) {
    result->action = PB_ACTION_IGNORE;
    return PB_OK;
  }
  new (state) worker_state{id, a.value("lingers", std::string())};
  if (a.contains("end")) (*current)->exit(process::running_process()->pid(), process::reason::failure(a["end"]));
  current->say(word + (" " + id) + (a.contains("env") ? " " + a["env"].dump() : ""));
  return PB_OK;
}

pb_status worker_terminate(const pb_reason* why, void* state, const pb_sink* /*error*/) {
  const auto& worker = *static_cast<worker_state*>(state);
  if (!worker.lingers.empty()) {
    current->say("lingers " + worker.id);
    current->wait_while_up(worker.lingers);
  }
  current->say("terminate " + worker.id + " " + process::reason::from(*why).words());
  return PB_OK;
}

pb_status supervisor_init(const pb_args* args, const pb_sup_builder* out, const pb_sink* error) {
  const json a = read(args);
  if (a.contains("fail")) {
    const auto why = a["fail"].get<std::string>();
    error->write(error->context, why.data(), why.size());
    return PB_E_EXCEPTION;
  }
  if (a.value("ignore", false)) return PB_E_IGNORE;
  const auto extra = a.value("extra_args", json::object()).dump();
  const pb_sup_flags flags{sizeof(pb_sup_flags),
                           a.value("strategy", 0u),
                           a.value("intensity", 3u),
                           a.value("period_s", 5u),
                           a.value("auto_shutdown", 0u),
                           a.value("dynamic", 0u),
                           a.value("max_children", PB_INFINITY),
                           str(extra),
                           a.value("partitions", 0u),
                           0};
  out->flags(out->context, &flags);
  for (const auto& each : a.value("children", json::array())) {
    const auto id = each.value("id", std::string());
    const auto module = each.value("module", std::string());
    const auto name = each.value("name", std::string());
    const auto child_args = each.value("args", json::object()).dump();
    pb_child_spec spec{};
    spec.struct_size = sizeof spec;
    spec.id = str(id);
    spec.module = str(module);
    spec.name = str(name);
    spec.args_json = str(child_args);
    spec.restart = each.value("restart", 0u);
    spec.type = each.value("type", 0u);
    spec.significant = each.value("significant", 0u);
    spec.shutdown_ms = each.value("shutdown_ms", std::uint64_t{5000});
    out->child(out->context, &spec);
  }
  return PB_OK;
}

pb_type state_type() {
  pb_type type{};
  type.struct_size = sizeof type;
  type.flags = PB_TYPE_MOVE_ONLY;
  type.name = str("worker");
  type.version = 1;
  type.size = sizeof(worker_state);
  type.align = alignof(worker_state);
  type.schema = str("{\"type\":\"string\"}");
  type.destroy = [](void* object) { static_cast<worker_state*>(object)->~worker_state(); };
  return type;
}

}  // namespace

struct family::parts {
  pb_type state = state_type();
  pb_module worker{};
  pb_module worker2{};
  pb_module supervisor{};
  message::type_registry types;
  behaviour::gen_server gen_server;
  behaviour::supervisor supervisors;
  behaviour::partition_table partitions;
  struct generation {
    process::process_group group;
    std::vector<std::unique_ptr<process::module>> modules;
  } generations[2];

  std::mutex mutex;
  std::condition_variable changed;
  int serving = 1;
  std::vector<std::string> said;
  std::vector<std::string> log;
  std::set<std::string> flags;
  bool held = false;
  bool may_go = false;

  const process::module* find(std::string_view name, std::string_view application) {
    if (application != "test") return nullptr;
    const std::lock_guard lock(mutex);
    generation& g = generations[serving - 1];
    for (const auto& each : g.modules) {
      if (each->name() != name) continue;
      g.group.need();
      return each.get();
    }
    return nullptr;
  }
};

family::family() : parts_(std::make_unique<parts>()) {
  current = this;
  parts& p = *parts_;
  p.worker.struct_size = p.supervisor.struct_size = sizeof(pb_module);
  p.worker.behaviour = PB_BEHAVIOUR_GEN_SERVER;
  p.worker.name = str("worker");
  p.worker.state = &p.state;
  p.worker.terminate = worker_terminate;
  p.worker.init = [](const pb_args* a, void* state, pb_result* r) { return worker_init("init", a, state, r); };
  p.worker2 = p.worker;
  p.worker2.init = [](const pb_args* a, void* state, pb_result* r) { return worker_init("init2", a, state, r); };
  p.supervisor.behaviour = PB_BEHAVIOUR_SUPERVISOR;
  p.supervisor.name = str("sup");
  p.supervisor.supervisor_init = supervisor_init;
  p.types.adopt(p.state, "test");
  for (int i = 0; i < 2; ++i) {
    auto& g = p.generations[i];
    g.group.label = "g" + std::to_string(i + 1);
    g.modules.push_back(std::make_unique<process::module>(i == 0 ? p.worker : p.worker2, "test", "1.0.0", g.group));
    g.modules.push_back(std::make_unique<process::module>(p.supervisor, "test", "1.0.0", g.group));
  }
  process::system_options options;
  options.scheduler.workers = 2;
  options.behaviours[PB_BEHAVIOUR_GEN_SERVER] = &p.gen_server;
  options.behaviours[PB_BEHAVIOUR_SUPERVISOR] = &p.supervisors;
  options.log = [this](const process::report& line) {
    const std::lock_guard lock(parts_->mutex);
    parts_->log.push_back(line.label.empty() ? line.text : line.label + " " + line.text);
    parts_->changed.notify_all();
  };
  system_ = std::make_unique<process::system>(std::move(options), p.types);
  p.gen_server.bind(*system_);
  p.supervisors.bind(*system_, finder(), &p.partitions);
  control_ = std::make_unique<behaviour::supervisor_control>(*system_);
  system_->start();
}

family::~family() {
  let_go();
  system_->stop();
}

behaviour::host_table::module_finder family::finder() {
  return [this](std::string_view name, std::string_view application) { return parts_->find(name, application); };
}

behaviour::partition_table& family::partitions() { return parts_->partitions; }

process::spawned family::try_spawn(const std::string& module, const json& args, const std::string& name) {
  process::spawn_request request;
  request.find_module = [&] { return parts_->find(module, "test"); };
  request.name = name;
  request.args_json = args.dump();
  return system_->spawn(request);
}

pb_pid family::spawn(const std::string& module, const json& args, const std::string& name) {
  const auto made = try_spawn(module, args, name);
  EXPECT_TRUE(made) << made.failure.why.words();
  return made.pid;
}

void family::serve(int generation) {
  const std::lock_guard lock(parts_->mutex);
  parts_->serving = generation;
}

bool family::eventually(const std::function<bool()>& condition) {
  std::unique_lock lock(parts_->mutex);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (true) {
    lock.unlock();
    const bool done = condition();
    lock.lock();
    if (done) return true;
    if (std::chrono::steady_clock::now() > deadline) return false;
    // What is said or logged wakes it; ends and queues are looked at in between.
    parts_->changed.wait_for(lock, 2ms);
  }
}

bool family::nobody_is_left() {
  return eventually([this] { return system_->process_count() == 0; });
}

bool family::wait_for_event(const std::string& event, int times) {
  return eventually([&] {
    const std::lock_guard lock(parts_->mutex);
    return std::count(parts_->said.begin(), parts_->said.end(), event) >= times;
  });
}

bool family::wait_for_log(const std::string& part, int times) {
  return eventually([&] { return logged(part) >= times; });
}

std::string family::events() {
  const std::lock_guard lock(parts_->mutex);
  std::string all;
  for (const auto& each : parts_->said) all += (all.empty() ? "" : ", ") + each;
  return all;
}

int family::logged(const std::string& part) {
  const std::lock_guard lock(parts_->mutex);
  return static_cast<int>(std::count_if(parts_->log.begin(), parts_->log.end(),
                                        [&](const std::string& line) { return line.find(part) != std::string::npos; }));
}

void family::clear_events() {
  const std::lock_guard lock(parts_->mutex);
  parts_->said.clear();
}

void family::raise(const std::string& flag) {
  const std::lock_guard lock(parts_->mutex);
  parts_->flags.insert(flag);
}
void family::lower(const std::string& flag) {
  const std::lock_guard lock(parts_->mutex);
  parts_->flags.erase(flag);
  parts_->changed.notify_all();
}
void family::wait_while_up(const std::string& flag) {
  std::unique_lock lock(parts_->mutex);
  parts_->changed.wait_for(lock, 10s, [&] { return !parts_->flags.contains(flag); });
}
bool family::is_up(const std::string& flag) {
  const std::lock_guard lock(parts_->mutex);
  return parts_->flags.contains(flag);
}

void family::hold(pb_pid pid) {
  EXPECT_EQ(system_->run_on(pid,
                            [this](process::process* self) {
                              if (self == nullptr) return;
                              std::unique_lock lock(parts_->mutex);
                              parts_->held = true;
                              parts_->changed.notify_all();
                              parts_->changed.wait_for(lock, 10s, [this] { return parts_->may_go; });
                            }),
            PB_OK);
  std::unique_lock lock(parts_->mutex);
  EXPECT_TRUE(parts_->changed.wait_for(lock, 10s, [this] { return parts_->held; }));
}

void family::let_go() {
  const std::lock_guard lock(parts_->mutex);
  parts_->may_go = true;
  parts_->changed.notify_all();
}

void family::say(std::string event) {
  const std::lock_guard lock(parts_->mutex);
  parts_->said.push_back(std::move(event));
  parts_->changed.notify_all();
}

json worker(const std::string& id, const json& more, const json& more_args) {
  json spec{{"id", id}, {"module", "worker"}, {"args", {{"id", id}}}};
  if (more_args.is_object()) spec["args"].update(more_args);
  if (more.is_object()) spec.update(more);
  return spec;
}

std::string names(const std::vector<behaviour::child_info>& newest_first) {
  std::string all;
  for (auto each = newest_first.rbegin(); each != newest_first.rend(); ++each) {
    all += (all.empty() ? "" : " ") + each->id + (each->restarting ? "~" : each->pid == 0 ? "-" : "");
  }
  return all;
}

}  // namespace patchbay::test
