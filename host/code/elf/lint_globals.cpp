#include "code/elf/lint_globals.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace patchbay::code {
namespace {

/// What crt files and compilers put into every library.
bool made_by_tools(const std::string& name, bool sanitized) {
  static constexpr std::array exact{"__dso_handle", "__TMC_END__", "__frame_dummy_init_array_entry"};
  static constexpr std::array before{"completed.", "DW.ref."};
  static constexpr std::array sanitizers{"__asan_",  "___asan_",     "__odr_asan", "__tsan_",
                                         "__ubsan_", "__sanitizer_", "__sancov"};
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  return std::find(exact.begin(), exact.end(), name) != exact.end() ||
         std::any_of(before.begin(), before.end(), begins) ||
         (sanitized && std::any_of(sanitizers.begin(), sanitizers.end(), begins));
}

bool from_known_library(const std::string& name) {
  static constexpr std::array outer{"std", "__gnu_cxx", "__cxxabiv1", "cereal", "fmt", "patchbay"};
  const auto outermost = outermost_name(name);
  return std::find(outer.begin(), outer.end(), outermost) != outer.end() || outermost.starts_with("patchbay_module_");
}

/// gcc calls a function's static `count.0`: people write `count`.
std::string without_number(const std::string& name) {
  const auto dot = name.rfind('.');
  const bool numbered = dot != std::string::npos && dot != 0 && dot + 1 < name.size() &&
                        name.find_first_not_of("0123456789", dot + 1) == std::string::npos;
  return numbered ? name.substr(0, dot) : name;
}

std::string without_guard(const std::string& shown) {
  constexpr std::string_view guard = "guard variable for ";
  return shown.starts_with(guard) ? shown.substr(guard.size()) : shown;
}

}  // namespace

void lint_globals(const std::vector<elf_symbol>& symbols, const elf_file& file, const lint_options& options,
                  std::vector<finding>& findings) {
  const auto declared = [&](const std::string& name) {
    return std::find(options.globals.begin(), options.globals.end(), name) != options.globals.end();
  };
  for (const auto& symbol : symbols) {
    const bool data = symbol.type == STT_OBJECT || symbol.type == STT_TLS || symbol.type == STT_COMMON ||
                      (symbol.type == STT_NOTYPE && symbol.size != 0);
    if (!data || symbol.name.empty() || !file.stays_writable(symbol)) continue;
    if (made_by_tools(symbol.name, options.sanitizer != "none") || from_known_library(symbol.name)) continue;
    const auto shown = without_guard(demangle(without_number(symbol.name)));
    if (declared(symbol.name) || declared(without_number(symbol.name)) || declared(shown)) continue;
    const bool told = std::any_of(findings.begin(), findings.end(), [&](const finding& earlier) {
      return earlier.rule == "writable_global" && earlier.symbol == shown;
    });
    if (told) continue;
    findings.push_back(
        {"writable_global", shown,
         "a writable " + std::string(symbol.type == STT_TLS ? "thread_local" : "global") +
             " starts afresh in every version; move it into a server's state, make it const, or name it under "
             "'globals' in the app file"});
  }
}

}  // namespace patchbay::code
