#include "offline.hpp"

#include <vector>

#include "code/library/verify.hpp"
#include "release/ledger/ledger.hpp"
#include "release/plan/libraries.hpp"

namespace relup {
namespace {

namespace release = patchbay::release;
using patchbay::error;
using patchbay::outcome;

outcome<std::vector<release::release_record>> records(const patchbay::node::data_directory& data) {
  const auto ledger = release::ledger::open_read_only(data.ledger());
  if (ledger) return ledger->list();
  if (ledger.failure().code != "no_such_file") return ledger.failure();
  return error{"no_host", "neither a host nor a ledger is in " + data.root.string() +
                              "; name the directory with --data or $PATCHBAY_DATA, or start a host there"};
}

/// With what the data directory's patchbay.toml, if there is one, allows plugins to need.
outcome<json> planned(const patchbay::node::data_directory& data, const outcome<release::release_view>& from,
                      const outcome<release::release_view>& to) {
  if (!from) return from.failure();
  if (!to) return to.failure();
  const auto config = release::read_host_config(data.config());
  if (!config) return config.failure();
  const auto check = [&](const patchbay::code::load_request& request) -> outcome<void> {
    const auto facts = patchbay::code::verify(request.library, request, config->allowed_needed);
    if (!facts) return facts.failure();
    return {};
  };
  const auto plan = release::plan_with_libraries(*from, *to, check);
  if (!plan) return plan.failure();
  return json{{"plan", release::to_json(*plan)}, {"text", release::describe(*plan)}};
}

}  // namespace

outcome<json> which(const patchbay::node::data_directory& data) {
  const auto all = records(data);
  if (!all) return all.failure();
  json answer = json::array();
  for (const auto& each : *all) {
    answer.push_back({{"id", each.id}, {"name", each.name}, {"vsn", each.vsn}, {"status", release::word(each.status)}});
  }
  return answer;
}

outcome<json> plan_between(const patchbay::node::data_directory& data, const std::filesystem::path& from,
                           const std::filesystem::path& to) {
  return planned(data, release::read_release(from), release::read_release(to));
}

outcome<json> plan_to(const patchbay::node::data_directory& data, const std::string& wanted) {
  const auto all = records(data);
  if (!all) return all.failure();
  const release::release_record* from = nullptr;
  std::vector<const release::release_record*> to;
  for (const auto& each : *all) {
    if (each.status == release::release_status::permanent) from = &each;
    if (each.id == wanted || each.vsn == wanted) to.push_back(&each);
  }
  if (to.empty()) return error{"no_such_release", "there is no release `" + wanted + "`; `relup which` lists them"};
  if (to.size() > 1)
    return error{"ambiguous_release", "several releases have version " + wanted + "; name one by its id"};
  if (from == nullptr) return error{"corrupt", data.ledger().string() + " has no permanent release"};
  return planned(data, release::read_release(from->directory), release::read_release(to.front()->directory));
}

}  // namespace relup
