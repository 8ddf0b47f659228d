#pragma once
// What can go wrong; sdk/abi/errors.md says when and what to do.
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <patchbay/abi.h>

namespace patchbay {

/// OTP's word of a status where OTP has one: `timeout`, `noproc`, `calling_self`, ….
constexpr std::string_view error_word(pb_status status) noexcept {
  constexpr std::string_view words[] = {"ok",
                                        "timeout",
                                        "noproc",
                                        "calling_self",
                                        "exit",
                                        "undef_message",
                                        "not_imported",
                                        "overloaded",
                                        "in_code_change",
                                        "badarg",
                                        "already_started",
                                        "ignore",
                                        "init",
                                        "exception",
                                        "decode",
                                        "nomem",
                                        "system_limit",
                                        "shutdown",
                                        "no_process",
                                        "no_reply",
                                        "undef_module",
                                        "unsupported",
                                        "already_present",
                                        "running",
                                        "restarting",
                                        "not_found",
                                        "simple_one_for_one",
                                        "max_children",
                                        "already_registered",
                                        "bad_module",
                                        "module_not_found",
                                        "callback_failed",
                                        "unknown_system_msg",
                                        "not_started",
                                        "already_loaded"};
  constexpr auto count = static_cast<pb_status>(std::size(words));
  return status >= 0 && status < count ? words[status] : std::string_view("unknown");
}

/// An operation of the host failed. Left uncaught in a handler it ends the process with this text as its reason.
class status_error : public std::runtime_error {
 public:
  status_error(pb_status status, const std::string& what, std::string reason = {})
      : std::runtime_error(what), status_(status), reason_(std::move(reason)) {}
  [[nodiscard]] pb_status status() const noexcept { return status_; }
  /// The host's own text: the exit reason of the callee, what its exception said, …; may be empty.
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }

 private:
  pb_status status_;
  std::string reason_;
};

/// A call got no reply.
class call_error : public status_error {
 public:
  using status_error::status_error;
};

namespace detail {

/// A sink that fills a string. Running out of memory empties the text, not the process.
class text_sink {
 public:
  text_sink() : sink_{&text_, &append} {}
  text_sink(const text_sink&) = delete;
  text_sink& operator=(const text_sink&) = delete;
  [[nodiscard]] const pb_sink* get() const noexcept { return &sink_; }
  [[nodiscard]] std::string take() noexcept { return std::move(text_); }

 private:
  static void append(void* context, const void* data, std::size_t size) noexcept {
    auto& text = *static_cast<std::string*>(context);
    try {
      text.append(static_cast<const char*>(data), size);
    } catch (...) {
      text.clear();
    }
  }
  std::string text_;
  pb_sink sink_;
};

/// `timeout: call of counter/counter.bump to counter`, and the host's text where there is one.
inline std::string failure_text(pb_status status, std::string_view what, const std::string& reason) {
  std::string text(error_word(status));
  text.append(": ").append(what);
  if (!reason.empty()) text.append(": ").append(reason);
  return text;
}

inline void check(pb_status status, std::string_view what, std::string reason = {}) {
  if (status != PB_OK) {
    const auto text = failure_text(status, what, reason);
    throw status_error(status, text, std::move(reason));
  }
}

}  // namespace detail
}  // namespace patchbay
