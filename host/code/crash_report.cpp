#include "code/crash_report.hpp"

#include <unistd.h>

#include <elf.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>
#include <vector>

#include "code/elf/elf_file.hpp"
#include "code/elf/lint.hpp"
#include "port/memory.hpp"

namespace patchbay::code {
namespace {

/// At once: what comes after may fail.
void say(std::string line) {
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const auto written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string hex(std::uintptr_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class symboliser {
 public:
  symboliser() {
    if (auto found = port::read_mappings()) mappings_ = std::move(*found);
  }

  /// `sequence_server::handle_call(…)+0x1f (sequence-1.0.0.g1.so+0x4a30)`
  std::string name(std::uintptr_t at) {
    const auto mapping = std::find_if(mappings_.begin(), mappings_.end(),
                                      [at](const port::mapping& each) { return each.range.contains(at); });
    if (mapping == mappings_.end()) return "no code is there";
    if (mapping->name.empty() || mapping->name.front() != '/') return "(" + mapping->name + ")";
    // Mappings are in the order of their addresses: the first of a file is where it was loaded.
    const auto first = std::find_if(mappings_.begin(), mappings_.end(),
                                    [&](const port::mapping& each) { return each.name == mapping->name; });
    const std::uintptr_t offset = at - first->range.begin;
    const std::string place = " (" + file_name(mapping->name) + "+" + hex(offset) + ")";
    const auto& symbols = functions(mapping->name);
    auto next = std::upper_bound(symbols.begin(), symbols.end(), offset,
                                 [](std::uint64_t value, const elf_symbol& each) { return value < each.address; });
    if (next == symbols.begin()) return "?" + place;
    --next;
    if (next->size != 0 && offset >= next->address + next->size) return "?" + place;
    return demangle(next->name) + "+" + hex(offset - next->address) + place;
  }

 private:
  const std::vector<elf_symbol>& functions(const std::string& path) {
    const auto [known, added] = by_file_.try_emplace(path);
    if (!added) return known->second;
    const auto file = elf_file::open(path);
    if (!file) return known->second;
    auto symbols = file->symbols();
    if (symbols.empty()) symbols = file->dynamic_symbols();
    std::erase_if(symbols, [](const elf_symbol& each) { return each.type != STT_FUNC || each.section == SHN_UNDEF; });
    std::sort(symbols.begin(), symbols.end(),
              [](const elf_symbol& a, const elf_symbol& b) { return a.address < b.address; });
    return known->second = std::move(symbols);
  }

  std::vector<port::mapping> mappings_;
  std::map<std::string, std::vector<elf_symbol>> by_file_;
};

}  // namespace

void write_crash_report(const port::fatal_signal& what, const char* program,
                        const std::function<std::string()>& where) noexcept {
  try {
    const std::string word(port::fatal_signal_word(what.number));
    say(std::string(program) + ": " + word + (what.faulted ? " at address " + hex(what.address) : "") + " " + where());
    symboliser names;
    for (std::size_t i = 0; i < what.count; ++i) {
      // Return addresses lie behind their calls: the byte before belongs to the caller for sure.
      const std::uintptr_t at = what.frames[i] - (i == 0 ? 0 : 1);
      say("  #" + std::to_string(i) + " " + hex(what.frames[i]) + " " + names.name(at));
    }
  } catch (...) {
    say(std::string(program) + ": the stack could not be shown to its end");
  }
}

}  // namespace patchbay::code
