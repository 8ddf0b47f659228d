#include "offline.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "code/library/verify.hpp"
#include "release/plan/libraries.hpp"
#include "releases.hpp"

namespace relup {
namespace {

namespace release = patchbay::release;
using patchbay::error;
using patchbay::outcome;

/// With what the configuration allows plugins to need.
outcome<json> planned(const release::host_config& config, const release::release_view& from,
                      const release::release_view& to, const std::string& notes = {}) {
  const auto check = [&](const patchbay::code::load_request& request) -> outcome<void> {
    const auto facts = patchbay::code::verify(request.library, request, config.allowed_needed);
    if (!facts) return facts.failure();
    return {};
  };
  const auto plan = release::plan_with_libraries(from, to, check);
  if (!plan) return plan.failure();
  return json{{"plan", release::to_json(*plan)}, {"text", release::describe(*plan) + notes}};
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
  const auto before = release::read_release(from);
  if (!before) return before.failure();
  const auto after = release::read_release(to);
  if (!after) return after.failure();
  const auto config = release::read_host_config(data.config());
  if (!config) return config.failure();
  return planned(*config, *before, *after);
}

outcome<json> plan_to(const patchbay::node::data_directory& data, const std::string& wanted) {
  const auto all = records(data);
  if (!all) return all.failure();
  const auto to = find_record(*all, wanted);
  if (!to) return to.failure();
  const auto from = std::find_if(all->begin(), all->end(),
                                 [](const auto& each) { return each.status == release::release_status::permanent; });
  if (from == all->end()) return error{"corrupt", data.ledger().string() + " has no permanent release"};
  const auto config = release::read_host_config(data.config());
  if (!config) return config.failure();
  const auto trust = release::trust_of(config->trusted_keys, true);
  if (!trust) return trust.failure();
  std::string notes;
  std::vector<release::release_view> views;
  for (const auto* each : {&*from, *to}) {
    auto kept = open_kept(data, each->id, *trust);
    if (!kept) return kept.failure();
    if (!kept->vouched_for) {
      notes += "not checked: no key of trusted_keys in " + data.config().string() + " vouches for " + each->id +
               "; a host takes it with --allow-unsigned only\n";
    }
    views.push_back(std::move(kept->view));
  }
  return planned(*config, views.front(), views.back(), notes);
}

}  // namespace relup
