#pragma once
// A state, taken out of a live server without looking at it again.
#include <string>
#include <utility>

#include <patchbay/abi.h>

namespace patchbay::release {

/// An object of a type in storage of its own.
class owned {
 public:
  explicit owned(const pb_type& type);
  owned(owned&& other) noexcept : type_(other.type_), storage_(other.take_storage()), full_(other.full_) {
    other.full_ = false;
  }
  owned& operator=(owned&&) = delete;
  ~owned();

  /// nullptr: there was no memory.
  [[nodiscard]] void* storage() const noexcept { return storage_; }
  [[nodiscard]] const pb_type& type() const noexcept { return type_; }
  void fill() noexcept { full_ = true; }
  /// The object is someone else's from now on.
  void* take() noexcept {
    full_ = false;
    return take_storage();
  }

 private:
  void* take_storage() noexcept { return std::exchange(storage_, nullptr); }
  const pb_type& type_;
  void* storage_;
  bool full_ = false;
};

/// What `from` holds, on its way to an object of type `to`: copied where the memory is alike, else as bytes. Two steps, so that the live object
/// is needed for the first alone.
class private_copy {
 public:
  private_copy(const pb_type& from, const pb_type& to) : from_(from), made_(to) {}

  /// Runs code of `from`. Empty text: done. Otherwise why not.
  std::string read(const void* object);
  /// The same object's bytes. REQUIRES: read() of it has succeeded. Empty text: done.
  std::string encode(const void* object, std::string& into) const;
  /// Runs code of `to`. Afterwards made() holds the object.
  std::string finish();
  [[nodiscard]] owned& made() noexcept { return made_; }

 private:
  const pb_type& from_;
  owned made_;
  std::string bytes_;
  bool copied_ = false;
};

/// Why a step did not succeed, as a sentence says it.
std::string step_failed(const char* what, pb_status status, const std::string& text);

}  // namespace patchbay::release
