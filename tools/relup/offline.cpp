#include "offline.hpp"

#include <utility>
#include <vector>

#include "code/library/verify.hpp"
#include "release/ledger/ledger.hpp"
#include "release/package/package_file.hpp"
#include "release/package/release_tree.hpp"
#include "release/package/unpack.hpp"
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

/// A release under the data directory, wherever that lay when it was unpacked.
struct kept_release {
  release::release_view view;
  bool vouched_for = false;  ///< a key of trusted_keys signed its package
};

/// As a host with --allow-unsigned opens it: what came from a package must still be what that holds.
outcome<kept_release> open_kept(const patchbay::node::data_directory& data, const std::string& id,
                                const release::package_trust& trust) {
  kept_release kept;
  const auto root = data.releases() / id;
  const auto package = root / release::origin_name / (id + ".tar.zst");
  std::error_code failed;
  if (std::filesystem::exists(package, failed)) {
    const auto opened = release::open_package(package, {}, trust);
    if (!opened) return opened.failure();
    if (auto same = release::verify_files(root, opened->what); !same) return same.failure();
    kept.vouched_for = opened->trusted;
  }
  auto view = release::read_release(root);
  if (!view) return view.failure();
  kept.view = std::move(*view);
  return kept;
}

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
  const auto config = release::read_host_config(data.config());
  if (!config) return config.failure();
  const auto trust = release::trust_of(config->trusted_keys, true);
  if (!trust) return trust.failure();
  std::string notes;
  std::vector<release::release_view> views;
  for (const auto* each : {from, to.front()}) {
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
