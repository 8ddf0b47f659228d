// patchbay-plugin-tool: what patchbay_add_plugin() runs while it builds a plugin.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "code/elf/elf_file.hpp"
#include "code/entry/entry_host.hpp"
#include "code/entry/run_entry.hpp"
#include "code/facts/facts.hpp"
#include "entry.hpp"
#include "patchbay/version.hpp"
#include "port/digest.hpp"
#include "port/dylib.hpp"
#include "port/files.hpp"

namespace {

using patchbay::outcome;

/// Loads the library into this process: it is the author's own, just built.
outcome<void> write_facts(const std::string& library, const std::string& out) {
  const auto file = patchbay::code::elf_file::open(library);
  if (!file) return file.failure();
  auto loaded = patchbay::port::dylib::open(library);
  if (!loaded) return loaded.failure();
  const auto table = patchbay::code::run_entry(*loaded, patchbay::code::entry_host(), library);
  if (!table) return table.failure();
  auto facts = patchbay::code::facts_of(**table, file->build_id());
  if (!facts) return facts.failure();
  facts->sha256 = patchbay::port::sha256_hex(file->bytes());
  return patchbay::port::write_file_atomic(out, patchbay::code::to_json(*facts));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("What patchbay_add_plugin() runs while it builds a plugin", "patchbay-plugin-tool");
  app.set_version_flag("--version", std::string(patchbay::host_version));
  app.require_subcommand(1);
  std::string app_file;
  std::string version;
  std::string library;
  std::string out;
  auto* entry = app.add_subcommand("entry", "write the plugin's entry from its app file's modules");
  entry->add_option("--app", app_file, "NAME.app.toml")->required();
  entry->add_option("--version", version, "the application's version")->required();
  entry->add_option("--out", out, "the C++ file to write; left alone where it would not change")->required();
  auto* facts = app.add_subcommand("facts", "write what a plugin's table says");
  facts->add_option("library", library, "the plugin")->required();
  facts->add_option("--out", out, "NAME.facts.json")->required();
  CLI11_PARSE(app, argc, argv);

  const auto done = *entry ? patchbay::plugin_tool::write_entry(app_file, version, out) : write_facts(library, out);
  if (done) return 0;
  std::fprintf(stderr, "patchbay-plugin-tool: %s: %s\n", done.failure().code.c_str(), done.failure().text.c_str());
  return 1;
}
