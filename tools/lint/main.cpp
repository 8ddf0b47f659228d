// patchbay-lint LIBRARY [--app NAME.app.toml] [--json]: says what would keep a plugin from being replaced and unloaded.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "code/elf/elf_file.hpp"
#include "code/elf/lint.hpp"
#include "code/elf/note_check.hpp"
#include "patchbay/version.hpp"
#include "release/plan/files.hpp"

namespace {

enum { clean = 0, found_something = 1, unusable = 2 };

struct wishes {
  std::string library;
  std::string app;
  std::vector<std::string> allowed;
  bool json = false;
};

patchbay::outcome<std::vector<patchbay::code::finding>> look_at(const wishes& wanted) {
  auto file = patchbay::code::elf_file::open(wanted.library);
  if (!file) return file.failure();
  auto note = file->note();
  if (!note) return note.failure();
  patchbay::code::lint_options options;
  options.allowed_needed = wanted.allowed;
  if (const auto built = note->find("sanitizer"); built != note->end()) options.sanitizer = built->second;
  std::string application;
  std::string version;
  if (!wanted.app.empty()) {
    auto app = patchbay::release::read_app(wanted.app);
    if (!app) return app.failure();
    options.globals = app->globals;
    application = app->name;
    version = app->vsn;
  }
  // The tool may be built unlike the hosts that will load the plugin: the tool chain is theirs to judge.
  patchbay::code::build_facts host;
  host.abi_major = patchbay::code::build_facts::own().abi_major;
  host.abi_minor = patchbay::code::build_facts::own().abi_minor;
  if (auto agreed = patchbay::code::check_note(*note, host, application, version, wanted.library); !agreed)
    return agreed.failure();
  return patchbay::code::lint(*file, options);
}

nlohmann::json in_json(const patchbay::error& failure) { return {{"code", failure.code}, {"text", failure.text}}; }

void print(const nlohmann::json& report) {
  std::printf("%s\n", report.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

/// CLI11 stops at what it does not know, and may not have come to --json yet.
int wrong_usage(const CLI::App& app, const CLI::ParseError& wrong, int argc, const char* const* argv) {
  if (wrong.get_exit_code() == 0) return app.exit(wrong);
  if (std::none_of(argv, argv + argc, [](std::string_view each) { return each == "--json"; })) {
    app.exit(wrong);
  } else {
    print({{"error", in_json({"usage", wrong.what()})}});
  }
  return unusable;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Says what would keep a Patchbay plugin from being replaced and unloaded; exit 0 clean, 1 findings, 2 unusable",
      "patchbay-lint");
  app.set_version_flag("--version", std::string(patchbay::host_version));
  wishes wanted;
  app.add_option("library", wanted.library, "the plugin")->required();
  app.add_option("--app", wanted.app, "its NAME.app.toml, which may declare globals");
  app.add_option("--allow-needed", wanted.allowed, "a library it may need, as in patchbay.toml");
  app.add_flag("--json", wanted.json, "one JSON object instead of lines");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& wrong) {
    return wrong_usage(app, wrong, argc, argv);
  }

  const auto findings = look_at(wanted);
  if (wanted.json) {
    nlohmann::json report{{"library", wanted.library}, {"findings", nlohmann::json::array()}};
    if (findings) {
      for (const auto& each : *findings) {
        report["findings"].push_back({{"rule", each.rule}, {"symbol", each.symbol}, {"text", each.text}});
      }
    } else {
      report["error"] = in_json(findings.failure());
    }
    print(report);
  } else if (!findings) {
    std::fprintf(stderr, "%s: %s\n", findings.failure().code.c_str(), findings.failure().text.c_str());
  } else {
    std::fputs(patchbay::code::describe(*findings).c_str(), stdout);
  }
  if (!findings) return unusable;
  return findings->empty() ? clean : found_something;
}
