#pragma once
// Memory that another process can be given: memfd.
#include <cstddef>
#include <string_view>

#include "port/descriptor.hpp"
#include "port/outcome.hpp"

namespace patchbay::port {

/// A file in memory that holds `content` and can neither grow, shrink nor be written any more, by nobody. Closed on exec. Errors: io.
outcome<descriptor> make_memory_file(const char* name, std::string_view content);

/// Memory that both sides of a descriptor see; zeros at first. Thread: one; what lies in it is the owner's to order.
class shared_memory {
 public:
  shared_memory() = default;
  /// Of its own; descriptor() can be handed to another process. Errors: io.
  static outcome<shared_memory> make(const char* name, std::size_t size);
  /// What another process made. `size` at least is there, or this fails: an access beyond would be SIGBUS. Errors: io.
  static outcome<shared_memory> open(descriptor from, std::size_t size);
  shared_memory(shared_memory&& other) noexcept;
  shared_memory& operator=(shared_memory&& other) noexcept;
  ~shared_memory();

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] const descriptor& file() const noexcept { return file_; }

 private:
  descriptor file_;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

/// The content of a memory file, for reading. Thread: any.
class memory_view {
 public:
  /// Errors: io (no sealed memory file: its maker could cut it short under the reader).
  static outcome<memory_view> map(descriptor from);
  memory_view(memory_view&& other) noexcept;
  memory_view& operator=(memory_view&&) = delete;
  ~memory_view();

  [[nodiscard]] std::string_view bytes() const noexcept { return {static_cast<const char*>(data_), size_}; }

 private:
  memory_view() = default;
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace patchbay::port
