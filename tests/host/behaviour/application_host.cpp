#include "application_host.hpp"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include <patchbay/supervisor.hpp>
#include <patchbay/table/server_module.hpp>

namespace patchbay::test {
namespace {

using nlohmann::json;

// The modules' functions have no context of their own: one host at a time.
application_host* current = nullptr;

std::string name_in(const args& a) { return a.get<std::string>("name", "?"); }
void fail_if(const args& a, std::string_view key) {
  if (a.has(key)) throw std::runtime_error(a.get<std::string>(key));
}

struct application {
  static patchbay::application::top start(const args& env) {
    current->say("start " + name_in(env));
    if (env.get<bool>("hold_start", false)) current->wait_to_go();
    fail_if(env, "fail_start");
    return {.module = env.get<std::string>("top", "worker"),
            .args = env,
            .state = {{"name", name_in(env)},
                      {"fail_prep_stop", env.get<bool>("fail_prep_stop", false)},
                      {"fail_stop", env.get<bool>("fail_stop", false)}}};
  }
  static void start_phase(std::string_view phase, const args& a) {
    current->say("phase " + std::string(phase) + " " + a.json());
    fail_if(a, "fail");
  }
  static arg_list prep_stop(const args& state) {
    current->say("prep_stop " + name_in(state));
    if (state.get<bool>("fail_prep_stop")) throw std::runtime_error("not prepared");
    return {{"name", name_in(state)}, {"prepared", true}, {"fail_stop", state.get<bool>("fail_stop")}};
  }
  static void stop(const args& state) {
    current->say("stop " + name_in(state) + (state.get<bool>("prepared", false) ? " prepared" : ""));
    if (state.get<bool>("fail_stop")) throw std::runtime_error("not stopped");
  }
  static void config_change(const args& changed, const args& added, const args& removed) {
    current->say("config_change " + changed.json() + " " + added.json() + " " + removed.json());
  }
};
PATCHBAY_APPLICATION(application)

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : " ") + each;
  return text;
}
std::string names(const std::vector<patchbay::application::info>& all) {
  std::string text;
  for (const auto& each : all) text += (text.empty() ? "" : " ") + each.name + "/" + each.description + "/" + each.vsn;
  return text;
}

std::string obey(const ask& m) {
  namespace app = patchbay::application;
  if (m.what == "get_env") {
    const auto found = app::get_env<std::int64_t>(m.argument, m.argument2);
    return found ? std::to_string(*found) : "undefined";
  }
  if (m.what == "own_env") return app::get_env<std::string>("", m.argument).value_or("undefined");
  if (m.what == "all_env") return app::get_all_env(m.argument).json();
  if (m.what == "set_env") return app::set_env(m.argument, m.argument2, 7), "ok";
  if (m.what == "unset_env") return app::unset_env(m.argument2, m.argument), "ok";
  if (m.what == "start") return app::start(m.argument), "ok";
  if (m.what == "ensure") return joined(app::ensure_all_started(m.argument, app::type::permanent));
  if (m.what == "stop") return app::stop(m.argument), "ok";
  if (m.what == "load") return app::load(m.argument), "ok";
  if (m.what == "unload") return app::unload(m.argument), "ok";
  if (m.what == "which") return names(app::which_applications());
  if (m.what == "loaded") return names(app::loaded_applications());
  return "no such question";
}

struct worker {
  using calls = messages<ask>;
  struct state {
    std::string name;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(name)); }
  };
  static state init(const args& a) {
    fail_if(a, "fail");
    trap_exit(true);
    current->say("init " + name_in(a));
    if (a.has("asks")) current->say(handle_call({a.get<std::string>("asks"), a.get<std::string>("of"), {}}, {}, {}));
    return {name_in(a)};
  }
  static std::string handle_call(const ask& m, from, const state&) {
    try {
      return obey(m);
    } catch (const status_error& failure) {
      return std::string(error_word(failure.status())) + " " + failure.reason();
    }
  }
  static void terminate(const exit_reason& why, const state& s) {
    current->say("terminate " + s.name + " " + (why.word() == exit_word::shutdown ? "shutdown" : why.text()));
  }
};
PATCHBAY_GEN_SERVER(worker, 1)

struct family {
  static sup_spec init(const args& a) { return {.children = {{.id = "child", .module = "worker", .args = a}}}; }
};
PATCHBAY_SUPERVISOR(family)

}  // namespace

application_host::application_host(process::milliseconds stop_limit) {
  current = this;
  process::system_options chosen;
  chosen.scheduler.workers = 2;
  chosen.behaviours[PB_BEHAVIOUR_GEN_SERVER] = &gen_server_;
  chosen.behaviours[PB_BEHAVIOUR_SUPERVISOR] = &supervisor_;
  chosen.log = [this](const process::report& line) {
    const std::lock_guard lock(mutex_);
    log_.push_back(line.text);
    changed_.notify_all();
  };
  system_ = std::make_unique<process::system>(std::move(chosen), types_);
  const auto finder = [this](std::string_view name, std::string_view application) { return find(name, application); };
  gen_server_.bind(*system_);
  supervisor_.bind(*system_, finder);
  host_.bind(*system_, finder);
  std::string error;
  const pb_sink sink = message::string_sink(error);
  const pb_plugin* plugin =
      detail::enter(&host_.table(), &sink, "test", "1.0.0",
                    {&patchbay_module_application, &patchbay_module_worker, &patchbay_module_family});
  EXPECT_NE(plugin, nullptr) << error;
  group_.label = "g1";
  for (std::uint32_t i = 0; i < plugin->module_count; ++i) {
    const pb_module& table = *plugin->modules[i];
    tables_.emplace(message::view(table.name), &table);
    if (table.state != nullptr) types_.adopt(*table.state, PATCHBAY_TOOLCHAIN);
    for (std::size_t m = 0; m < table.message_count; ++m) {
      types_.adopt(*table.messages[m]->type, PATCHBAY_TOOLCHAIN);
      if (table.messages[m]->reply != nullptr) types_.adopt(*table.messages[m]->reply, PATCHBAY_TOOLCHAIN);
    }
  }
  system_->start();
  behaviour::application_options options;
  options.find_module = finder;
  options.find_application = [this](const std::string& name) -> std::optional<behaviour::application> {
    const auto found = release_.find(name);
    return found == release_.end() ? std::nullopt : std::optional(found->second);
  };
  options.on_permanent_exit = [this](const std::string& name, const process::reason& why) {
    say("host ends: " + name + " " + why.words());
  };
  options.stop_limit = stop_limit;
  controller_ = std::make_unique<behaviour::application_controller>(*system_, std::move(options));
  host_.bind(controller_.get());
}

application_host::~application_host() {
  let_go();
  controller_->stop_all();
  system_->stop();
  host_.bind(nullptr);
  controller_.reset();
}

const process::module* application_host::find(std::string_view name, std::string_view application) {
  if (const auto slash = name.find('/'); slash != std::string_view::npos) {
    application = name.substr(0, slash);
    name = name.substr(slash + 1);
  }
  const auto table = tables_.find(name);
  if (table == tables_.end()) return nullptr;
  const std::lock_guard lock(mutex_);
  auto& made = modules_[std::string(application) + "/" + std::string(name)];
  if (!made) made = std::make_unique<process::module>(*table->second, std::string(application), "1.0.0", group_);
  group_.need();
  return made.get();
}

behaviour::application& application_host::add(const std::string& name, std::vector<std::string> needs) {
  behaviour::application made;
  made.name = name;
  made.version = "1.0.0";
  made.description = "the " + name;
  made.applications = std::move(needs);
  made.env_json = json{{"name", name}}.dump();
  made.mod_module = "application";
  return release_[name] = std::move(made);
}

std::vector<behaviour::application> application_host::release() const {
  std::vector<behaviour::application> all;
  for (const auto& [name, each] : release_) all.push_back(each);
  return all;
}

void application_host::install() {
  auto envs = behaviour::application_controller::envs_of(release());
  ASSERT_EQ(text_of(envs), "ok");
  controller_->env().exchange(*envs);
  controller_->config_change(release(), *envs);
}

pb_pid application_host::top(const std::string& name) {
  for (const auto& each : controller_->which_applications()) {
    if (each.name == name) return each.top;
  }
  return 0;
}

std::string application_host::started() {
  std::string all;
  for (const auto& each : controller_->which_applications()) {
    all += (all.empty() ? "" : " ") + each.name + (each.started ? "" : "-");
  }
  return all;
}

std::string application_host::ask_in(const std::string& application, const std::string& what,
                                     const std::string& argument, const std::string& argument2) {
  return call<ask>(with_timeout(pid{top(application)}, 30s), what, argument, argument2);
}

void application_host::say(std::string event) {
  const std::lock_guard lock(mutex_);
  said_.push_back(std::move(event));
  changed_.notify_all();
}

std::string application_host::events() {
  const std::lock_guard lock(mutex_);
  std::string all;
  for (const auto& each : said_) all += (all.empty() ? "" : ", ") + each;
  return all;
}

void application_host::clear_events() {
  const std::lock_guard lock(mutex_);
  said_.clear();
}

bool application_host::wait_for_event(const std::string& event) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 10s, [&] { return std::find(said_.begin(), said_.end(), event) != said_.end(); });
}

bool application_host::wait_for_log(const std::string& part) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, 10s, [&] {
    return std::any_of(log_.begin(), log_.end(),
                       [&](const std::string& line) { return line.find(part) != std::string::npos; });
  });
}

bool application_host::logged(const std::string& part) {
  const std::lock_guard lock(mutex_);
  return std::any_of(log_.begin(), log_.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

void application_host::let_go() {
  const std::lock_guard lock(mutex_);
  may_go_ = true;
  changed_.notify_all();
}

void application_host::wait_to_go() {
  std::unique_lock lock(mutex_);
  EXPECT_TRUE(changed_.wait_for(lock, 10s, [this] { return may_go_; }));
}

}  // namespace patchbay::test
