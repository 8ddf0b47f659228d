#include "code/elf/lint.hpp"

#include <elf.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "code/elf/lint_globals.hpp"
#include "patchbay/abi.h"

namespace patchbay::code {
namespace {

using findings_list = std::vector<finding>;

bool defined(const elf_symbol& symbol) { return symbol.section != SHN_UNDEF; }

void lint_dynamic_symbols(const std::vector<elf_symbol>& symbols, const lint_options& options,
                          findings_list& findings) {
  bool entry = false;
  for (const auto& symbol : symbols) {
    if (!defined(symbol)) {
      if (symbol.name == "__cxa_thread_atexit" || symbol.name == "__cxa_thread_atexit_impl") {
        findings.push_back({"thread_atexit", symbol.name,
                            "a thread_local with a destructor keeps the library mapped until every thread has ended; "
                            "use a plain type, "
                            "or the server's state"});
      }
      continue;
    }
    if (symbol.name == PB_ENTRY_NAME && symbol.type == STT_FUNC) {
      entry = true;
      continue;
    }
    if (symbol.binding == STB_GNU_UNIQUE) {
      findings.push_back(
          {"gnu_unique", demangle(symbol.name),
           "a GNU-unique symbol makes the loader keep the library for good and share it between versions; compile with "
           "-fno-gnu-unique, as patchbay_add_plugin() does"});
    }
    const bool public_one =
        symbol.binding != STB_LOCAL && (symbol.visibility == STV_DEFAULT || symbol.visibility == STV_PROTECTED);
    const bool sanitizers_own =
        options.sanitizer != "none" && (symbol.name.starts_with("__odr_asan") || symbol.name.starts_with("__asan_"));
    if (public_one && !sanitizers_own) {
      findings.push_back({"exports", demangle(symbol.name),
                          "a plugin exports nothing but " PB_ENTRY_NAME
                          "; compile with hidden visibility and link with the version "
                          "script of patchbay_add_plugin()"});
    }
  }
  if (!entry) {
    findings.push_back(
        {"missing_entry", PB_ENTRY_NAME,
         "the library does not export its entry; generate it from the app file with patchbay_add_plugin()"});
  }
}

void lint_all_symbols(const std::vector<elf_symbol>& symbols, findings_list& findings) {
  static constexpr std::array allocator{"malloc",       "free",          "calloc",   "realloc",
                                        "reallocarray", "aligned_alloc", "memalign", "posix_memalign",
                                        "valloc",       "pvalloc",       "cfree"};
  static constexpr std::array operators{"_Znw", "_Zna", "_Zdl", "_Zda"};
  // Inline in <new>; builds without optimisation keep them as functions.
  static constexpr std::array placement{"_ZnwmPv", "_ZnamPv", "_ZdlPvS_", "_ZdaPvS_"};
  // Functions that are no templates: a library that defines them has a run-time library linked into it.
  static constexpr std::array runtime{"__cxa_throw",     "__cxa_allocate_exception", "__gxx_personality_v0",
                                      "_ZSt9terminatev", "_ZSt17__throw_bad_allocv", "_Unwind_RaiseException"};
  for (const auto& symbol : symbols) {
    if (!defined(symbol) || (symbol.type != STT_FUNC && symbol.type != STT_GNU_IFUNC)) continue;
    const auto begins = [&](std::string_view prefix) { return symbol.name.starts_with(prefix); };
    const bool in_place = std::find(placement.begin(), placement.end(), symbol.name) != placement.end();
    if ((!in_place && std::any_of(operators.begin(), operators.end(), begins)) ||
        std::find(allocator.begin(), allocator.end(), symbol.name) != allocator.end()) {
      findings.push_back(
          {"own_allocator", demangle(symbol.name),
           "memory that crosses the boundary is freed by the other side's allocator; remove the definition"});
    }
    if (std::find(runtime.begin(), runtime.end(), symbol.name) != runtime.end()) {
      findings.push_back(
          {"static_runtime", demangle(symbol.name),
           "the C++ run-time library is linked in statically; link without -static-libstdc++ and -static-libgcc"});
    }
  }
  if (symbols.empty()) {
    findings.push_back(
        {"no_symtab", ".symtab",
         "without a symbol table neither lint nor crash reports can name anything; do not strip the library"});
  }
}

bool system_library(std::string_view name, const std::string& sanitizer) {
  static constexpr std::array system{
      "libc.so.6",  "libm.so.6",  "libstdc++.so.6",       "libgcc_s.so.1",        "libpthread.so.0",
      "libdl.so.2", "librt.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"};
  if (std::find(system.begin(), system.end(), name) != system.end()) return true;
  const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
  static constexpr std::array address{"libasan.so.", "libubsan.so.", "libclang_rt.asan", "libclang_rt.ubsan"};
  static constexpr std::array thread{"libtsan.so.", "libclang_rt.tsan"};
  if (sanitizer == "address") return std::any_of(address.begin(), address.end(), begins);
  return sanitizer == "thread" && std::any_of(thread.begin(), thread.end(), begins);
}

void lint_needed(const std::string& name, const lint_options& options, findings_list& findings) {
  const auto& allowed = options.allowed_needed;
  if (system_library(name, options.sanitizer) || std::find(allowed.begin(), allowed.end(), name) != allowed.end())
    return;
  findings.push_back({"needed", name,
                      "two versions of the plugin would share the first copy of this library; link it statically, or "
                      "allow it by this name "
                      "in patchbay.toml"});
}

void lint_dynamic(const elf_file& file, const lint_options& options, findings_list& findings) {
  bool static_tls = false;
  bool textrel = false;
  for (const auto& [tag, value, text] : file.dynamic()) {
    if (tag == DT_NEEDED) lint_needed(text, options, findings);
    if (tag == DT_RPATH || tag == DT_RUNPATH) {
      findings.push_back(
          {"runpath", text,
           "a library found beside the plugin would be shared by all versions; link without -rpath (CMake: "
           "SKIP_BUILD_RPATH)"});
    }
    if (tag == DT_FLAGS_1 && (value & DF_1_NODELETE) != 0) {
      findings.push_back({"nodelete", "DF_1_NODELETE", "the loader never unloads it; link without -z nodelete"});
    }
    if (tag == DT_TEXTREL || (tag == DT_FLAGS && (value & DF_TEXTREL) != 0)) textrel = true;
    if (tag == DT_FLAGS && (value & DF_STATIC_TLS) != 0) static_tls = true;
  }
#if defined(__x86_64__)
  static constexpr std::array<std::uint64_t, 2> tpoff{R_X86_64_TPOFF64, R_X86_64_TPOFF32};
#else
  static constexpr std::array<std::uint64_t, 1> tpoff{R_AARCH64_TLS_TPREL};
#endif
  for (const auto type : file.relocation_types()) {
    if (std::find(tpoff.begin(), tpoff.end(), type) != tpoff.end()) static_tls = true;
  }
  if (static_tls) {
    findings.push_back({"static_tls", "DF_STATIC_TLS",
                        "static TLS is a small common block that loading many versions exhausts; compile with "
                        "-ftls-model=global-dynamic and without initial-exec variables"});
  }
  if (textrel) {
    findings.push_back({"textrel", "DT_TEXTREL", "code that is patched while loading; compile everything with -fPIC"});
  }
}

}  // namespace

std::vector<finding> lint(const elf_file& file, const lint_options& options) {
  findings_list findings;
  const auto symbols = file.symbols();
  lint_dynamic_symbols(file.dynamic_symbols(), options, findings);
  lint_dynamic(file, options, findings);
  lint_all_symbols(symbols, findings);
  lint_globals(symbols, file, options, findings);
  if (file.build_id().empty()) {
    findings.push_back({"no_build_id", "NT_GNU_BUILD_ID",
                        "copies are kept and reports are symbolised by build-id; link with --build-id"});
  }
  std::stable_sort(findings.begin(), findings.end(), [](const finding& a, const finding& b) {
    return std::tie(a.rule, a.symbol) < std::tie(b.rule, b.symbol);
  });
  return findings;
}

std::string describe(const std::vector<finding>& findings) {
  std::string text;
  for (const auto& each : findings) text += each.rule + " " + each.symbol + ": " + each.text + "\n";
  return text;
}

}  // namespace patchbay::code
