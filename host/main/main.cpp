// patchbay: starts a host, and talks to its processes. A thin main.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "message/codec.hpp"
#include "node/control/commands.hpp"
#include "node/control/in_words.hpp"
#include "patchbay/version.hpp"
#include "port/lock_file.hpp"
#include "port/text.hpp"
#include "start.hpp"

namespace {

using namespace patchbay::node;  // NOLINT(google-build-using-namespace): this program is nothing but their client
using patchbay::port::lock_file;
using std::chrono::milliseconds;

// Beyond the host's own limit for a call, so that its word on the timeout arrives.
constexpr milliseconds grace{5000};

struct arguments {
  command_line how;
  patchbay::main::start_options start;
  std::string name;
  std::string message;
  std::string json_text = "{}";
  std::string timeout = "5s";
};

CLI::App* question(CLI::App& app, arguments& given, const char* name, const char* about) {
  CLI::App* made = add_command(app, given.how, name, about);
  add_duration(*made, "--timeout", given.timeout, "How long to wait for the answer");
  return made;
}

CLI::App* message(CLI::App& app, arguments& given, const char* name, const char* about) {
  CLI::App* made = question(app, given, name, about);
  made->add_option("NAME", given.name, "A registered name, or a pid as `patchbay ps` shows it")->required();
  made->add_option("MESSAGE", given.message, "The message's name")->required();
  made->add_option("JSON", given.json_text, "The message's fields as a JSON object")->capture_default_str();
  return made;
}

CLI::App* start_command(CLI::App& app, arguments& given) {
  CLI::App* made = add_command(app, given.how, "start",
                               "Run a host in the foreground until SIGTERM, SIGINT, SIGHUP or `patchbay stop`");
  made->add_option("RELEASE_DIR", given.start.release_dir,
                   "What an empty data directory begins with: NAME-VSN.tar.zst, or a release directory")
      ->check(check_path);
  made->add_option("--env", given.start.env,
                   "APP.KEY=JSON: a value of an application's env, over the release's; more than once")
      ->type_name("APP.KEY=JSON")
      ->allow_extra_args(false);
  made->add_option("--workers", given.start.workers, "Threads that run processes; 0: one per core")
      ->check(CLI::Range(0U, 1024U));
  made->add_flag("--allow-unsigned", given.start.allow_unsigned,
                 "Run plugins that no key of trusted_keys in patchbay.toml signed");
  made->add_option("--libexec", given.start.libexec_dir, "Where patchbay-probe is [../libexec/patchbay]");
  made->add_option("--config", given.start.config_file, "patchbay.toml [that of the data directory]");
  made->add_flag("--check-config", given.start.check_config,
                 "Read patchbay.toml and RELEASE_DIR, say what is wrong, and end");
  return made;
}

std::string one_line(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }
std::string nothing(const json&) { return {}; }

int send_message(const arguments& given, const char* op) {
  const auto args = patchbay::message::parse_json(given.json_text);
  if (!args) {
    show_error(given.how, {"bad_json", "`" + patchbay::port::shortened(given.json_text) + "`: " + args.failure().text +
                                           "; write for example '{\"by\":2}'"});
    return exit_usage;
  }
  json fields{{"name", given.name}, {"message", given.message}, {"args", *args}};
  const auto limit = parse_duration(given.timeout).value();
  const bool answered = std::string_view(op) == "call";
  if (answered) fields["timeout_ms"] = limit.count();
  return ask_and_show(given.how, op, std::move(fields), limit + grace, answered ? one_line : nothing);
}

int stop(const arguments& given) {
  const auto limit = parse_duration(given.timeout).value();
  auto client = control_client::connect(given.how.data.socket(), limit);
  if (!client) return show_error(given.how, client.failure());
  const auto answer = client->ask("stop", json::object(), {}, limit);
  if (!answer) return show_error(given.how, answer.failure());
  // The connection goes before the directory does: only then can the next host start there. The lock is another process's: flock
  // cannot be waited for with a limit, so it is looked at again and again.
  const auto deadline = std::chrono::steady_clock::now() + limit;
  bool ended = client->wait_closed(limit);
  while (ended && lock_file::held(given.how.data.lock())) {
    if (std::chrono::steady_clock::now() >= deadline) ended = false;
    std::this_thread::sleep_for(milliseconds(10));
  }
  if (!ended) {
    return show_error(given.how, {"timeout", "the host still stops after " + given.timeout + "; it goes on stopping"});
  }
  return show_result(given.how, *answer, [](const json&) { return std::string("stopped"); });
}

/// `patchbay console …` and `patchbay new …`: programs of their own, so that the host is not linked with what only they need.
int become(const char* name, int argc, char** argv) {
  const auto program = default_libexec_directory() / name;
  std::vector<char*> arguments(argv + 1, argv + argc);
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  return show_error({.program = "patchbay"}, {"io", program.string() + ": " + std::generic_category().message(errno) +
                                                        "; it is installed beside this program"});
}

/// Where the caller closed one of the three, the next file that is opened would be it, and be printed into.
void open_standard_streams() {
  for (int number = 0; number <= 2; ++number) {
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF) static_cast<void>(::open("/dev/null", O_RDWR));
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "console") return become("patchbay-console", argc, argv);
  if (command == "new") return become("patchbay-new", argc, argv);
  arguments given;
  given.how.program = "patchbay";
  CLI::App app{"A host for C++ servers whose code can be exchanged while they run."};
  app.footer(std::string(exit_codes_help));
  app.set_version_flag("--version", std::string(patchbay::host_version));
  app.require_subcommand(1);
  auto* start_it = start_command(app, given);
  auto* call = message(app, given, "call", "Call a server and print its reply");
  auto* cast = message(app, given, "cast", "Send a server a cast");
  auto* ps = question(app, given, "ps", "List all processes");
  auto* tree = question(app, given, "tree", "Show the supervision trees");
  auto* state = question(app, given, "state", "Show a server's state");
  state->add_option("NAME", given.name, "A registered name, or a pid as `patchbay ps` shows it")->required();
  auto* status = question(app, given, "status", "Show what runs: release, generations, operation");
  add_command(app, given.how, "console", "Talk to the host: calls, states, live views, `r`; has a --help of its own");
  add_command(app, given.how, "new", "Write a new application; has a --help of its own");
  auto* stop_it = question(app, given, "stop", "Stop the host and wait until it has ended");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    if (failure.get_exit_code() == 0) return app.exit(failure);
    return show_usage_error(given.how, argc, argv, failure.what());
  }

  const auto limit = parse_duration(given.timeout).value();
  if (*start_it) return patchbay::main::start(given.how, given.start);
  if (*call) return send_message(given, "call");
  if (*cast) return send_message(given, "cast");
  if (*ps) return ask_and_show(given.how, "ps", json::object(), limit, processes_in_words);
  if (*tree) return ask_and_show(given.how, "tree", json::object(), limit, tree_in_words);
  if (*state) {
    const json fields{{"name", given.name}, {"timeout_ms", limit.count()}};
    return ask_and_show(given.how, "state", fields, limit + grace,
                        [](const json& answer) { return answer.at("state").dump(2); });
  }
  if (*status) return ask_and_show(given.how, "status", json::object(), limit, status_in_words);
  if (*stop_it) return stop(given);
  return exit_usage;
}
