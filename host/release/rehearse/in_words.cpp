#include "patchbay/rehearsal.hpp"

namespace patchbay {

std::string in_words(const rehearsal_report& report, const std::string& module) {
  std::string text = module + ": " + std::to_string(report.states) + " states, " +
                     (report.passed() ? "all went up and down" : std::to_string(report.findings.size()) + " found") +
                     "\n";
  for (const rehearsal_finding& each : report.findings) {
    const std::string version = std::to_string(each.version);
    if (each.way == "round") {
      text += "  up from state version " + version + " and down again changes " + each.state + "\n";
      for (const std::string& difference : each.differences) text += "    " + difference + "\n";
      text += "    give code_change what it needs to restore it, or name the field in the appup's `lossy`\n";
    } else if (each.way == "state") {
      text += "  not a state of version " + version + ": " + each.state + "\n    " + each.why + "\n";
    } else {
      text += "  code_change " + each.way + (each.way == "up" ? " from" : " to") + " state version " + version +
              " fails for " + each.state + "\n    " + each.why + "\n";
    }
  }
  return text;
}

}  // namespace patchbay
