#include "start.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <thread>

#include <nlohmann/json.hpp>

#include "fatal_report.hpp"
#include "message/codec.hpp"
#include "message/text_bytes.hpp"
#include "node/log_file.hpp"
#include "patchbay/host.hpp"
#include "port/signals.hpp"
#include "port/text.hpp"
#include "release/manager/release_store.hpp"

namespace patchbay::main {
namespace {

void say(const std::string& line) {
  std::fwrite((line + '\n').data(), 1, line.size() + 1, stdout);
  std::fflush(stdout);
}

int check_config(const node::command_line& how, const start_options& options) {
  const auto file = options.config_file.empty() ? how.data.config() : options.config_file;
  const auto config = release::read_host_config(
      file, options.config_file.empty() ? release::absent_config::is_default : release::absent_config::is_refused);
  if (!config) return node::show_error(how, config.failure());
  const auto trust = release::trust_of(config->trusted_keys, options.allow_unsigned);
  if (!trust) return node::show_error(how, trust.failure());
  if (const auto log = node::log_file_of(how.data, config->log_file); !log) return node::show_error(how, log.failure());
  say("patchbay: " + file.string() + (std::filesystem::exists(file) ? " is good" : " is not there: all defaults"));
  if (options.release_dir.empty()) return node::exit_ok;
  const auto given = release::look({options.release_dir}, *trust);
  if (!given) return node::show_error(how, given.failure());
  say("patchbay: " + options.release_dir.string() + " holds " + given->name + "-" + given->vsn);
  return node::exit_ok;
}

/// With --json each line is an object.
std::string one_line(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string ready_line(const node::command_line& how, const host& running) {
  if (how.as_json) {
    return one_line({{"ready", running.release()},
                     {"pid", ::getpid()},
                     {"control", running.control_socket().string()},
                     {"unsigned", running.allows_unsigned()}});
  }
  return "patchbay: ready: " + running.release() + " pid " + std::to_string(::getpid()) + " control " +
         running.control_socket().string() + (running.allows_unsigned() ? " [unsigned]" : "");
}

std::string stopped_line(const node::command_line& how, bool failed, const std::string& why) {
  if (how.as_json) return one_line({{"stopped", why}, {"failed", failed}});
  return failed ? "patchbay: stopped: " + why : "patchbay: stopped";
}

// What is left of a stop once the applications are killed: handlers that run, and those who wait for them.
constexpr std::chrono::seconds hurry_limit{2};

/// The first signal asks for an orderly end, the second ends applications at once. A third, or a handler that does not end then, ends
/// the process as it is.
void listen(const std::stop_token& over, port::signal_queue& signals, host& running, std::atomic<int>& hurried) {
  using clock = std::chrono::steady_clock;
  bool asked = false;
  auto deadline = clock::time_point::max();
  while (!over.stop_requested()) {
    const auto signal = signals.wait(std::chrono::milliseconds(100));
    if (hurried != 0 && (signal || clock::now() >= deadline)) std::_Exit(hurried);
    if (!signal) continue;
    if (asked) {
      hurried = 128 + *signal;
      deadline = clock::now() + hurry_limit;
      running.hurry_stop();
    } else {
      running.ask_to_stop();
    }
    asked = true;
  }
}

/// {APP: {KEY: value}} of all `APP.KEY=JSON`. Errors: badarg.
outcome<std::string> env_of(const std::vector<std::string>& given) {
  auto env = nlohmann::json::object();
  for (const auto& each : given) {
    if (!message::is_utf8(each))
      return error{"badarg", "--env " + port::shortened(each) + ": that is no UTF-8; write APP.KEY=JSON in it"};
    const auto equals = each.find('=');
    const auto dot = each.find('.');
    if (equals == std::string::npos || dot == 0 || dot >= equals || dot + 1 == equals) {
      return error{"badarg",
                   "--env " + port::shortened(each) + ": write APP.KEY=JSON, for example counter.start_at=100"};
    }
    auto value = message::parse_json(std::string_view(each).substr(equals + 1));
    if (!value) {
      return error{"badarg", "--env " + port::shortened(each) + ": " + value.failure().text +
                                 "; a text is written in double quotes: '" + each.substr(0, equals) + "=\"…\"'"};
    }
    env[each.substr(0, dot)][each.substr(dot + 1, equals - dot - 1)] = std::move(*value);
  }
  return env.dump();
}

/// A reader of the log that has gone, or a file that may not grow, is a failed write and no end of the host. port::child gives its children the
/// defaults.
void ignore_signals_of_writes() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

/// Who wants the host to stop. The end of the terminal is nothing to it where nohup says so.
outcome<port::signal_queue> open_signals() {
  struct sigaction hangup {};
  const bool ignored = ::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler == SIG_IGN;
  return ignored ? port::signal_queue::open({SIGTERM, SIGINT}) : port::signal_queue::open({SIGTERM, SIGINT, SIGHUP});
}

int start_with(const node::command_line& how, const start_options& options, const std::string& env_json) {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  port::report_fatal_signals(report_crash);  // a sanitizer's own report says more
#endif
  ignore_signals_of_writes();
  auto signals = open_signals();
  if (!signals) return node::show_error(how, signals.failure());
  auto started = host::start({.release_dir = options.release_dir,
                              .data_dir = how.data.root,
                              .libexec_dir = options.libexec_dir,
                              .config_file = options.config_file,
                              .workers = options.workers,
                              .env_json = env_json,
                              .allow_unsigned = options.allow_unsigned,
                              .log = {}});
  if (!started) return node::show_error(how, started.failure());
  host& running = **started;

  std::atomic<int> hurried{0};  // the exit code that a second signal makes
  std::jthread listener([&](const std::stop_token& over) { listen(over, *signals, running, hurried); });
  say(ready_line(how, running));
  running.wait();
  const bool failed = running.failed();
  const std::string why = running.stop_reason();
  running.stop();
  say(stopped_line(how, failed, why));
  if (hurried != 0) return hurried.load();
  return failed ? node::exit_refused : node::exit_ok;
}

}  // namespace

int start(const node::command_line& how, const start_options& options) {
  const auto env = env_of(options.env);
  if (!env) {
    node::show_error(how, env.failure());
    return node::exit_usage;
  }
  if (options.check_config) return check_config(how, options);
  try {
    return start_with(how, options, *env);
  } catch (const std::system_error& failed) {
    return node::show_error(how, {"system_limit", std::string("no thread is left for signals: ") + failed.what() +
                                                      "; raise the limit on processes (ulimit -u)"});
  } catch (const std::bad_alloc&) {
    return node::show_error(how, {"system_limit", "no memory is left; raise the limit on it (ulimit -v)"});
  }
}

}  // namespace patchbay::main
