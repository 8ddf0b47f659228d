// patchbay-probe LIBRARY [--nonce N] [--shown-as NAME] [--rehearse …]: loads a plugin as a host would, asks for its table, unloads it, and says how it went as its last
// line. Everything that the library does meanwhile happens to this process alone.
#include <signal.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "code/entry/entry_host.hpp"
#include "code/entry/run_entry.hpp"
#include "code/facts/facts.hpp"
#include "patchbay/version.hpp"
#include "port/dylib.hpp"
#include "rehearsal.hpp"

namespace {

using patchbay::error;
using patchbay::outcome;

/// A crash must look like one, also where a sanitizer would turn it into an exit status; and it needs no core file.
void let_signals_kill() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP}) ::signal(number, SIG_DFL);
}

outcome<void> look_at(const std::string& file, const std::string& shown_as) {
  auto library = patchbay::port::dylib::open(file);
  if (!library) return library.failure();
  {
    const auto table = patchbay::code::run_entry(*library, patchbay::code::entry_host(), shown_as);
    if (!table) return table.failure();
    const auto facts = patchbay::code::facts_of(**table, "");
    if (!facts) return facts.failure();
  }
  if (auto closed = library->close(); !closed) return closed.failure();
  if (patchbay::port::in_loader_list(file) || patchbay::port::still_loaded(file)) {
    return error{"not_unloadable",
                 shown_as +
                     ": it stays mapped after dlclose; look for thread_local objects with destructors, or for what "
                     "else keeps it loaded"};
  }
  return {};
}

outcome<void> rehearsed(const probe::rehearsal_request& asked, nlohmann::json& modules) {
  auto made = probe::rehearse(asked);
  if (!made) return made.failure();
  modules = std::move(*made);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Loads a Patchbay plugin, runs its entry, unloads it, and says how it went", "patchbay-probe");
  app.set_version_flag("--version", std::string(patchbay::host_version));
  std::string file;
  std::string nonce;
  std::string shown_as;
  app.add_option("library", file, "the plugin")->required()->check(CLI::ExistingFile);
  app.add_option("--nonce", nonce, "put before the verdict, so that the library cannot speak for the probe");
  app.add_option("--shown-as", shown_as, "what the verdict calls the library, instead of its path");
  probe::rehearsal_request rehearsal;
  bool rehearse = false;
  app.add_flag("--rehearse", rehearse, "try its code_changes over states instead, and tell what came of it");
  app.add_option("--from", rehearsal.from, "the older plugin")->check(CLI::ExistingFile)->needs("--rehearse");
  app.add_option("--generate", rehearsal.generate, "how many states to draw");
  app.add_option("--seed", rehearsal.seed, "of the states that are drawn");
  app.add_option("--lossy", rehearsal.lossy, "MODULE:FIELD that need not come back");
  app.add_option("--states", rehearsal.states, "a directory of MODULE.json")->check(CLI::ExistingDirectory);
  CLI11_PARSE(app, argc, argv);

  let_signals_kill();
  nlohmann::json modules;
  rehearsal.library = file;
  const auto seen = rehearse ? rehearsed(rehearsal, modules) : look_at(file, shown_as.empty() ? file : shown_as);
  nlohmann::json verdict{{"code", seen ? "ok" : seen.failure().code}};
  if (!seen) verdict["text"] = seen.failure().text;
  if (seen && rehearse) verdict["modules"] = std::move(modules);
  const auto text = verdict.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::printf("%s%s%s\n", nonce.c_str(), nonce.empty() ? "" : " ", text.c_str());
  return seen ? 0 : 1;
}
