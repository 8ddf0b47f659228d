// patchbay-console: what `patchbay console` runs. Lines from a person, or from a pipe.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "editor.hpp"
#include "node/control/commands.hpp"
#include "patchbay/version.hpp"
#include "session.hpp"

namespace {

using namespace console;  // NOLINT(google-build-using-namespace): this program is nothing but it
namespace node = patchbay::node;

/// Runs a line and prints what came of it. The exit code that goes with it.
int perform(session& host, const node::command_line& how, const std::string& line) {
  const auto done = run_line(host, line);
  if (!done) return node::show_error(how, done.failure());
  const bool nothing = done->text.empty() && done->value.is_null();
  if (how.as_json && !nothing) return node::show_result(how, done->value, {});
  std::fputs(done->text.c_str(), stdout);
  std::fflush(stdout);
  return node::exit_ok;
}

bool ends(const std::string& line) { return line == "exit" || line == "exit " || line == "quit"; }

int from_terminal(session& host, const node::command_line& how) {
  std::printf("patchbay %s on %s; `help` lists the commands, Ctrl-D ends\n",
              std::string(patchbay::host_version).c_str(), how.data.root.c_str());
  editor lines(how.data.root / "console_history", [&host](std::string_view before) {
    auto given = split(before);
    if (!given) return std::vector<std::string>();
    if (given->empty() || before.back() == ' ' || before.back() == '\t') given->emplace_back();
    return complete(host, *given);
  });
  for (std::size_t number = 1;; ++number) {
    const auto line = lines.read(std::to_string(number) + "> ");
    if (!line) break;
    if (ends(*line)) return node::exit_ok;
    perform(host, how, *line);
  }
  std::fputc('\n', stdout);
  return node::exit_ok;
}

/// The exit code of the last line that did something.
int from_pipe(session& host, const node::command_line& how) {
  int last = node::exit_ok;
  for (std::string line; std::getline(std::cin, line) && !ends(line);) last = perform(host, how, line);
  return last;
}

}  // namespace

int main(int argc, char** argv) {
  node::command_line how;
  how.program = "patchbay console";
  settings chosen;
  std::string line;
  CLI::App app{
      "A console for a running host: calls, states, what runs, and `r` to load code anew. Reads a terminal, or a pipe "
      "line by line."};
  app.name("patchbay console");
  app.footer("The exit code is that of the last command. " + std::string(node::exit_codes_help));
  app.set_version_flag("--version", std::string(patchbay::host_version));
  node::add_common_options(app, how);
  const char* build = std::getenv("PATCHBAY_BUILD");  // NOLINT(concurrency-mt-unsafe): before any thread
  chosen.build_dir = build == nullptr ? "" : build;
  app.add_option("--build", chosen.build_dir, "Where cmake builds the plugins, for `r` [$PATCHBAY_BUILD]")
      ->check(node::check_path);
  app.add_option("--run,-c", line, "Run this one line instead of reading any");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    if (failure.get_exit_code() == 0) return app.exit(failure);
    return node::show_usage_error(how, argc, argv, failure.what());
  }
  chosen.data = how.data;
  chosen.as_json = how.as_json;
  chosen.terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  if (!chosen.build_dir.empty()) {
    std::error_code failed;
    chosen.build_dir = std::filesystem::absolute(chosen.build_dir, failed).lexically_normal().string();
  }
  auto host = session::connect(chosen);
  if (!host) return node::show_error(how, host.failure());
  if (!line.empty()) return perform(*host, how, line);
  return chosen.terminal && !how.as_json ? from_terminal(*host, how) : from_pipe(*host, how);
}
