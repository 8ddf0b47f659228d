#pragma once
// A whole runtime for tests: real scheduler, real processes, modules that the test program defines with the SDK.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <patchbay/entry.hpp>
#include <patchbay/patchbay.hpp>

#include "behaviour/gen_event.hpp"
#include "behaviour/gen_server.hpp"
#include "behaviour/gen_statem.hpp"
#include "behaviour/host_modules.hpp"
#include "behaviour/host_table.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::test {

using namespace std::chrono_literals;

/// Waits for a condition that another thread brings about; fails the test after ten seconds.
template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

/// Starts with the modules of one pseudo-plugin, `test` 1.0.0, that is the test program itself.
class runtime {
 public:
  explicit runtime(std::initializer_list<module_factory*> factories = {}, unsigned workers = 2,
                   scheduler::scheduler_options options = {}) {
    options.workers = workers;
    process::system_options chosen;
    chosen.scheduler = options;
    chosen.hidden = {"password"};
    chosen.behaviours[PB_BEHAVIOUR_GEN_SERVER] = &gen_server_;
    chosen.behaviours[PB_BEHAVIOUR_GEN_STATEM] = &gen_statem_;
    chosen.behaviours[PB_BEHAVIOUR_GEN_EVENT] = &gen_event_.handlers();
    chosen.behaviours[behaviour::event_manager_behaviour] = &gen_event_;
    chosen.log = [this](const process::report& line) {
      const std::lock_guard lock(log_mutex_);
      log_.push_back(line);
    };
    system_ = std::make_unique<process::system>(std::move(chosen), types_);
    gen_server_.bind(*system_);
    gen_statem_.bind(*system_);
    gen_event_.bind(
        *system_, [this](std::string_view name, std::string_view) { return find(name); }, gen_server_);
    host_.bind(*system_, [this](std::string_view name, std::string_view) { return find(name); });
    std::string error;
    const pb_sink sink = message::string_sink(error);
    const pb_plugin* plugin = detail::enter(&host_.table(), &sink, "test", "1.0.0", factories);
    EXPECT_NE(plugin, nullptr) << error;
    group_.label = "g1";
    for (std::uint32_t i = 0; i < plugin->module_count; ++i) add(*plugin->modules[i], plugin->toolchain);
    system_->start();
  }
  ~runtime() { system_->stop(); }

  process::system& operator*() { return *system_; }
  process::system* operator->() { return system_.get(); }
  process::process_group& group() { return group_; }
  const pb_host& table() { return host_.table(); }
  behaviour::sys& sys() { return host_.system_messages(); }

  /// Gives the module's types their ids, as the code server does.
  void adopt(const pb_module& table, std::string_view toolchain = PATCHBAY_TOOLCHAIN) {
    const auto one = [&](pb_type* type) {
      if (type != nullptr) types_.adopt(*type, toolchain);
    };
    one(table.state);
    one(table.status);
    for (std::size_t i = 0; i < table.message_count; ++i) {
      one(table.messages[i]->type);
      one(table.messages[i]->reply);
    }
    for (std::size_t i = 0; i < table.import_count; ++i) {
      one(table.imports[i]->type);
      one(table.imports[i]->reply);
    }
    for (std::size_t i = 0; i < table.migration_count; ++i) one(table.migrations[i]->old_state);
  }

  /// `module`, `test/module`, or one of the host's own.
  const process::module* find(std::string_view name) {
    if (const process::module* own = host_modules_.hold(name)) return own;
    if (finder_) {
      if (const process::module* other = finder_(name)) return other;
    }
    if (name.starts_with("test/")) name.remove_prefix(5);
    const auto it = modules_.find(std::string(name));
    if (it == modules_.end()) return nullptr;
    group_.need();
    return it->second.get();
  }

  /// Looks for modules that this does not know, each with one need() of its group. REQUIRES: before it can be asked.
  void also_find(std::function<const process::module*(std::string_view)> finder) { finder_ = std::move(finder); }

  process::spawned try_spawn(const std::string& module, const std::string& name = {}, const std::string& args = {}) {
    process::spawn_request request;
    request.find_module = [this, module] { return find(module); };
    request.name = name;
    request.args_json = args;
    return system_->spawn(request);
  }
  pb_pid spawn(const std::string& module, const std::string& name = {}, const std::string& args = {}) {
    const process::spawned made = try_spawn(module, name, args);
    EXPECT_TRUE(made) << made.failure.why.words();
    return made.pid;
  }

  bool logged(const std::string& part) {
    const std::lock_guard lock(log_mutex_);
    for (const process::report& line : log_) {
      if (line.text.find(part) != std::string::npos) return true;
    }
    return false;
  }
  /// The records of one kind so far.
  std::vector<process::report> reports(process::report_kind kind) {
    const std::lock_guard lock(log_mutex_);
    std::vector<process::report> found;
    for (const process::report& line : log_) {
      if (line.kind == kind) found.push_back(line);
    }
    return found;
  }

 private:
  void add(const pb_module& table, const pb_str& toolchain) {
    adopt(table, message::view(toolchain));
    modules_[std::string(message::view(table.name))] =
        std::make_unique<process::module>(table, "test", "1.0.0", group_);
  }

  message::type_registry types_;
  behaviour::gen_server gen_server_;
  behaviour::gen_statem gen_statem_;
  behaviour::gen_event gen_event_;
  behaviour::host_modules host_modules_;
  behaviour::host_table host_;
  process::process_group group_;
  std::map<std::string, std::unique_ptr<process::module>> modules_;
  std::function<const process::module*(std::string_view)> finder_;
  std::mutex log_mutex_;
  std::vector<process::report> log_;
  std::unique_ptr<process::system> system_;
};

}  // namespace patchbay::test
