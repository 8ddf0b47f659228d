#pragma once
// Builds the rooms and hands them to each other; the only place that knows them all.
#include <atomic>
#include <memory>
#include <optional>

#include "behaviour/application_controller.hpp"
#include "behaviour/gen_event.hpp"
#include "behaviour/gen_server.hpp"
#include "behaviour/gen_statem.hpp"
#include "behaviour/host_modules.hpp"
#include "behaviour/host_table.hpp"
#include "behaviour/supervisor.hpp"
#include "code/code_server.hpp"
#include "message/type_registry.hpp"
#include "node/catalogue.hpp"
#include "node/control/data_directory.hpp"
#include "node/control/dispatcher.hpp"
#include "node/control/server.hpp"
#include "node/json_messages.hpp"
#include "node/log.hpp"
#include "node/stop_request.hpp"
#include "patchbay/host.hpp"
#include "port/lock_file.hpp"
#include "process/system.hpp"
#include "release/ledger/ledger.hpp"
#include "release/manager/manager.hpp"

namespace patchbay::node {

/// One running host. Thread: start, stop and the destructor on one thread; the rooms say for themselves.
class node {
 public:
  /// Errors: those of host::start.
  static outcome<std::unique_ptr<node>> start(const host_options& options);
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  void stop();
  /// Thread: any.
  void hurry_stop();

  [[nodiscard]] const data_directory& data() const noexcept { return data_; }
  [[nodiscard]] bool allows_unsigned() const noexcept { return allow_unsigned_; }
  [[nodiscard]] process::system& system() noexcept { return *system_; }
  [[nodiscard]] code::code_server& code() noexcept { return *code_; }
  [[nodiscard]] release::release_manager& releases() noexcept { return *releases_; }
  /// The `tree` of host/node/control.md.
  [[nodiscard]] json tree() const;
  /// REQUIRES: open.
  [[nodiscard]] behaviour::application_controller& applications() noexcept { return *applications_; }
  [[nodiscard]] json_messages& messages() noexcept { return *messages_; }
  [[nodiscard]] behaviour::sys& sys() noexcept { return host_table_.system_messages(); }
  [[nodiscard]] stop_request& stopping() noexcept { return stopping_; }
  [[nodiscard]] const dispatcher& operations() const noexcept { return operations_; }

 private:
  node(data_directory data, port::lock_file lock, bool allow_unsigned);
  outcome<void> open(const host_options& options);
  /// The same, where the system refuses a room its thread, too. Errors: system_limit.
  outcome<void> try_open(const host_options& options);
  outcome<void> start_applications();
  [[nodiscard]] outcome<std::function<void()>> prepare(const release::release_view& next);
  void configure(const release::release_view& serving);
  [[nodiscard]] behaviour::host_table::module_finder module_finder();
  [[nodiscard]] behaviour::changed_code change_code(process::process& suspended);
  /// Writes it, without what is secret, where `relup test --states` reads it. Where, as the rest of a sentence; empty: it could not be.
  [[nodiscard]] std::string keep_state(const release::refused_state& state, const message::redactions& hidden);
  void build_runtime(const host_options& options, const release::host_config& config, json env);
  void log(std::uint32_t level, std::string_view text) noexcept { log_->write(level, text); }

  // In the order of their building; each uses only those above it.
  data_directory data_;
  port::lock_file lock_;
  bool allow_unsigned_;
  stop_request stopping_;
  std::unique_ptr<host_log> log_;
  std::optional<release::ledger> ledger_;
  std::optional<release::release_store> store_;
  message::type_registry types_;
  behaviour::host_table host_table_;
  behaviour::gen_server gen_server_;
  behaviour::gen_statem gen_statem_;
  behaviour::supervisor supervisor_;
  behaviour::gen_event gen_event_;
  behaviour::host_modules host_modules_;
  std::unique_ptr<code::code_server>
      code_;  // before the system: what that still holds in the end needs its code to be destroyed
  std::unique_ptr<process::system> system_;
  catalogue catalogue_;
  std::unique_ptr<json_messages> messages_;
  std::unique_ptr<behaviour::application_controller> applications_;
  // Of the release that an install switches to; after the switch, of the one before. The release manager sees to one at a time.
  std::shared_ptr<behaviour::environment::table> envs_;
  std::unique_ptr<release::release_manager> releases_;
  dispatcher operations_;
  std::unique_ptr<control_server> server_;
  bool stopped_ = false;
};

}  // namespace patchbay::node
