#include "node/node.hpp"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "behaviour/args.hpp"
#include "message/codec.hpp"
#include "node/log_file.hpp"
#include "node/operations.hpp"
#include "node/own_directory.hpp"
#include "release/plan/files.hpp"
#include "release/swap/change_code.hpp"

namespace patchbay::node {
namespace {

data_directory chosen_data(const host_options& options) {
  if (options.data_dir.empty()) return default_data_directory();
  std::error_code failed;
  return {std::filesystem::absolute(options.data_dir, failed).lexically_normal()};
}

/// The program's env, {APP: {KEY: value}}. Errors: bad_json.
outcome<json> env_of(const host_options& options) {
  auto env = message::parse_json(options.env_json.empty() ? "{}" : options.env_json);
  if (!env) return error{"bad_json", "host_options::env_json: " + env.failure().text};
  const bool tables =
      env->is_object() && std::all_of(env->begin(), env->end(), [](const json& e) { return e.is_object(); });
  if (tables) return env;
  return error{"bad_json", "host_options::env_json must be a table of applications, each a table of its env"};
}

error no_room(const char* why) {
  return {"system_limit",
          std::string("the host cannot start: no thread or memory is left for it (") + why +
              "); raise its limits on processes and memory (ulimit -u, ulimit -v), or give it fewer workers"};
}

}  // namespace

node::node(data_directory data, port::lock_file lock, bool allow_unsigned)
    : data_(std::move(data)), lock_(std::move(lock)), allow_unsigned_(allow_unsigned) {}

outcome<std::unique_ptr<node>> node::start(const host_options& options) {
  const auto data = own_directory(chosen_data(options), options.release_dir);
  if (!data) return data.failure();
  auto lock = port::lock_file::take(data->lock());
  if (!lock) {
    error failure = lock.failure();
    if (failure.code == "locked") failure.text = "another host runs on " + data->root.string() + ": " + failure.text;
    return failure;
  }
  std::unique_ptr<node> made(new node(*data, std::move(*lock), options.allow_unsigned));
  if (auto opened = made->try_open(options); !opened) {
    made->stop();
    return opened.failure();
  }
  return made;
}

outcome<void> node::try_open(const host_options& options) {
  try {
    return open(options);
  } catch (const std::system_error& failed) {
    return no_room(failed.what());
  } catch (const std::bad_alloc& failed) {
    return no_room(failed.what());
  }
}

outcome<void> node::open(const host_options& options) {
  const auto config = options.config_file.empty()
                          ? release::read_host_config(data_.config())
                          : release::read_host_config(options.config_file, release::absent_config::is_refused);
  if (!config) return config.failure();
  // Before the log, which may be in the directory: whatever else is there, a host has made it.
  auto records = release::ledger::open(data_.ledger());
  if (!records) return records.failure();
  ledger_.emplace(std::move(*records));
  const auto log_file = log_file_of(data_, config->log_file);
  if (!log_file) return log_file.failure();
  auto opened_log = host_log::open({.level = config->log_level,
                                    .marks_unsigned = allow_unsigned_,
                                    .sink = options.log,
                                    .format = config->log_format,
                                    .hide = config->log_hide,
                                    .file = *log_file,
                                    .max_size = config->log_max_size,
                                    .max_files = static_cast<std::size_t>(config->log_max_files),
                                    .limits = {}});
  if (!opened_log) return opened_log.failure();
  log_ = std::move(*opened_log);
  for (const auto& each : ledger_->interrupted()) log(PB_LOG_WARNING, each.text);
  auto trust = release::trust_of(config->trusted_keys, allow_unsigned_);
  if (!trust) return trust.failure();
  store_.emplace(data_.releases(), std::move(*trust));

  auto env = env_of(options);
  if (!env) return env.failure();
  build_runtime(options, *config, std::move(*env));
  if (auto booted = releases_->boot(options.release_dir); !booted) return booted;
  if (auto started = start_applications(); !started) return started;
  add_host_operations(operations_, *this);
  add_process_operations(operations_, *this);
  add_application_operations(operations_, *this);
  add_inspection_operations(operations_, *this);
  add_release_operations(operations_, *this);
  add_sys_operations(operations_, *this);
  auto server = control_server::start(
      data_.socket(), [this](std::string_view line, const auto& send) { return operations_.answer(line, send); });
  if (!server) return server.failure();
  server_ = std::move(*server);
  log(PB_LOG_INFO, releases_->current()->id() + " serves on " + data_.root.string());
  return {};
}

void node::build_runtime(const host_options& options, const release::host_config& config, json env) {
  const auto libexec = options.libexec_dir.empty() ? default_libexec_directory() : options.libexec_dir;
  code_ =
      std::make_unique<code::code_server>(code::code_server_options{.generations_dir = data_.generations(),
                                                                    .libexec_dir = libexec,
                                                                    .allowed_needed = config.allowed_needed,
                                                                    .kept_bytes = config.generations_limit_mb << 20U},
                                          types_, host_table_.table());
  process::system_options system{};
  system.scheduler.workers = options.workers != 0 ? options.workers : config.workers;
  system.behaviours[PB_BEHAVIOUR_GEN_SERVER] = &gen_server_;
  system.behaviours[PB_BEHAVIOUR_GEN_STATEM] = &gen_statem_;
  system.behaviours[PB_BEHAVIOUR_SUPERVISOR] = &supervisor_;
  system.behaviours[PB_BEHAVIOUR_GEN_EVENT] = &gen_event_.handlers();
  system.behaviours[behaviour::event_manager_behaviour] = &gen_event_;
  system.log = [this](const process::report& line) { log_->write(line); };
  system.hidden = config.redact;
  system_ = std::make_unique<process::system>(std::move(system), types_);
  gen_server_.bind(*system_);
  gen_statem_.bind(*system_);
  supervisor_.bind(*system_, module_finder(), &host_table_.partitions());
  gen_event_.bind(*system_, module_finder(), gen_server_);
  host_table_.bind(*system_, module_finder(), [this](process::process& suspended) { return change_code(suspended); });
  system_->start();
  messages_ = std::make_unique<json_messages>(*system_, catalogue_);
  releases_ = std::make_unique<release::release_manager>(release::manager_rooms{
      .system = system_.get(),
      .code = code_.get(),
      .records = &*ledger_,
      .store = &*store_,
      .loaded = [this](const code::generation& loaded) { return catalogue_.add(loaded.facts); },
      .env = std::move(env),
      .prepares = [this](const release::release_view& view) { return prepare(view); },
      .serves = [this](const release::release_view& view) { configure(view); },
      .canary = {.program = libexec / "patchbay-canary",
                 .reserve_bytes = config.canary_reserve_mb << 20U,
                 .memory_bytes = config.canary_memory_mb << 20U},
      .keep_state = [this,
                     hidden = config.redact](const release::refused_state& state) { return keep_state(state, hidden); },
      .log = [this](std::uint32_t level, const std::string& text) { log(level, text); }});
}

behaviour::host_table::module_finder node::module_finder() {
  return [this](std::string_view name, std::string_view application) -> const process::module* {
    if (const process::module* own = host_modules_.hold(name, application)) return own;
    return code_->hold_module(name, application);
  };
}

behaviour::changed_code node::change_code(process::process& suspended) {
  const auto serving = releases_->current();
  const auto* view = serving == nullptr ? nullptr : serving->find(suspended.code().application());
  const behaviour::args_table config(view == nullptr ? json::object() : view->env);
  return release::change_code(suspended, *system_, *code_, config.handle());
}

std::string node::keep_state(const release::refused_state& state, const message::redactions& hidden) {
  json shown = json::parse(state.json, nullptr, false);
  if (shown.is_discarded()) return {};
  message::redact(shown, hidden);
  const auto file = data_.refused_states() / state.application / (state.module + ".json");
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) return {};
  if (auto written = port::write_file_atomic(file, shown.dump(2) + "\n", 0600); !written) return {};
  return "the state lies in " + file.string() + " (relup test reads it)";
}

node::~node() { stop(); }

void node::hurry_stop() {
  if (applications_) applications_->stop_now();
}

void node::stop() {
  if (std::exchange(stopped_, true)) return;
  // Before anything is taken down: an operation under way needs it all.
  if (releases_) releases_->close();
  if (applications_) applications_->stop_all();
  // The system before the server: a request that waits for a reply is answered by its end.
  if (system_) system_->stop();
  // No handler runs any more; a plugin's destructors may still ask.
  host_table_.bind(nullptr);
  if (server_) server_->stop();
  if (log_) {
    log(PB_LOG_INFO, "stopped");
    log_->flush();
  }
}

}  // namespace patchbay::node
