// relup: releases of a running host, as OTP's release_handler has them. A thin client of the control socket.
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "comparison.hpp"
#include "node/control/commands.hpp"
#include "offline.hpp"
#include "packages.hpp"
#include "patchbay/version.hpp"
#include "rehearsal.hpp"
#include "words.hpp"

namespace {

using namespace patchbay::node;  // NOLINT(google-build-using-namespace): this program is nothing but their client
using patchbay::port::patience;

struct arguments {
  command_line how;
  std::string release;
  std::string target;
  std::string signature;
  std::string suspend_timeout = "5s";
  std::string code_change_timeout = "5s";
};

void limits(CLI::App* of, arguments& given) {
  add_duration(*of, "--suspend-timeout", given.suspend_timeout,
               "How long to wait for handlers that run, for the whole set");
  add_duration(*of, "--code-change-timeout", given.code_change_timeout, "How long all code_changes may take together");
}

json with_limits(json fields, const arguments& given) {
  fields["suspend_timeout_ms"] = parse_duration(given.suspend_timeout).value().count();
  fields["code_change_timeout_ms"] = parse_duration(given.code_change_timeout).value().count();
  return fields;
}

int show(const command_line& how, const patchbay::outcome<json>& answer, std::string (*in_words)(const json&)) {
  return answer ? show_result(how, *answer, in_words) : show_error(how, answer.failure());
}

std::string plan_in_words(const json& answer) { return plain(answer.at("text")); }

/// Ample for what is read from memory and files. A host that is stopped, or hangs, takes connections and never answers.
constexpr std::chrono::seconds reading_limit{5};

constexpr int most_states = 1'000'000;

/// The host's answer, or where none runs the one that can be read from its files.
int host_or_files(const command_line& how, std::string_view op, json fields, std::string (*in_words)(const json&),
                  const std::function<patchbay::outcome<json>()>& from_files) {
  auto client = control_client::connect(how.data.socket());
  if (client) return show(how, client->ask(op, std::move(fields), {}, reading_limit), in_words);
  return client.failure().code == "no_host" ? show(how, from_files(), in_words) : show_error(how, client.failure());
}

int plan(const arguments& given) {
  if (!given.target.empty())
    return show(given.how, relup::plan_between(given.how.data, given.release, given.target), plan_in_words);
  return host_or_files(given.how, "plan", {{"release", given.release}}, plan_in_words,
                       [&] { return relup::plan_to(given.how.data, given.release); });
}

int unpack(const arguments& given) {
  std::error_code failed;
  const auto whole = [&](const std::string& path) {
    return std::filesystem::absolute(path, failed).lexically_normal().string();
  };
  json fields{{"directory", whole(given.release)}};
  if (!given.signature.empty()) fields["signature"] = whole(given.signature);
  return ask_and_show(given.how, "unpack", std::move(fields), {}, relup::unpacked_in_words);
}

/// 0: all states came back; 1: some did not, or it could not be tried.
int rehearse(const command_line& how, const relup::rehearsal_request& asked) {
  const auto modules = relup::rehearse(asked);
  if (!modules) return show_error(how, modules.failure());
  const int shown = show_result(how, *modules, relup::rehearsal_in_words);
  return shown != exit_ok || relup::rehearsal_passed(*modules) ? shown : exit_refused;
}

}  // namespace

int main(int argc, char** argv) {
  // A limit on the size of files is then an error of the write, which says so and removes what it began.
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
  arguments given;
  given.how.program = "relup";
  CLI::App app{"Releases of a Patchbay host: unpack, plan, install, make permanent, go back."};
  app.footer(std::string(exit_codes_help));
  app.set_version_flag("--version", std::string(patchbay::host_version));
  app.require_subcommand(1);

  auto* which = add_command(app, given.how, "which", "List the releases and their status (needs no host)");
  auto* unpack_it =
      add_command(app, given.how, "unpack", "Take a package or a release directory into the data directory");
  unpack_it->add_option("PACKAGE", given.release, "NAME-VSN.tar.zst, or a release directory")
      ->required()
      ->check(CLI::ExistingPath);
  unpack_it->add_option("--signature", given.signature, "The package's signature [PACKAGE.minisig]")
      ->check(CLI::ExistingFile);
  auto* plan_it = add_command(app, given.how, "plan", "Show what an install would do, field by field (needs no host)");
  plan_it->add_option("RELEASE", given.release, "Version or id; or, with DIR_TO, a release directory")->required();
  plan_it->add_option("DIR_TO", given.target, "Plan between two release directories")->check(CLI::ExistingDirectory);
  relup::rehearsal_request rehearsal;
  auto* test = add_command(app, given.how, "test",
                           "Run code_change up and down over states, and show what does not come back (needs no host)");
  std::vector<std::string> versions;
  test->add_option(
          "VERSIONS", versions,
          "OLD and NEW: two plugins or two release directories; or one plugin, for all it has a code_change for")
      ->required()
      ->expected(1, 2)
      ->check(CLI::ExistingPath);
  test->add_option("--states", rehearsal.states,
                   "A directory of MODULE.json and MODULE-*.json, as `patchbay state` prints them")
      ->check(CLI::ExistingDirectory);
  test->add_option("--generate", rehearsal.generate, "How many states to draw")
      ->check(CLI::Range(0, most_states))
      ->capture_default_str();
  test->add_option("--seed", rehearsal.seed, "Of the states that are drawn")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  auto* check = add_command(app, given.how, "check",
                            "Plan, and rehearse: carry every state there and back in a process of its own");
  check->add_option("RELEASE", given.release, "Version or id")->required();
  limits(check, given);
  auto* install = add_command(app, given.how, "install", "Carry every server to this release, or none");
  install->add_option("RELEASE", given.release, "Version or id")->required();
  limits(install, given);
  auto* permanent =
      add_command(app, given.how, "permanent", "Make the current release the one that the next start boots");
  auto* rollback = add_command(app, given.how, "rollback", "Install the previous release");
  limits(rollback, given);
  auto* remove = add_command(app, given.how, "remove", "Remove a release that neither serves nor is permanent");
  remove->add_option("RELEASE", given.release, "Version or id")->required();
  relup::comparison_commands comparison(app, given.how);
  relup::package_commands packages(app, given.how);
  auto* purge = add_command(app, given.how, "purge", "Unload old code that nobody needs, or say who holds it");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    if (failure.get_exit_code() == 0) {
      app.exit(failure);  // --help and --version
      return std::cout.flush() ? exit_ok : show_error(given.how, {"io", "cannot write to standard output"});
    }
    return show_usage_error(given.how, argc, argv, failure.what());
  }

  const auto& how = given.how;
  if (packages.chosen()) return packages.run();
  if (comparison.chosen()) return comparison.run();
  const json release{{"release", given.release}};
  if (*which) {
    return host_or_files(how, "which", json::object(), relup::which_in_words, [&] { return relup::which(how.data); });
  }
  if (*unpack_it) return unpack(given);
  if (*plan_it) return plan(given);
  if (*test) {
    rehearsal.to = versions.back();
    if (versions.size() == 2) rehearsal.from = versions.front();
    return rehearse(how, rehearsal);
  }
  if (*check) return ask_and_show(how, "check", with_limits(release, given), {}, relup::check_in_words);
  if (*install) return ask_and_show(how, "install", with_limits(release, given), {}, relup::report_in_words);
  if (*permanent) return ask_and_show(how, "permanent", json::object(), {}, relup::permanent_in_words);
  if (*rollback) return ask_and_show(how, "rollback", with_limits(json::object(), given), {}, relup::report_in_words);
  if (*remove) return ask_and_show(how, "remove", release, {}, relup::removed_in_words);
  if (*purge) return ask_and_show(how, "purge", json::object(), {}, relup::purges_in_words);
  return exit_usage;
}
