#include "behaviour/supervisor_report.hpp"

#include "process/system.hpp"

namespace patchbay::behaviour {
namespace {

std::string describe(const child& which) {
  const child_spec& spec = which.spec;
  std::string text = "[{pid," + (which.pid == 0 ? "undefined" : process::pid_text(which.pid)) + "},{id," + spec.id +
                     "},{module," + spec.application + "/" + spec.module + "}";
  if (!spec.name.empty()) text += ",{name," + spec.name + "}";
  return text.append(",{restart_type,")
      .append(word(spec.restart))
      .append("},{shutdown,")
      .append(spec.shutdown_words())
      .append("},{child_type,")
      .append(word(spec.type))
      .append("}]");
}

}  // namespace

std::string supervisor_name(const process::process& supervisor) {
  const process::bonds* ties = supervisor.ties_if_any();
  if (ties != nullptr && !ties->name.empty()) return "{local," + ties->name + "}";
  return "{" + process::pid_text(supervisor.pid()) + "," + supervisor.code().name() + "}";
}

std::string error_report(const process::process& supervisor, std::string_view context, std::string_view why,
                         const child& offender, std::size_t times) {
  return std::string("supervisor_report: supervisor: ")
      .append(supervisor_name(supervisor))
      .append(", errorContext: ")
      .append(context)
      .append(", reason: ")
      .append(why)
      .append(", offender: ")
      .append(describe(offender))
      .append(times < 2 ? std::string() : " {nb_children," + std::to_string(times) + "}");
}

std::string progress_report(const process::process& supervisor, const child& started) {
  return "progress_report: supervisor: " + supervisor_name(supervisor) + ", started: " + describe(started);
}

}  // namespace patchbay::behaviour
