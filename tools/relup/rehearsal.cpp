#include "rehearsal.hpp"

#include <chrono>
#include <random>
#include <set>
#include <vector>

#include "node/control/data_directory.hpp"
#include "port/child.hpp"
#include "release/plan/plan.hpp"
#include "states.hpp"

namespace relup {
namespace {

namespace release = patchbay::release;
using patchbay::error;
using patchbay::outcome;

/// Enough for ten thousand states; a code_change that does not end is killed.
constexpr std::chrono::minutes limit{2};

struct pair {
  std::filesystem::path from;
  std::filesystem::path to;
  std::vector<std::string> lossy;  ///< `module:field`
};

std::string make_nonce() {
  std::random_device source;
  return std::to_string(source()) + std::to_string(source());
}

void add_lossy(const release::instruction& of, std::vector<std::string>& found) {
  for (const std::string& field : of.lossy) found.push_back(of.module + ":" + field);
}

/// The appup beside a plugin, where it has one; its version from the facts is not needed: entries up all lead to it.
outcome<std::vector<std::string>> lossy_beside(const std::filesystem::path& plugin) {
  std::vector<std::string> found;
  std::filesystem::path appup = plugin;
  appup.replace_extension(".appup.toml");
  std::error_code failed;
  if (!std::filesystem::exists(appup, failed)) return found;
  const auto read = release::read_appup(appup);
  if (!read) return read.failure();
  for (const auto& entry : read->up) {
    for (const auto& each : entry.instructions) add_lossy(each, found);
  }
  return found;
}

/// Of all applications, also those that do not change: their states may lie beside the others. Empty where a plugin has no facts beside it.
outcome<std::set<std::string>> modules_of(const std::filesystem::path& given) {
  std::set<std::string> names;
  std::error_code failed;
  if (std::filesystem::is_directory(given, failed)) {
    const auto view = release::read_release(given);
    if (!view) return view.failure();
    for (const auto& application : view->applications)
      names.insert(application.app.modules.begin(), application.app.modules.end());
    return names;
  }
  std::filesystem::path file = given;
  file.replace_extension(".facts.json");
  if (!std::filesystem::exists(file, failed)) return names;
  const auto facts = patchbay::code::read_facts(file);
  if (!facts) return facts.failure();
  for (const auto& module : facts->modules) names.insert(module.name);
  return names;
}

outcome<void> check_given_states(const rehearsal_request& asked) {
  if (asked.states.empty()) return {};
  auto modules = modules_of(asked.to);
  if (!modules) return modules.failure();
  if (!asked.from.empty() && !modules->empty()) {
    auto older = modules_of(asked.from);
    if (!older) return older.failure();
    modules->merge(*older);
  }
  return check_states(asked.states, *modules);
}

outcome<std::vector<pair>> pairs_of_releases(const rehearsal_request& asked) {
  const auto from = release::read_release(asked.from);
  if (!from) return from.failure();
  const auto to = release::read_release(asked.to);
  if (!to) return to.failure();
  const auto plan = release::make_plan(*from, *to);
  if (!plan) return plan.failure();
  std::vector<pair> pairs;
  for (const auto& application : plan->applications) {
    const bool up = application.way == release::direction::up;
    const auto older = (up ? from : to)->find(application.application)->library();
    const auto newer = (up ? to : from)->find(application.application)->library();
    pair made{older, newer, {}};
    if (up) {
      for (const auto& module : application.modules) {
        for (const std::string& field : module.lossy) made.lossy.push_back(module.module + ":" + field);
      }
    }
    pairs.push_back(std::move(made));
  }
  return pairs;
}

outcome<std::vector<pair>> pairs_of(const rehearsal_request& asked) {
  std::error_code failed;
  const bool releases = std::filesystem::is_directory(asked.to, failed);
  if (releases != std::filesystem::is_directory(asked.from, failed)) {
    return error{"bad_argument", "give two plugins, two release directories, or one plugin alone"};
  }
  if (releases) return pairs_of_releases(asked);
  auto lossy = lossy_beside(asked.to);
  if (!lossy) return lossy.failure();
  return std::vector<pair>{{asked.from, asked.to, std::move(*lossy)}};
}

outcome<json> run(const rehearsal_request& asked, const pair& of) {
  const std::string nonce = make_nonce();
  std::vector<std::string> arguments{of.to.string(), "--rehearse",
                                     "--nonce",      nonce,
                                     "--generate",   std::to_string(asked.generate),
                                     "--seed",       std::to_string(asked.seed)};
  const auto add = [&](const char* option, const std::string& value) {
    arguments.emplace_back(option);
    arguments.push_back(value);
  };
  if (!of.from.empty()) add("--from", of.from.string());
  if (!asked.states.empty()) add("--states", asked.states.string());
  for (const std::string& each : of.lossy) add("--lossy", each);
  const auto probe = patchbay::node::default_libexec_directory() / "patchbay-probe";
  const auto ran = patchbay::port::run_child(probe, arguments, limit);
  if (!ran) return ran.failure();
  const auto at = ran->output.rfind(nonce + " ");
  const auto line = at == std::string::npos ? std::string() : ran->output.substr(at + nonce.size() + 1);
  auto verdict = json::parse(line.substr(0, line.find('\n')), nullptr, false);
  if (!verdict.is_object()) {
    return error{"probe_failed", of.to.string() + ": the helper process " + ran->end.words() +
                                     " while it ran code_change; look for a crash or an endless loop there" +
                                     (ran->errors.empty() ? "" : " (it said: " + ran->errors + ")")};
  }
  const auto code = verdict.value("code", std::string());
  if (code != "ok") return error{code, verdict.value("text", std::string("the helper gave no reason"))};
  return std::move(verdict["modules"]);
}

}  // namespace

outcome<json> rehearse(const rehearsal_request& asked) {
  const auto pairs = pairs_of(asked);
  if (!pairs) return pairs.failure();
  if (auto good = check_given_states(asked); !good) return good.failure();
  json modules = json::array();
  for (const pair& each : *pairs) {
    const auto found = run(asked, each);
    if (!found) return found.failure();
    for (const json& module : *found) modules.push_back(module);
  }
  if (modules.empty() && !asked.from.empty()) {
    return error{"nothing_to_test", "no module's state has another version in " + asked.to.string() +
                                        "; there is no code_change between these two"};
  }
  return modules;
}

std::string rehearsal_in_words(const json& modules) {
  if (modules.empty()) return "no code_change to test";
  std::string text;
  for (const json& module : modules) text += module.at("text").get<std::string>();
  return text;
}

bool rehearsal_passed(const json& modules) {
  for (const json& module : modules) {
    if (!module.at("findings").empty()) return false;
  }
  return true;
}

}  // namespace relup
