#include "start.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "patchbay/host.hpp"
#include "port/signals.hpp"
#include "release/plan/files.hpp"

namespace patchbay::main {
namespace {

void say(const std::string& line) {
  std::fwrite((line + '\n').data(), 1, line.size() + 1, stdout);
  std::fflush(stdout);
}

int check_config(const node::command_line& how, const start_options& options) {
  const auto file = options.config_file.empty() ? how.data.config() : options.config_file;
  const auto config = release::read_host_config(file);
  if (!config) return node::show_error(how, config.failure());
  say("patchbay: " + file.string() + (std::filesystem::exists(file) ? " is good" : " is not there: all defaults"));
  if (options.release_dir.empty()) return node::exit_ok;
  const auto view = release::read_release(options.release_dir);
  if (!view) return node::show_error(how, view.failure());
  say("patchbay: " + options.release_dir.string() + " holds " + view->id());
  return node::exit_ok;
}

std::string ready_line(const host& running) {
  return "patchbay: ready: " + running.release() + " pid " + std::to_string(::getpid()) + " control " +
         running.control_socket().string() + (running.allows_unsigned() ? " [unsigned]" : "");
}

}  // namespace

int start(const node::command_line& how, const start_options& options) {
  if (options.check_config) return check_config(how, options);
  auto signals = port::signal_queue::open({SIGTERM, SIGINT});
  if (!signals) return node::show_error(how, signals.failure());
  auto started = host::start({.release_dir = options.release_dir,
                              .data_dir = how.data.root,
                              .libexec_dir = options.libexec_dir,
                              .config_file = options.config_file,
                              .workers = options.workers,
                              .allow_unsigned = options.allow_unsigned,
                              .log = {}});
  if (!started) return node::show_error(how, started.failure());
  host& running = **started;
  say(ready_line(running));

  // The first signal asks for an orderly end; whatever comes while that goes on ends the process at once.
  std::jthread listener([&](const std::stop_token& over) {
    bool asked = false;
    while (!over.stop_requested()) {
      const auto signal = signals->wait(std::chrono::milliseconds(100));
      if (!signal) continue;
      if (asked) std::_Exit(128 + *signal);
      asked = true;
      running.ask_to_stop();
    }
  });
  running.wait();
  running.stop();
  say("patchbay: stopped");
  return node::exit_ok;
}

}  // namespace patchbay::main
