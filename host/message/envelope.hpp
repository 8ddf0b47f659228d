#pragma once
// What travels between processes: every signal is an envelope; those that carry a payload are mails.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <patchbay/abi.h>

#include "message/code_use.hpp"

namespace patchbay::message {

enum class signal : std::uint8_t {
  call,
  cast,
  info,
  response,  // of send_request: a reply slot has something for its owner
  timeout,   // a process's idle timeout
  timer,     // one that the process's behaviour started
  exit,      // exit signal
  down,
  link,
  unlink,
  monitor,
  demonitor,
  system,   // a function that runs under the token, in the order of messages
  question  // of a behaviour's own protocol; waits its turn as a call does
};

/// One node of a mailbox. Made by new, ended by drop(); owned by exactly one: sender, mailbox, or receiver.
struct envelope {
  explicit envelope(signal s) noexcept : kind(s) {}
  envelope(const envelope&) = delete;
  envelope& operator=(const envelope&) = delete;
  virtual ~envelope() = default;

  envelope* next = nullptr;
  signal kind;
  pb_pid sender = 0;
};

/// A payload in storage of its own: an object of some type, or the bytes of one.
/// Invariant: while an object is alive its maker's need is counted.
class payload {
 public:
  payload() = default;
  payload(payload&& other) noexcept { take(other); }
  payload& operator=(payload&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~payload() { reset(); }

  /// Moves an object in. `maker` is the generation that the type's functions lie in (nullptr: the program itself).
  /// False where memory could not be had.
  bool set_object(const pb_type& type, void* object, code_use* maker) noexcept;
  /// Storage for one object; construct it there, then adopt(), or give it back by destroying this.
  void* allocate(const pb_type& type) noexcept;
  void adopt(const pb_type& type, code_use* maker) noexcept;
  /// Takes over an object in storage of allocate_storage().
  void own(const pb_type& type, void* object, code_use* maker) noexcept;
  void set_bytes(std::string bytes, std::uint64_t schema_fp, std::uint32_t type_id);
  void reset() noexcept;

  [[nodiscard]] bool empty() const noexcept { return form_ == form::none; }
  [[nodiscard]] bool is_bytes() const noexcept { return form_ == form::bytes; }
  [[nodiscard]] void* object() noexcept { return form_ == form::object ? storage_ : nullptr; }
  [[nodiscard]] const pb_type* type() const noexcept { return type_; }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::uint64_t schema_fp() const noexcept { return schema_fp_; }
  [[nodiscard]] std::uint32_t type_id() const noexcept { return type_id_; }

  /// Constructs an object of `type` in `to` from what this holds: moved where the layouts are equal, else through bytes.
  /// PB_E_UNDEF_MESSAGE where the schema is another.
  pb_status convert(const pb_type& type, void* to, const pb_sink* error);
  /// The encoded form.
  pb_status encode(std::string& out, const pb_sink* error) const;

 private:
  enum class form : std::uint8_t { none, raw, object, bytes };
  void take(payload& other) noexcept;

  form form_ = form::none;
  std::uint32_t type_id_ = 0;
  const pb_type* type_ = nullptr;
  void* storage_ = nullptr;
  code_use* maker_ = nullptr;
  std::uint64_t schema_fp_ = 0;
  std::string bytes_;
};

/// call, cast, info.
struct mail final : envelope {
  using envelope::envelope;
  payload content;
  pb_from from{};  // calls only
};

/// A reply slot of the receiver's has been filled.
struct response final : envelope {
  explicit response(std::uint64_t request_tag) noexcept : envelope(signal::response), tag(request_tag) {}
  std::uint64_t tag;
};

struct timeout final : envelope {
  explicit timeout(std::uint64_t seq) noexcept : envelope(signal::timeout), sequence(seq) {}
  std::uint64_t sequence;
};

struct timer final : envelope {
  explicit timer(std::uint64_t which) noexcept : envelope(signal::timer), number(which) {}
  std::uint64_t number;
};

/// exit and down signals.
struct exit_notice final : envelope {
  using envelope::envelope;
  pb_ref monitor = 0;        // down
  std::uint32_t reason = 0;  // PB_EXIT_*
  bool linked = false;       // exit: sent because of a link, not by exit/2
  std::string text;
};

/// link, unlink, monitor, demonitor: the sender is the other side.
struct relation final : envelope {
  using envelope::envelope;
  pb_ref monitor = 0;
};

/// Appends to a std::string that is the sink's context.
pb_sink string_sink(std::string& out) noexcept;

/// Storage of a type's size and alignment; nullptr where memory could not be had.
void* allocate_storage(const pb_type& type) noexcept;
void release_storage(const pb_type& type, void* storage) noexcept;

inline std::string_view view(const pb_str& text) noexcept { return {text.data, text.size}; }
inline pb_str str(std::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace patchbay::message
