#pragma once
// Asks a loaded library for its table.
#include <string>

#include <patchbay/abi.h>

#include "port/dylib.hpp"
#include "port/outcome.hpp"

namespace patchbay::code {

/// Calls the library's entry once. Errors: missing_entry; entry_failed (it answered NULL, threw, or its table is of another ABI major or
/// needs capabilities that the host does not offer), worded with what it said; `where` names the file.
/// REQUIRES: host outlives the library.
outcome<const pb_plugin*> run_entry(const port::dylib& library, const pb_host& host, const std::string& where);

}  // namespace patchbay::code
