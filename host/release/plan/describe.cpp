// A plan in words, for an operator before he says install.
#include <string>

#include "release/plan/names.hpp"
#include "release/plan/plan.hpp"
#include "release/plan/words.hpp"

namespace patchbay::release {
namespace {

std::string state_line(const module_plan& module) {
  if (module.supervisor) return "supervisor: init answers anew, children keep running";
  switch (module.action) {
    case module_action::add:
      return "new, no processes yet";
    case module_action::remove:
      return "must have no processes";
    case module_action::load:
    case module_action::soft:
      return "state kept as it is";
    case module_action::advanced:
      break;
  }
  return "state version " + std::to_string(module.from_version) + " -> " + std::to_string(module.to_version) +
         " by code_change";
}

void add_module(std::string& out, const module_plan& module, direction way) {
  out += "  " + module.module + ": " + word(module.action) + (module.implied ? " (implied)" : "") + ", " +
         state_line(module) + "\n";
  for (const auto& line : module.schema_diff) out += "    " + line + "\n";
  if (module.action == module_action::advanced && module.schema_diff.empty()) out += "    same schema\n";
  if (!module.lossy.empty()) out += "    lossy: " + join(module.lossy) + " may differ after the way there and back\n";
  for (const auto& field : module.drops) {
    out += std::string("    ! going ") + word(way) + " drops " + field + " of " + module.module +
           " (not declared lossy: name it so, unless code_change carries it in another field)\n";
  }
  for (const auto& note : module.message_notes) out += "    ! " + note + "\n";
}

}  // namespace

std::string describe(const plan& plan) {
  std::string out = plan.from + " -> " + plan.to + "\n";
  for (const auto& application : plan.applications) {
    out += application.application + " " + application.from_version + " -> " + application.to_version + " (" +
           word(application.way) + ")\n";
    for (const auto& module : application.modules) add_module(out, module, application.way);
  }
  if (plan.applications.empty()) out += "no application changes its version\n";
  if (!plan.unchanged.empty()) out += "unchanged: " + join(plan.unchanged) + "\n";
  for (const auto& note : plan.notes) out += "note: " + note + "\n";
  if (!plan.way_back) return out + "way back: NONE: " + plan.way_back_refusal + "\n";
  out += "way back: yes, " + plan.to + " -> " + plan.from + "\n";
  if (!plan.way_back_drops.empty()) out += "  ! it drops " + join(plan.way_back_drops) + " (not declared lossy)\n";
  return out;
}

}  // namespace patchbay::release
