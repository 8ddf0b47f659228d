#pragma once
// One loaded copy of a plugin.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <patchbay/abi.h>

#include "code/facts/facts.hpp"
#include "port/dylib.hpp"
#include "port/files.hpp"
#include "process/module.hpp"
#include "process/process_group.hpp"

namespace patchbay::code {

/// What a generation is to its application.
///   loaded -> serving            published: new processes start in it
///   loaded -> retired            its swap was aborted: it never served
///   serving -> retired           another generation was published
///   retired -> (gone)            purged and shown to be unmapped
enum class generation_status { loaded, serving, retired };

/// Thread: the code server's mutex guards status; all else is fixed after load, but for `group`, which guards itself.
struct generation {
  std::uint64_t number = 0;  ///< unique in a host's life; shown as gN
  std::string application;
  std::string version;
  std::string build_id;
  std::filesystem::path source;  ///< where it was copied from
  std::filesystem::path copy;    ///< the private copy that is mapped
  plugin_facts facts;
  generation_status status = generation_status::loaded;
  bool served = false;
  const pb_plugin* table = nullptr;
  port::dylib library;
  port::file_id mapped_file;  ///< as the kernel names it in this process's mappings
  /// Residents, gate, and the count of payloads and threads that still need this code.
  process::process_group group;
  std::vector<std::unique_ptr<process::module>> modules;

  [[nodiscard]] process::module* find(std::string_view module) const;
  /// `sequence-2.0.0 (g3)`
  [[nodiscard]] std::string label() const;
};

}  // namespace patchbay::code
