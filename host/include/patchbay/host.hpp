#pragma once
// Embeds a Patchbay host in a program of your own. It installs no signal handlers, owns no main, and may be made and stopped more
// than once, one at a time per data directory.
//
//   patchbay::host_options options;
//   options.release_dir = "releases/sequence-1.0.0";
//   options.data_dir = "/var/lib/sequence";
//   options.allow_unsigned = true;
//   auto started = patchbay::host::start(options);
//   if (!started) return complain(started.failure().text);
//   auto& host = **started;
//   auto number = host.call("sequence", "next_number");  // `100`
//   host.stop();
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "port/outcome.hpp"

namespace patchbay {

enum class log_level { trace, debug, info, warning, error, critical };

struct host_options {
  /// What an empty data directory begins with: a package (NAME-VSN.tar.zst, its signature beside it), or a release directory where
  /// unsigned ones are allowed. May be empty where the data directory has a permanent release.
  std::filesystem::path release_dir;
  /// Empty: $PATCHBAY_DATA, else $XDG_STATE_HOME/patchbay, else ~/.local/state/patchbay.
  std::filesystem::path data_dir;
  /// Where patchbay-probe is. Empty: ../libexec/patchbay beside this program's directory.
  std::filesystem::path libexec_dir;
  /// patchbay.toml. Empty: that of the data directory, which may be absent.
  std::filesystem::path config_file;
  unsigned workers = 0;  ///< 0: patchbay.toml's, else one per core
  /// Application environments, which win over those of every release: `{"counter": {"start_at": 100}}`. Errors of start: bad_json,
  /// unknown_application.
  std::string env_json = {};
  bool allow_unsigned =
      false;  ///< run what no key of patchbay.toml's trusted_keys signed; every log and status line then says so
  /// Called for each log line, by one thread at a time. Empty: lines to stderr.
  std::function<void(log_level level, std::string_view line)> log;
};

/// A running host. Thread: any, but for stop and the destructor: one, and none of a plugin's.
class host {
 public:
  /// Returns when all applications have started. Errors: locked (another host has the data directory), not_a_data_directory (it holds other
  /// things), system_limit (no thread or no memory), unsigned, untrusted, altered, unknown_release, release_differs, and those of release
  /// files, plugins and applications; then nothing runs.
  static outcome<std::unique_ptr<host>> start(const host_options& options);
  ~host();
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  /// `sequence-1.0.0`: what serves now.
  [[nodiscard]] std::string release() const;
  [[nodiscard]] std::filesystem::path control_socket() const;
  [[nodiscard]] bool allows_unsigned() const noexcept;

  /// Calls a process by local name or `<pid>`; arguments and answer are JSON by the message's schema. Errors: noproc, timeout,
  /// undef_message, bad_message, ….
  outcome<std::string> call(std::string_view name, std::string_view message, std::string_view args_json = "{}",
                            std::chrono::milliseconds timeout = std::chrono::milliseconds(5000));
  outcome<void> cast(std::string_view name, std::string_view message, std::string_view args_json = "{}");

  /// Upgrades (or downgrades) to an unpacked release, by id or version; the report as JSON (host/node/control.md).
  outcome<std::string> install(std::string_view release);

  /// Any operation of the control socket: `control("unpack", R"({"directory":"/…"})")`.
  using progress = std::function<void(std::string_view phase, std::string_view text)>;
  outcome<std::string> control(std::string_view op, std::string_view fields_json = "{}", const progress& tell = {});

  /// Lets calls from this thread run in place where the callee is idle, as between processes, until it is destroyed.
  class attachment {
   public:
    attachment(attachment&&) noexcept;
    ~attachment();

   private:
    friend class host;
    struct state;
    explicit attachment(std::unique_ptr<state> kept);
    std::unique_ptr<state> state_;
  };
  [[nodiscard]] attachment attach();

  /// Blocks until somebody asked the host to stop: ask_to_stop, `patchbay stop`, or a permanent application that ended.
  void wait();
  /// False: the time is over and nobody asked.
  bool wait_for(std::chrono::milliseconds limit);
  void ask_to_stop() noexcept;
  /// Why somebody asked; empty: nobody did.
  [[nodiscard]] std::string stop_reason() const;
  /// A permanent application ended (or a transient one abnormally): the program should end with a code other than 0.
  [[nodiscard]] bool failed() const noexcept;

  /// Stops applications in reverse order, waits for what runs, unloads. A release operation that has not switched yet is aborted; one
  /// that has ends first. Idempotent.
  void stop();
  /// A stop under way (or the next one) kills what is left of the applications and waits for none of them. It still waits for handlers
  /// that run. Thread: any.
  void hurry_stop() noexcept;

 private:
  struct state;
  explicit host(std::unique_ptr<state> running);
  std::unique_ptr<state> state_;
};

}  // namespace patchbay
