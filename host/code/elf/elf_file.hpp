#pragma once
// A plugin's file as ELF, read without running any of it and without trusting any of it.
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "port/address_range.hpp"
#include "port/outcome.hpp"

namespace patchbay::code {

/// One symbol of .symtab or .dynsym.
struct elf_symbol {
  std::string name;
  unsigned type = 0;     ///< STT_*
  unsigned binding = 0;  ///< STB_*
  unsigned visibility = 0;
  unsigned section = 0;  ///< SHN_UNDEF: defined elsewhere
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

/// Fixed after open. Thread: any, one at a time (libelf caches what it reads).
class elf_file {
 public:
  /// Reads a file of at most 1 GiB whole, and checks that every table, segment and section lies within it. Errors call it `shown_as`
  /// where that is not empty.
  /// Errors: io, too_large, not_elf, truncated, wrong_class (not 64 bit little-endian), wrong_machine, not_shared (no shared library).
  static outcome<elf_file> open(const std::filesystem::path& file, const std::string& shown_as = {});
  elf_file(elf_file&&) noexcept;
  elf_file& operator=(elf_file&&) noexcept;
  ~elf_file();

  /// The whole file. Valid as long as this is.
  [[nodiscard]] std::string_view bytes() const;
  /// Lower-case hex of NT_GNU_BUILD_ID; empty where there is none.
  [[nodiscard]] std::string build_id() const;
  /// The lines of the Patchbay note by their keys. Errors: no_note, bad_note.
  [[nodiscard]] outcome<std::map<std::string, std::string>> note() const;

  [[nodiscard]] std::vector<elf_symbol> dynamic_symbols() const;
  /// Empty where the file was stripped.
  [[nodiscard]] std::vector<elf_symbol> symbols() const;
  struct dynamic_entry {
    std::int64_t tag;
    std::uint64_t value;
    std::string text;  ///< for tags that name a string
  };
  [[nodiscard]] std::vector<dynamic_entry> dynamic() const;
  /// Types of all relocations that the loader applies, each once.
  [[nodiscard]] std::vector<std::uint64_t> relocation_types() const;
  /// True where a symbol's section stays writable after relocation: SHF_WRITE and outside PT_GNU_RELRO.
  [[nodiscard]] bool stays_writable(const elf_symbol& symbol) const;

 private:
  struct image;
  explicit elf_file(std::unique_ptr<image> content);
  std::unique_ptr<image> image_;
};

}  // namespace patchbay::code
