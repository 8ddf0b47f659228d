#include "release/plan/plan.hpp"
#include "release/plan/words.hpp"

namespace patchbay::release {
namespace {

json to_json(const module_plan& module) {
  return {{"module", module.module},
          {"action", word(module.action)},
          {"implied", module.implied},
          {"from_version", module.from_version},
          {"to_version", module.to_version},
          {"supervisor", module.supervisor},
          {"schema_diff", module.schema_diff},
          {"lossy", module.lossy},
          {"drops", module.drops},
          {"message_notes", module.message_notes}};
}

}  // namespace

json to_json(const plan& plan) {
  auto applications = json::array();
  for (const auto& application : plan.applications) {
    auto modules = json::array();
    for (const auto& module : application.modules) modules.push_back(to_json(module));
    applications.push_back({{"application", application.application},
                            {"from_version", application.from_version},
                            {"to_version", application.to_version},
                            {"way", word(application.way)},
                            {"modules", std::move(modules)}});
  }
  return {{"from", plan.from},
          {"to", plan.to},
          {"applications", std::move(applications)},
          {"unchanged", plan.unchanged},
          {"way_back", plan.way_back},
          {"way_back_refusal", plan.way_back_refusal},
          {"way_back_drops", plan.way_back_drops},
          {"notes", plan.notes}};
}

}  // namespace patchbay::release
