#include "code/library/verify.hpp"

#include <algorithm>

#include "code/elf/elf_file.hpp"
#include "code/elf/lint.hpp"
#include "code/elf/note_check.hpp"
#include "port/digest.hpp"

namespace patchbay::code {
namespace {

outcome<void> agree(const plugin_facts& facts, const load_request& request, const std::string& build_id) {
  const auto differ = [&](const std::string& what, const std::string& file,
                          const std::string& library) -> outcome<void> {
    if (file == library) return {};
    return error{"facts_differ", request.facts.string() + ": its " + what + " is '" + file + "', that of " +
                                     request.library.string() + " is '" + library + "'; take both from one build"};
  };
  if (auto same = differ("build_id", facts.build_id, build_id); !same) return same;
  if (auto same = differ("application", facts.application, request.application); !same) return same;
  return differ("version", facts.version, request.version);
}

// A flipped bit leaves the build-id as it was.
outcome<void> undamaged(const plugin_facts& facts, const load_request& request, const elf_file& file) {
  const auto now = port::sha256_hex(file.bytes());
  if (now == facts.sha256) return {};
  return error{"damaged", request.library.string() + ": has the build-id of the build that " + request.facts.string() +
                              " was written for, but not its bytes (sha256 " + now + ", there " + facts.sha256 +
                              "): damaged, or changed after the build; take both from one build again"};
}

}  // namespace

outcome<plugin_facts> verify(const std::filesystem::path& copy, const load_request& request,
                             const std::vector<std::string>& allowed_needed) {
  const std::string where = request.library.string();
  // On the copy: nobody else can change that any more.
  if (!request.sha256.empty()) {
    const auto sum = port::sha256_of(copy);
    if (!sum) return sum.failure();
    if (*sum != request.sha256) {
      return error{"altered",
                   where + " is not as it was packed; `relup remove` its release and unpack the package again"};
    }
  }
  const auto file = elf_file::open(copy, where);
  if (!file) return file.failure();
  const auto note = file->note();
  if (!note) return note.failure();
  if (auto fits = check_note(*note, build_facts::own(), request.application, request.version, where); !fits)
    return fits.failure();
  auto facts = read_facts(request.facts);
  if (!facts) return facts.failure();
  if (auto same = agree(*facts, request, file->build_id()); !same) return same.failure();
  if (auto whole = undamaged(*facts, request, *file); !whole) return whole.failure();
  lint_options options{allowed_needed, request.globals, "none"};
  if (const auto sanitizer = note->find("sanitizer"); sanitizer != note->end()) options.sanitizer = sanitizer->second;
  const auto findings = lint(*file, options);
  if (findings.empty()) return facts;
  const bool entry_missing =
      std::any_of(findings.begin(), findings.end(), [](const finding& each) { return each.rule == "missing_entry"; });
  return error{entry_missing ? "missing_entry" : "lint",
               where + " could not be unloaded or kept apart from other versions:\n" + describe(findings)};
}

}  // namespace patchbay::code
