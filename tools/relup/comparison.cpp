#include "comparison.hpp"

#include <CLI/CLI.hpp>

#include "node/control/commands.hpp"
#include "release/plan/release_difference.hpp"
#include "releases.hpp"

namespace relup {
namespace {

namespace release = patchbay::release;
using nlohmann::json;
using patchbay::outcome;

std::string said(const json& answer) { return answer.at("text").get<std::string>(); }

outcome<json> diff(const release::release_view& from, const release::release_view& to) {
  const auto found = release::compare(from, to);
  return json{{"difference", release::to_json(found)}, {"text", release::describe(found)}};
}

}  // namespace

comparison_commands::comparison_commands(CLI::App& to, patchbay::node::command_line& how) : how_(&how) {
  using patchbay::node::add_command;
  diff_ = add_command(to, how, "diff", "Show what differs between two releases, field by field (needs no host)");
  appup_ = add_command(to, how, "appup", "Draft the appup of TO from what differs, both ways (needs no host)");
  for (CLI::App* each : {diff_, appup_}) {
    each->add_option("FROM", from_, "A release directory, a package, or the id or version of an unpacked release")
        ->required()
        ->check(patchbay::node::check_path);
    each->add_option("TO", to_, "The other one, likewise")->required()->check(patchbay::node::check_path);
  }
  appup_->add_option("--application", asked_.application, "Of this application alone [each whose version changes]")
      ->check(patchbay::node::check_path);
  auto* out = appup_->add_option("-o,--out", asked_.out, "The file to write [standard output]")
                  ->check(patchbay::node::check_path);
  appup_->add_flag("--force", asked_.force, "Write over a file that is there")->needs(out);
}

bool comparison_commands::chosen() const { return *diff_ || *appup_; }

int comparison_commands::run() {
  const auto answered = [&]() -> outcome<json> {
    const auto from = open_given(how_->data, from_);
    if (!from) return from.failure();
    const auto to = open_given(how_->data, to_);
    if (!to) return to.failure();
    return *diff_ ? diff(*from, *to) : appups(*from, *to, asked_);
  }();
  return answered ? patchbay::node::show_result(*how_, *answered, said)
                  : patchbay::node::show_error(*how_, answered.failure());
}

}  // namespace relup
