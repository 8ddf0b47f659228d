// Runs the demo against the real programs; `--client` is its other face, one client process.
#include <cstdio>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>

#include "client.hpp"
#include "report.hpp"
#include "story.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "Upgrades and downgrades a server under load, has a bad release refused, crashes the server, and accounts for "
      "every number."};
  demo::story_options options;
  bool only_json = false;
  std::filesystem::path socket;
  std::filesystem::path answers;
  app.add_option("--patchbay", options.where.patchbay, "the host program")->check(CLI::ExistingFile);
  app.add_option("--relup", options.where.relup, "the release tool")->check(CLI::ExistingFile);
  app.add_option("--releases", options.where.releases, "where sequence-1.0.0 and its successors are")
      ->check(CLI::ExistingDirectory);
  app.add_option("--work", options.where.work, "an empty directory for the host's data")->check(CLI::ExistingDirectory);
  app.add_option("--seconds", options.seconds, "of load in all")->check(CLI::Range(1, 50))->capture_default_str();
  app.add_flag("--json", only_json, "standard output gets the last line alone, progress goes to standard error");
  app.add_option("--client", socket, "be a client of this control socket until standard input ends")->group("");
  app.add_option("--answers", answers, "where the client writes what it saw")->group("");
  CLI11_PARSE(app, argc, argv);

  if (!socket.empty()) return demo::run_client(socket, answers);
  for (const auto& [path, name] :
       {std::pair{&options.where.patchbay, "--patchbay"}, std::pair{&options.where.relup, "--relup"},
        std::pair{&options.where.releases, "--releases"}, std::pair{&options.where.work, "--work"}}) {
    if (!path->empty()) {
      *path = std::filesystem::absolute(*path);
      continue;
    }
    std::fprintf(stderr, "demo_driver: %s is needed; tools/demo gives it\n", name);
    return 2;
  }
  options.self = std::filesystem::read_symlink("/proc/self/exe");
  options.quiet = only_json;
  const auto end = demo::tell(options);
  const int status = end.problems.empty() ? 0 : 1;
  std::fputs(demo::table(end).c_str(), only_json ? stderr : stdout);
  std::printf("%s\n", demo::last_line(end, status).c_str());
  return status;
}
