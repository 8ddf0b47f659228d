#include "process/reason.hpp"

namespace patchbay::process {

std::string reason::words() const {
  switch (kind) {
    case PB_EXIT_NORMAL:
      return "normal";
    case PB_EXIT_SHUTDOWN:
      return text.empty() ? "shutdown" : "{shutdown, " + text + "}";
    case PB_EXIT_KILL:
      return "kill";
    case PB_EXIT_KILLED:
      return "killed";
    case PB_EXIT_NOPROC:
      return "noproc";
    default:
      return text.empty() ? "error" : text;
  }
}

}  // namespace patchbay::process
