#include "rehearsal.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "code/entry/entry_host.hpp"
#include "code/entry/run_entry.hpp"
#include "message/envelope.hpp"
#include "patchbay/rehearsal.hpp"
#include "port/dylib.hpp"
#include "port/files.hpp"

namespace probe {
namespace {

using nlohmann::json;
using patchbay::error;
using patchbay::outcome;
using patchbay::message::view;

const pb_module* find(const pb_plugin& plugin, std::string_view name) {
  for (std::uint32_t i = 0; i < plugin.module_count; ++i) {
    if (view(plugin.modules[i]->name) == name) return plugin.modules[i];
  }
  return nullptr;
}

/// As `patchbay state --json` prints it: the module's name stands beside the state.
bool is_answer(const json& text) { return text.is_object() && text.contains("pid") && text.contains("module"); }

/// `counter.json` and `counter-2.json` are states of counter.
bool is_state_of(const std::string& file, const std::string& module) {
  return file == module + ".json" || (file.starts_with(module + "-") && file.ends_with(".json"));
}

outcome<std::vector<std::string>> states_of(const std::string& directory, const std::string& module) {
  std::vector<std::filesystem::path> files;
  std::error_code failed;
  for (const auto& each : std::filesystem::directory_iterator(directory, failed)) {
    if (each.path().extension() == ".json") files.push_back(each.path());
  }
  if (failed) return error{"io", directory + ": " + failed.message() + "; give a directory of states"};
  std::sort(files.begin(), files.end());
  std::vector<std::string> texts;
  for (const auto& file : files) {
    auto text = patchbay::port::read_file(file);
    if (!text) return text.failure();
    const json read = json::parse(*text, nullptr, false);
    if (is_answer(read)) {
      if (read["module"] == module && read.contains("state")) texts.push_back(read["state"].dump());
    } else if (is_state_of(file.filename().string(), module)) {
      texts.push_back(std::move(*text));
    }
  }
  return texts;
}

json shown(const patchbay::rehearsal_report& report, const std::string& module) {
  json findings = json::array();
  for (const auto& each : report.findings) {
    findings.push_back({{"version", each.version},
                        {"way", each.way},
                        {"state", each.state},
                        {"differences", each.differences},
                        {"why", each.why}});
  }
  return {{"module", module},
          {"states", report.states},
          {"findings", std::move(findings)},
          {"text", patchbay::in_words(report, module)}};
}

/// nullopt: there is nothing to rehearse.
outcome<std::optional<json>> one_module(const pb_module& newer, const pb_plugin* older,
                                        const rehearsal_request& asked) {
  using result = std::optional<json>;
  const std::string name(view(newer.name));
  if (newer.state == nullptr || newer.migration_count == 0) return result();
  std::uint32_t version = 0;
  if (older != nullptr) {
    const pb_module* before = find(*older, name);
    if (before == nullptr || before->state == nullptr || before->state->version == newer.state->version)
      return result();
    version = before->state->version;
    for (std::size_t i = 0; i < newer.migration_count; ++i) {
      const pb_migration& each = *newer.migrations[i];
      if (each.version != version || each.old_state->schema_fp == before->state->schema_fp) continue;
      return error{"schema_changed", name + ": code_change takes state version " + std::to_string(version) + " as " +
                                         std::string(view(each.old_state->schema)) + ", the older plugin has " +
                                         std::string(view(before->state->schema))};
    }
  }
  patchbay::rehearsal_options options;
  options.generate = asked.generate;
  options.seed = asked.seed;
  for (const std::string& each : asked.lossy) {
    if (each.starts_with(name + ":")) options.lossy.push_back(each.substr(name.size() + 1));
  }
  if (!asked.states.empty()) {
    auto states = states_of(asked.states, name);
    if (!states) return states.failure();
    options.states_json = std::move(*states);
  }
  const auto report = patchbay::rehearse(newer, options, version);
  if (!report) return report.failure();
  return result(shown(*report, name));
}

}  // namespace

outcome<json> rehearse(const rehearsal_request& asked) {
  auto library = patchbay::port::dylib::open(asked.library);
  if (!library) return library.failure();
  const auto newer = patchbay::code::run_entry(*library, patchbay::code::entry_host(), asked.library);
  if (!newer) return newer.failure();
  std::optional<patchbay::port::dylib> from;
  const pb_plugin* older = nullptr;
  if (!asked.from.empty()) {
    auto opened = patchbay::port::dylib::open(asked.from);
    if (!opened) return opened.failure();
    from = std::move(*opened);
    const auto table = patchbay::code::run_entry(*from, patchbay::code::entry_host(), asked.from);
    if (!table) return table.failure();
    older = *table;
  }
  json modules = json::array();
  for (std::uint32_t i = 0; i < (*newer)->module_count; ++i) {
    auto one = one_module(*(*newer)->modules[i], older, asked);
    if (!one) return one.failure();
    if (*one) modules.push_back(std::move(**one));
  }
  return modules;
}

}  // namespace probe
