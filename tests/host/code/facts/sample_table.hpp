#pragma once
// A whole plugin table of plain C, as a plugin hands it over, whose every part a test may spoil.
#include <string>

#include <patchbay/abi.h>

namespace patchbay::code {

/// `counter` 2.0.0: a gen_server with a call, a cast, a timeout, an import and a migration, and a supervisor over it. The members point
/// at each other: neither copied nor moved.
struct sample_table {
  sample_table();
  sample_table(const sample_table&) = delete;
  sample_table& operator=(const sample_table&) = delete;

  pb_type state, old_state, bump, bump_reply, reset, stash, stash_reply;
  pb_message call, cast, timeout;
  pb_message* messages[3];
  pb_import import;
  pb_import* imports[1];
  pb_migration migration;
  const pb_migration* migrations[1];
  pb_module server, supervisor;
  const pb_module* modules[2];
  pb_plugin plugin;
};

}  // namespace patchbay::code
