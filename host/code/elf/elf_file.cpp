#include "code/elf/elf_file.hpp"

#include <gelf.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include "patchbay/abi.h"
#include "port/files.hpp"

namespace patchbay::code {
namespace {

#if defined(__x86_64__)
constexpr unsigned own_machine = EM_X86_64;
constexpr std::string_view own_machine_name = "x86-64";
#elif defined(__aarch64__)
constexpr unsigned own_machine = EM_AARCH64;
constexpr std::string_view own_machine_name = "aarch64";
#else
#error "name this machine's ELF number here"
#endif

struct closer {
  void operator()(Elf* elf) const noexcept { elf_end(elf); }
};

bool inside(std::uint64_t offset, std::uint64_t size, std::uint64_t whole) {
  return offset <= whole && size <= whole - offset;
}

}  // namespace

struct elf_file::image {
  std::string shown;  // what errors call it
  std::string bytes;
  std::unique_ptr<Elf, closer> elf;  // reads `bytes` in place
  std::vector<port::address_range> relro;

  [[nodiscard]] outcome<void> check_identity() const;
  [[nodiscard]] outcome<void> check_bounds() const;

  [[nodiscard]] std::string text(std::size_t table, std::size_t offset) const {
    const char* found = elf_strptr(elf.get(), table, offset);
    return found != nullptr ? found : std::string();
  }
  /// Every section of a type.
  template <class Visit>
  void each_section(Visit visit) const {
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf.get(), section)) != nullptr) {
      GElf_Shdr header;
      if (gelf_getshdr(section, &header) != nullptr) visit(section, header);
    }
  }
  template <class Visit>
  void each_segment(Visit visit) const {
    std::size_t count = 0;
    if (elf_getphdrnum(elf.get(), &count) != 0) return;
    for (std::size_t i = 0; i < count; ++i) {
      GElf_Phdr header;
      if (gelf_getphdr(elf.get(), static_cast<int>(i), &header) != nullptr) visit(header);
    }
  }
  template <class Visit>
  void each_note(Visit visit) const {
    each_segment([&](const GElf_Phdr& segment) {
      if (segment.p_type != PT_NOTE) return;
      Elf_Data* data = elf_getdata_rawchunk(elf.get(), static_cast<std::int64_t>(segment.p_offset), segment.p_filesz,
                                            segment.p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
      if (data == nullptr) return;
      GElf_Nhdr note;
      std::size_t owner_at = 0;
      std::size_t content = 0;
      for (std::size_t at = 0; (at = gelf_getnote(data, at, &note, &owner_at, &content)) != 0;) {
        const auto* base = static_cast<const char*>(data->d_buf);
        std::string_view owner(base + owner_at, note.n_namesz);
        if (!owner.empty() && owner.back() == '\0') owner.remove_suffix(1);
        visit(owner, note.n_type, std::string_view(base + content, note.n_descsz));
      }
    });
  }
  [[nodiscard]] std::vector<elf_symbol> symbols(unsigned section_type) const;
};

outcome<void> elf_file::image::check_identity() const {
  if (bytes.size() < EI_NIDENT || std::memcmp(bytes.data(), ELFMAG, SELFMAG) != 0) {
    const bool cut = bytes.size() >= SELFMAG && std::memcmp(bytes.data(), ELFMAG, SELFMAG) == 0;
    if (cut) return error{"truncated", shown + ": cut off within the ELF header; copy it again"};
    return error{"not_elf", shown + ": not an ELF file; a plugin is a shared library made by patchbay_add_plugin()"};
  }
  if (bytes[EI_CLASS] != ELFCLASS64 || bytes[EI_DATA] != ELFDATA2LSB) {
    return error{"wrong_class", shown + ": not a 64 bit little-endian ELF file; build it for this machine"};
  }
  if (bytes.size() < sizeof(Elf64_Ehdr)) {
    return error{"truncated", shown + ": cut off within the ELF header; copy it again"};
  }
  Elf64_Ehdr header;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.e_machine != own_machine) {
    return error{"wrong_machine", shown + ": built for ELF machine " + std::to_string(header.e_machine) +
                                      ", this host runs on " + std::string(own_machine_name) + " (" +
                                      std::to_string(own_machine) + "); build it for this machine"};
  }
  if (header.e_type != ET_DYN) {
    return error{"not_shared", shown + ": an ELF file, but no shared library; link it with patchbay_add_plugin()"};
  }
  return {};
}

outcome<void> elf_file::image::check_bounds() const {
  const auto size = bytes.size();
  const error cut{"truncated",
                  shown + ": its tables point beyond its " + std::to_string(size) + " bytes; copy it again"};
  GElf_Ehdr header;
  std::size_t segments = 0;
  std::size_t sections = 0;
  if (gelf_getehdr(elf.get(), &header) == nullptr) return cut;
  if (elf_getphdrnum(elf.get(), &segments) != 0 || elf_getshdrnum(elf.get(), &sections) != 0) return cut;
  if (segments > 1024 || sections > (1U << 20U))
    return error{"not_elf", shown + ": more segments or sections than any linker makes"};
  if (!inside(header.e_phoff, segments * sizeof(Elf64_Phdr), size)) return cut;
  if (!inside(header.e_shoff, std::max<std::size_t>(sections, header.e_shnum) * sizeof(Elf64_Shdr), size)) return cut;
  bool whole = true;
  std::size_t seen = 0;
  each_segment([&](const GElf_Phdr& segment) {
    ++seen;
    whole = whole && inside(segment.p_offset, segment.p_filesz, size) &&
            segment.p_vaddr + segment.p_memsz >= segment.p_vaddr;
  });
  each_section([&](Elf_Scn*, const GElf_Shdr& section) {
    whole = whole && (section.sh_type == SHT_NOBITS || inside(section.sh_offset, section.sh_size, size));
  });
  if (!whole || seen != segments) return cut;
  return {};
}

outcome<elf_file> elf_file::open(const std::filesystem::path& file, const std::string& shown_as) {
  auto content = std::make_unique<image>();
  content->shown = shown_as.empty() ? file.string() : shown_as;
  auto bytes = port::read_file(file, std::size_t{1} << 30U);
  if (!bytes) return bytes.failure();
  content->bytes = std::move(bytes.value());
  if (auto known = content->check_identity(); !known) return known.failure();
  if (elf_version(EV_CURRENT) == EV_NONE) return error{"not_elf", "libelf is older than its headers; reinstall libelf"};
  content->elf.reset(elf_memory(content->bytes.data(), content->bytes.size()));
  if (!content->elf || elf_kind(content->elf.get()) != ELF_K_ELF) {
    return error{"not_elf", content->shown + ": " + elf_errmsg(-1)};
  }
  if (auto whole = content->check_bounds(); !whole) return whole.failure();
  content->each_segment([&](const GElf_Phdr& segment) {
    if (segment.p_type == PT_GNU_RELRO) content->relro.push_back({segment.p_vaddr, segment.p_vaddr + segment.p_memsz});
  });
  return elf_file(std::move(content));
}

elf_file::elf_file(std::unique_ptr<image> content) : image_(std::move(content)) {}
elf_file::elf_file(elf_file&&) noexcept = default;
elf_file& elf_file::operator=(elf_file&&) noexcept = default;
elf_file::~elf_file() = default;

std::string_view elf_file::bytes() const { return image_->bytes; }

std::string elf_file::build_id() const {
  std::string hex;
  image_->each_note([&](std::string_view owner, unsigned type, std::string_view content) {
    if (owner != "GNU" || type != NT_GNU_BUILD_ID || !hex.empty()) return;
    for (const char byte : content) {
      constexpr std::string_view digits = "0123456789abcdef";
      hex += digits[static_cast<unsigned char>(byte) >> 4U];
      hex += digits[static_cast<unsigned char>(byte) & 15U];
    }
  });
  return hex;
}

outcome<std::map<std::string, std::string>> elf_file::note() const {
  std::string text;
  bool found = false;
  image_->each_note([&](std::string_view owner, unsigned type, std::string_view content) {
    if (owner != PB_NOTE_NAME || type != PB_NOTE_TYPE) return;
    found = true;
    text.append(content.substr(0, content.find('\0')));
    text += '\n';
  });
  if (!found) {
    return error{"no_note", image_->shown + ": no " PB_NOTE_SECTION
                                            " note, so it is no plugin; build it with patchbay_add_plugin()"};
  }
  std::map<std::string, std::string> lines;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (line.empty()) continue;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0 ||
        !lines.emplace(line.substr(0, equals), line.substr(equals + 1)).second) {
      return error{"bad_note", image_->shown + ": its note has the line '" + std::string(line.substr(0, 80)) +
                                   "', which is not key=value or comes twice; build it again"};
    }
  }
  return lines;
}

std::vector<elf_symbol> elf_file::image::symbols(unsigned section_type) const {
  std::vector<elf_symbol> all;
  each_section([&](Elf_Scn* section, const GElf_Shdr& header) {
    if (header.sh_type != section_type || header.sh_entsize != sizeof(Elf64_Sym)) return;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr) return;
    const auto count = data->d_size / sizeof(Elf64_Sym);
    for (std::size_t i = 1; i < count; ++i) {
      GElf_Sym raw;
      if (gelf_getsym(data, static_cast<int>(i), &raw) == nullptr) continue;
      const unsigned type = GELF_ST_TYPE(raw.st_info);
      const unsigned bind = GELF_ST_BIND(raw.st_info);
      const unsigned visibility = GELF_ST_VISIBILITY(raw.st_other);
      all.push_back(
          {text(header.sh_link, raw.st_name), type, bind, visibility, raw.st_shndx, raw.st_value, raw.st_size});
    }
  });
  return all;
}

std::vector<elf_symbol> elf_file::dynamic_symbols() const { return image_->symbols(SHT_DYNSYM); }
std::vector<elf_symbol> elf_file::symbols() const { return image_->symbols(SHT_SYMTAB); }

std::vector<elf_file::dynamic_entry> elf_file::dynamic() const {
  std::vector<dynamic_entry> all;
  image_->each_section([&](Elf_Scn* section, const GElf_Shdr& header) {
    if (header.sh_type != SHT_DYNAMIC) return;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr) return;
    for (int i = 0; static_cast<std::size_t>(i) < data->d_size / sizeof(Elf64_Dyn); ++i) {
      GElf_Dyn raw;
      if (gelf_getdyn(data, i, &raw) == nullptr || raw.d_tag == DT_NULL) break;
      const bool named =
          raw.d_tag == DT_NEEDED || raw.d_tag == DT_RPATH || raw.d_tag == DT_RUNPATH || raw.d_tag == DT_SONAME;
      all.push_back({raw.d_tag, raw.d_un.d_val, named ? image_->text(header.sh_link, raw.d_un.d_val) : std::string()});
    }
  });
  return all;
}

std::vector<std::uint64_t> elf_file::relocation_types() const {
  std::set<std::uint64_t> types;
  image_->each_section([&](Elf_Scn* section, const GElf_Shdr& header) {
    if (header.sh_type != SHT_RELA || (header.sh_flags & SHF_ALLOC) == 0) return;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr) return;
    for (std::size_t i = 0; i < data->d_size / sizeof(Elf64_Rela); ++i) {
      GElf_Rela raw;
      if (gelf_getrela(data, static_cast<int>(i), &raw) != nullptr) types.insert(GELF_R_TYPE(raw.r_info));
    }
  });
  return {types.begin(), types.end()};
}

bool elf_file::stays_writable(const elf_symbol& symbol) const {
  GElf_Shdr header;
  Elf_Scn* section = symbol.section == SHN_UNDEF || symbol.section >= SHN_LORESERVE
                         ? nullptr
                         : elf_getscn(image_->elf.get(), symbol.section);
  if (section == nullptr || gelf_getshdr(section, &header) == nullptr || (header.sh_flags & SHF_WRITE) == 0)
    return false;
  if ((header.sh_flags & SHF_TLS) != 0) return true;  // its address is an offset into the thread's block
  return std::none_of(image_->relro.begin(), image_->relro.end(),
                      [&](const port::address_range& range) { return range.contains(symbol.address); });
}

}  // namespace patchbay::code
