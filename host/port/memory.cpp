#include "port/memory.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <sstream>

#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

std::uint64_t number(std::string_view text, int base) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

/// `7f00-7f10 rw-p 00000000 fd:01 123   /path`
mapping parse(const std::string& line) {
  std::istringstream words(line);
  std::string range, rights, offset, device, inode;
  words >> range >> rights >> offset >> device >> inode >> std::ws;
  rights.resize(4, '-');
  mapping found;
  std::getline(words, found.name);
  const auto dash = range.find('-');
  const auto colon = device.find(':');
  if (dash == std::string::npos || colon == std::string::npos) return found;
  const std::string_view view(range);
  found.range = {number(view.substr(0, dash), 16), number(view.substr(dash + 1), 16)};
  found.readable = rights[0] == 'r';
  found.writable = rights[1] == 'w';
  found.executable = rights[2] == 'x';
  found.shared = rights[3] == 's';
  const auto major = number(std::string_view(device).substr(0, colon), 16);
  const auto minor = number(std::string_view(device).substr(colon + 1), 16);
  found.file.device = (major << 32U) | minor;
  found.file.inode = number(inode, 10);
  return found;
}

}  // namespace

outcome<std::vector<mapping>> read_mappings() {
  std::ifstream in("/proc/self/maps");
  std::vector<mapping> all;
  for (std::string line; std::getline(in, line);) all.push_back(parse(line));
  if (all.empty()) return error{"io", "cannot read /proc/self/maps; mount /proc"};
  return all;
}

void trim_heap() noexcept { ::malloc_trim(0); }

outcome<std::uint64_t> resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (!(in >> pages >> resident)) return error{"io", "cannot read /proc/self/statm; mount /proc"};
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

memory_reader::memory_reader() : memory_(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC)) {}

std::size_t memory_reader::read(std::uintptr_t from, void* to, std::size_t size) const noexcept {
  const auto n = ::pread(memory_.get(), to, size, static_cast<off_t>(from));
  return n < 0 ? 0 : static_cast<std::size_t>(n);
}

outcome<void> hold_range(const address_range& range) {
  void* wanted = std::bit_cast<void*>(range.begin);
  void* got =
      ::mmap(wanted, range.size(), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (got == MAP_FAILED) return io_error("cannot hold the range of an unloaded library", errno);
  if (got != wanted) {  // a kernel before 4.17 takes the address as a hint
    ::munmap(got, range.size());
    return error{"io", "cannot hold the range of an unloaded library: something else lies there"};
  }
  return {};
}

void give_back_range(const address_range& range) noexcept { ::munmap(std::bit_cast<void*>(range.begin), range.size()); }

}  // namespace patchbay::port
