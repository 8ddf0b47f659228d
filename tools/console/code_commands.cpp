// `r NAME`: a plugin built anew from its source, and loaded beside the one that runs.
#include <chrono>
#include <filesystem>

#include "commands.hpp"
#include "message/codec.hpp"
#include "node/control/command_line.hpp"
#include "port/child.hpp"
#include "port/files.hpp"

namespace console {
namespace {

using patchbay::error;
using patchbay::node::plain;

constexpr std::chrono::minutes build_limit{30};

/// The version of an application as its release names it: what runs may be `1.0.0+r2`.
outcome<std::string> version_of(session& host, const std::string& application) {
  const auto trees = host.ask("tree");
  if (!trees) return trees.failure();
  std::string known;
  for (const auto& each : *trees) {
    if (each.at("application") == application) {
      const std::string version = plain(each.at("version"));
      return version.substr(0, version.find('+'));
    }
    known += (known.empty() ? "" : ", ") + plain(each.at("application"));
  }
  return error{"undef_application", "no application `" + application + "` runs; those that do: " + known};
}

/// What patchbay_add_plugin() left in the build folder: the target and the folder of one version of an application.
outcome<json> built(const std::string& build_dir, const std::string& application, const std::string& version) {
  if (build_dir.empty()) {
    return error{"no_build_dir",
                 "where is it built? Say `patchbay console --build DIR` or set PATCHBAY_BUILD: the folder that cmake "
                 "configured"};
  }
  const auto file = std::filesystem::path(build_dir) / "lib-plugins" / (application + "-" + version + ".json");
  const auto text = patchbay::port::read_file(file);
  if (!text) {
    return error{"no_target", "no " + file.string() + ", which patchbay_add_plugin() writes; is " + application + " " +
                                  version + " built there, and configured by this version of the SDK?"};
  }
  return patchbay::message::parse_json(*text);
}

std::string reload_in_words(const json& answer) {
  std::string text = plain(answer.at("label"));
  if (const auto migrated = answer.find("servers_migrated"); migrated != answer.end()) {
    text += ": " + plain(*migrated) + " running processes went along, pause " + plain(answer.at("pause_us")) + " us";
  } else {
    text += ": new processes start in it";
  }
  if (const json& older = answer.at("older"); older != 0) text += "; " + plain(older) + " keep older code";
  return text + "\n";
}

outcome<shown> rebuild(session& host, const words& given) {
  const bool upgrade = given.size() > 1;
  if (upgrade && given[1] != "--upgrade") return error{"bad_line", "usage: r APPLICATION [--upgrade]"};
  const auto version = version_of(host, given[0]);
  if (!version) return version.failure();
  const auto plugin = built(host.how().build_dir, given[0], *version);
  if (!plugin) return plugin.failure();
  const auto made = patchbay::port::run_child(
      "/usr/bin/env", {"cmake", "--build", host.how().build_dir, "--target", plain(plugin->at("target"))}, build_limit);
  if (!made) return made.failure();
  if (!made->end.clean()) {
    return error{"build_failed",
                 "the build " + made->end.words() + "; nothing was loaded:\n" + made->output + made->errors};
  }
  return show(host, "reload", {{"application", given[0]}, {"folder", plugin->at("folder")}, {"upgrade", upgrade}},
              reload_in_words);
}

}  // namespace

void add_code_commands(std::vector<command>& to) {
  to.push_back({"r",
                "APPLICATION [--upgrade]",
                "build its plugin anew and load it: new processes start in it, with --upgrade running ones go along",
                1,
                2,
                {completes::application},
                rebuild});
}

}  // namespace console
