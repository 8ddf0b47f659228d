#pragma once
// All that can be said against a library before any code of it runs.
#include <filesystem>
#include <string>
#include <vector>

#include "code/facts/facts.hpp"
#include "code/library/load_request.hpp"
#include "port/outcome.hpp"

namespace patchbay::code {

/// Checks a private copy, or the file itself: hash, ELF, note, facts file, its bytes against the facts' hash, lint, in that order. The value
/// is what the facts file says, which the loaded table must equal. Errors: altered, those of elf_file::open, check_note and read_facts;
/// facts_differ, damaged, lint, missing_entry; they name the library that was copied.
outcome<plugin_facts> verify(const std::filesystem::path& copy, const load_request& request,
                             const std::vector<std::string>& allowed_needed);

}  // namespace patchbay::code
