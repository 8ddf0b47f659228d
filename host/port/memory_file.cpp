#include "port/memory_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "port/system_error.hpp"

namespace patchbay::port {
namespace {

constexpr int fixed = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL;

outcome<descriptor> create(const char* name) {
  descriptor file(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return io_error("cannot make a file in memory", errno);
  return file;
}

}  // namespace

outcome<descriptor> make_memory_file(const char* name, std::string_view content) {
  auto file = create(name);
  if (!file) return file.failure();
  while (!content.empty()) {
    const auto written = ::write(file->get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return io_error("cannot fill a file in memory", errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fcntl(file->get(), F_ADD_SEALS, fixed) != 0) return io_error("cannot seal a file in memory", errno);
  return file;
}

outcome<shared_memory> shared_memory::make(const char* name, std::size_t size) {
  auto file = create(name);
  if (!file) return file.failure();
  if (::ftruncate(file->get(), static_cast<off_t>(size)) != 0) return io_error("cannot size a file in memory", errno);
  return open(std::move(*file), size);
}

outcome<shared_memory> shared_memory::open(descriptor from, std::size_t size) {
  struct stat about {};
  if (::fstat(from.get(), &about) != 0) return io_error("cannot look at shared memory", errno);
  if (about.st_size < static_cast<off_t>(size)) return error{"io", "shared memory is shorter than it should be"};
  void* const data = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, from.get(), 0);
  if (data == MAP_FAILED) return io_error("cannot map shared memory", errno);
  shared_memory made;
  made.file_ = std::move(from);
  made.data_ = data;
  made.size_ = size;
  return made;
}

shared_memory::shared_memory(shared_memory&& other) noexcept
    : file_(std::move(other.file_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

shared_memory& shared_memory::operator=(shared_memory&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

shared_memory::~shared_memory() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

outcome<memory_view> memory_view::map(descriptor from) {
  const int seals = ::fcntl(from.get(), F_GET_SEALS);
  if (seals < 0 || (seals & fixed) != fixed) {
    return error{"io", "what should be a sealed file in memory is none"};
  }
  struct stat about {};
  if (::fstat(from.get(), &about) != 0) return io_error("cannot look at a file in memory", errno);
  memory_view made;
  if (about.st_size == 0) return made;
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, from.get(), 0);
  if (data == MAP_FAILED) return io_error("cannot map a file in memory", errno);
  made.data_ = data;
  made.size_ = size;
  return made;
}

memory_view::memory_view(memory_view&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

memory_view::~memory_view() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace patchbay::port
