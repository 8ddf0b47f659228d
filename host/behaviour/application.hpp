#pragma once
// What the host knows of an application, and what `patchbay tree` shows of it.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "behaviour/child_spec.hpp"

namespace patchbay::behaviour {

/// As in a .rel file: what follows when its top process ends by itself, or whether it is started at all.
enum class application_type : std::uint8_t {
  permanent,  ///< any end ends the host
  transient,  ///< an abnormal end is
  temporary,  ///< none is
  load,       ///< known, not started
  none        ///< not even known
};
std::string_view word(application_type type) noexcept;

/// One application of a release, as its app file and release.toml describe it.
struct application {
  struct phase {
    std::string name;
    std::string args_json = "{}";
  };
  std::string name;
  std::string version;
  std::string description = {};
  std::vector<std::string> applications = {};           ///< must be started before it
  std::vector<std::string> optional_applications = {};  ///< of these, those that need not be there
  std::vector<std::string> included_applications = {};  ///< are loaded with it; its tree starts theirs
  application_type type = application_type::permanent;
  std::string env_json = "{}";  ///< the app file's, overlaid with the release's and the command line's
  std::string mod_module =
      {};  ///< a callback module, or the top process's own; empty: a library application, nothing to start
  std::string mod_args_json = "{}";
  std::vector<phase> start_phases = {};
  std::chrono::milliseconds max_t{0};  ///< how long it may run; 0: infinity
};

/// One line of which_applications.
struct application_info {
  std::string name;
  std::string version;
  std::string description;
  application_type type = application_type::permanent;
  bool started = false;  ///< and has not ended since
  pb_pid top = 0;        ///< 0: none runs
};

struct tree_node {
  enum class condition : std::uint8_t {
    running,
    restarting,  ///< a restart failed and is tried again
    undefined,   ///< does not run
    busy         ///< a supervisor that did not tell its children in time: `children` is empty for that reason
  };
  std::string id;  ///< the child's; of the top process its module
  pb_pid pid = 0;
  std::string name;
  std::string module;
  std::string application;
  child_type type = child_type::worker;
  restart_type restart = restart_type::temporary;
  condition state = condition::running;
  std::vector<tree_node> children;  ///< in start order
};
std::string_view word(tree_node::condition state) noexcept;

struct application_tree {
  application_info application;
  std::vector<tree_node> top;  ///< one, or none where no process runs
};

}  // namespace patchbay::behaviour
