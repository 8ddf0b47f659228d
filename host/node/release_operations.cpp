#include <utility>

#include "node/node.hpp"
#include "node/operations.hpp"

namespace patchbay::node {
namespace {

using std::chrono::milliseconds;

json purge_json(const code::purge_report& report) {
  return {{"label", report.label},
          {"unmapped", report.unmapped},
          {"pinned_by", report.pinned_by},
          {"proof", report.proof},
          {"stale_words", report.stale_words}};
}

json purges_json(const std::vector<code::purge_report>& reports) {
  json list = json::array();
  for (const auto& report : reports) list.push_back(purge_json(report));
  return list;
}

json report_json(const release::install_report& report) {
  const auto& swap = report.swap;
  return {{"from", report.from},
          {"to", report.to},
          {"servers_in_set", swap.servers_in_set},
          {"servers_migrated", swap.servers_migrated},
          {"code_changes", swap.code_changes},
          {"through_bytes", swap.through_bytes},
          {"servers_shadowed", swap.servers_shadowed},
          {"servers_frozen", swap.servers_frozen},
          {"servers_rehearsed", swap.servers_rehearsed},
          {"servers_kept", swap.servers_kept},
          {"new_state_bytes", swap.new_state_bytes},
          {"uncompared", swap.uncompared},
          {"rounds", swap.rounds},
          {"windows", swap.windows},
          {"pause_us", swap.pause_us},
          {"drain_us", swap.drain_us},
          {"freeze_us", swap.freeze_us},
          {"migrate_us", swap.migrate_us},
          {"switch_us", swap.switch_us},
          {"precopy_us", swap.precopy_us},
          {"adopt_us", swap.adopt_us},
          {"pinned", swap.pinned},
          {"total_us", report.total_us},
          {"recorded", report.recorded},
          {"purged", purges_json(report.purged)}};
}

json plan_json(const release::plan& plan) {
  return {{"plan", release::to_json(plan)}, {"text", release::describe(plan)}};
}

json check_json(const release::check_report& report) {
  json answer = plan_json(report.what);
  answer["loaded"] = report.loaded;
  answer["unloaded"] = purges_json(report.unloaded);
  answer["rehearsed"] = {{"states", report.rehearsed.states},
                         {"missed", report.rehearsed.missed},
                         {"new_state_bytes", report.rehearsed.new_state_bytes},
                         {"uncompared", report.rehearsed.uncompared},
                         {"took_us", report.rehearsed.took_us}};
  return answer;
}

const std::vector<field> install_limits{{"suspend_timeout_ms", field_type::milliseconds, false},
                                        {"code_change_timeout_ms", field_type::milliseconds, false}};

std::vector<field> with_limits(std::vector<field> fields) {
  fields.insert(fields.end(), install_limits.begin(), install_limits.end());
  return fields;
}

release::install_options install_options(const json& fields, const progress& tell) {
  release::install_options options;
  options.suspend_timeout = milliseconds(fields.value("suspend_timeout_ms", options.suspend_timeout.count()));
  options.code_change_timeout =
      milliseconds(fields.value("code_change_timeout_ms", options.code_change_timeout.count()));
  options.tell = tell;
  return options;
}

template <class T, class Shape>
outcome<json> shaped(const outcome<T>& result, Shape shape) {
  if (!result) return result.failure();
  return shape(*result);
}

std::string release_of(const json& fields) { return fields.at("release").get<std::string>(); }

/// What the ledger says, and where its last write failed what is so all the same.
std::string status_of(const release::release_record& record, const release::standing& stand) {
  using release::release_status;
  if (stand.recorded || record.status == release_status::permanent) return release::word(record.status);
  if (record.id == stand.current) return "unrecorded";
  return release::word(record.status == release_status::current ? release_status::old : record.status);
}

json which_json(const std::vector<release::release_record>& records, const release::standing& stand) {
  json list = json::array();
  for (const auto& each : records) {
    list.push_back({{"id", each.id}, {"name", each.name}, {"vsn", each.vsn}, {"status", status_of(each, stand)}});
  }
  return list;
}

}  // namespace

void add_release_operations(dispatcher& to, node& host) {
  auto& releases = host.releases();
  to.add({"which", {}, [&](const json&, const progress&) {
            return shaped(releases.which(),
                          [&](const auto& records) { return which_json(records, releases.stands()); });
          }});
  to.add({"unpack", {{"directory"}, {"signature", field_type::text, false}}, [&](const json& fields, const progress&) {
            return shaped(
                releases.unpack({fields.at("directory").get<std::string>(), fields.value("signature", std::string())}),
                [](const release::unpacked& done) {
                  return json{{"id", done.id}, {"already", done.already}};
                });
          }});
  to.add({"plan", {{"release"}}, [&](const json& fields, const progress&) {
            return shaped(releases.plan_to(release_of(fields)), plan_json);
          }});
  to.add({"check", with_limits({{"release"}}), [&](const json& fields, const progress& tell) {
            return shaped(releases.check(release_of(fields), install_options(fields, tell)), check_json);
          }});
  to.add({"install", with_limits({{"release"}}), [&](const json& fields, const progress& tell) {
            return shaped(releases.install(release_of(fields), install_options(fields, tell)), report_json);
          }});
  to.add({"rollback", with_limits({}), [&](const json& fields, const progress& tell) {
            return shaped(releases.rollback(install_options(fields, tell)), report_json);
          }});
  to.add({"permanent", {}, [&](const json&, const progress&) {
            return shaped(releases.make_permanent(), [](const std::string& id) {
              return json{{"id", id}, {"status", release::word(release::release_status::permanent)}};
            });
          }});
  to.add({"remove", {{"release"}}, [&](const json& fields, const progress&) {
            return shaped(releases.remove(release_of(fields)), [](const release::removed_release& done) {
              return json{{"id", done.id}, {"kept_copies", done.kept_copies}};
            });
          }});
  to.add({"reload", with_limits({{"application"}, {"folder"}, {"upgrade", field_type::value, false}}),
          [&](const json& fields, const progress& tell) {
            const json upgrade = fields.value("upgrade", json(false));
            if (!upgrade.is_boolean()) return outcome<json>(error{"bad_request", "upgrade: true or false"});
            return shaped(
                releases.reload(fields.at("application").get<std::string>(), fields.at("folder").get<std::string>(),
                                upgrade.get<bool>(), install_options(fields, tell)),
                [](const release::reload_report& report) {
                  json answer{{"label", report.label}, {"older", report.older}, {"purged", purges_json(report.purged)}};
                  if (report.swap) {
                    answer["servers_migrated"] = report.swap->servers_migrated;
                    answer["pause_us"] = report.swap->pause_us;
                  }
                  return answer;
                });
          }});
  to.add({"purge", {}, [&](const json&, const progress&) { return shaped(releases.purge(), purges_json); }});
}

}  // namespace patchbay::node
