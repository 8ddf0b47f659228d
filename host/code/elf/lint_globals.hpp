#pragma once
// The part of the lint that looks at data; private to this folder.
#include "code/elf/lint.hpp"

namespace patchbay::code {

/// writable_global: data that stays writable, is not the tool chain's or the SDK's, and is not declared.
void lint_globals(const std::vector<elf_symbol>& symbols, const elf_file& file, const lint_options& options,
                  std::vector<finding>& findings);

}  // namespace patchbay::code
