#pragma once
// Refuses what could not be unloaded, or would be shared between generations by accident (DESIGN.md section 4).
#include <string>
#include <vector>

#include "code/elf/elf_file.hpp"

namespace patchbay::code {

struct lint_options {
  std::vector<std::string> allowed_needed;  ///< DT_NEEDED names beyond the system's own
  std::vector<std::string> globals;         ///< writable data symbols that the app file declares
  std::string sanitizer = "none";           ///< of the note: whose runtime may be needed
};

/// One thing that is wrong with a library.
struct finding {
  std::string
      rule;  ///< gnu_unique, nodelete, static_tls, thread_atexit, exports, textrel, own_allocator, static_runtime, runpath,
             ///< needed, no_symtab, no_build_id, writable_global, missing_entry
  std::string symbol;  ///< demangled; or the library's or section's name; may be empty
  std::string text;    ///< what it means and what to do
};

/// All findings, by rule. Empty: the library can be loaded, replaced and unloaded.
std::vector<finding> lint(const elf_file& file, const lint_options& options);

/// One line per finding: `writable_global total: …`
std::string describe(const std::vector<finding>& findings);

/// `ns::name(int)` of a C++ symbol, the symbol itself otherwise.
std::string demangle(const std::string& symbol);

/// The outermost namespace or name in a mangled symbol: `cereal` of _ZZN6cereal6detail…, empty where the symbol is not mangled.
std::string outermost_name(const std::string& symbol);

}  // namespace patchbay::code
