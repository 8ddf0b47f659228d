#include "states.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "message/codec.hpp"
#include "port/files.hpp"
#include "port/system_error.hpp"

namespace relup {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using patchbay::error;
using patchbay::outcome;

/// As the helper has it: `counter.json` and `counter-2.json` are states of counter.
bool is_state_of(const std::string& file, const std::string& module) {
  return file == module + ".json" || (file.starts_with(module + "-") && file.ends_with(".json"));
}

error nobodys(const fs::path& file, const std::set<std::string>& modules) {
  std::string known;
  for (const auto& module : modules) known += (known.empty() ? "" : ", ") + module;
  return {"undef_module", file.string() + " is no state of these modules: " + known +
                              "; call it MODULE.json or MODULE-anything.json, or take it out"};
}

outcome<void> check_state(const fs::path& file, const std::set<std::string>& modules) {
  const auto text = patchbay::port::read_file(file);
  if (!text) return text.failure();
  const auto state = patchbay::message::parse_json(*text);
  if (!state) return error{state.failure().code, file.string() + ": " + state.failure().text};
  const auto module_of = [](const json& answer) {
    return answer.at("module").is_string() ? answer.at("module").get<std::string>() : std::string();
  };
  const bool answer = state->is_object() && state->contains("pid") && state->contains("module");
  if (answer && !state->contains("state"))
    return error{"no_state", file.string() + " has a pid and a module, and no state; write it with `patchbay state`"};
  if (modules.empty()) return {};
  const std::string name = file.filename().string();
  const bool known = answer ? modules.contains(module_of(*state))
                            : std::any_of(modules.begin(), modules.end(),
                                          [&](const std::string& module) { return is_state_of(name, module); });
  return known ? outcome<void>() : nobodys(file, modules);
}

}  // namespace

outcome<void> check_states(const fs::path& directory, const std::set<std::string>& modules) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (fs::directory_iterator it(directory, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".json") files.push_back(it->path());
  }
  if (failed) return patchbay::port::io_error("cannot read " + directory.string(), failed.value());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    if (auto good = check_state(file, modules); !good) return good;
  }
  return {};
}

}  // namespace relup
