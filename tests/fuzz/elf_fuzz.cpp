// A file that is said to be a plugin: read, linted and shown without a word believed; and its facts.
#include "code/elf/elf_file.hpp"
#include "code/elf/lint.hpp"
#include "code/elf/note_check.hpp"
#include "code/facts/facts.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace patchbay;
  const auto bytes = fuzz::text_of(data, size);
  (void)code::facts_from_json(bytes, "x.facts.json");
  static const fuzz::file_input file("x.so");
  const auto opened = code::elf_file::open(file.with(bytes));
  if (!opened) return 0;
  (void)opened->build_id();
  (void)opened->symbols();
  (void)code::describe(code::lint(*opened, {}));
  if (const auto note = opened->note()) (void)code::check_note(*note, code::build_facts::own(), "", "", "x");
  return 0;
}
