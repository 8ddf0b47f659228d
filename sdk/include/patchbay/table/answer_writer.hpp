#pragma once
// Turns the answers of callbacks into a pb_result.
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/message_lists.hpp>

namespace patchbay::detail {

/// Runs a callback that fills a result: an exception becomes the process's exit reason.
template <class Work>
pb_status run_callback(pb_result* result, Work&& work) noexcept {
  return guarded(result->reason_text, PB_E_EXCEPTION, [&] {
    work();
    return PB_OK;
  });
}

/// One answer of one handler. Every object is constructed before anything is handed to the host, so that an exception leaves nothing
/// behind.
template <class Server>
class answer_writer {
 public:
  /// `storage` is where the reply goes, or init's and code_change's state.
  answer_writer(pb_result* result, void* storage) : result_(result), storage_(storage) {}

  // What an answer holds converts by itself, as a return value would: an int is no std::vector of so many zeros.
  template <class Object, class Value>
    requires std::is_convertible_v<Value&&, Object>
  void reply(Value&& value) {
    ::new (storage_) Object(std::forward<Value>(value));
    result_->action = PB_ACTION_REPLY;
  }
  template <class Object, class Value>
    requires std::is_convertible_v<Value&&, Object>
  void reply(reply_answer<Value>&& answer) {
    const auto index = index_of(answer.after);
    ::new (storage_) Object(std::move(answer.value));
    result_->action = PB_ACTION_REPLY;
    follow(answer.after, index);
  }
  template <class Object, class Value>
    requires std::is_convertible_v<Value&&, Object>
  void reply(stop_reply_answer<Value>&& answer) {
    ::new (storage_) Object(std::move(answer.value));
    end(PB_ACTION_STOP_REPLY, answer.why);
  }
  template <class Object>
  void reply(noreply_answer&& answer) {
    plain(std::move(answer));
  }
  template <class Object>
  void reply(stop_answer&& answer) {
    plain(std::move(answer));
  }
  template <class Object, class Reply>
    requires std::is_convertible_v<typename call_result<Reply>::value, Object>
  void reply(call_result<Reply>&& result) {
    std::visit([this](auto& answer) { this->template reply<Object>(std::move(answer)); }, result.answer());
  }

  void plain(noreply_answer&& answer) {
    const auto index = index_of(answer.after);
    result_->action = PB_ACTION_NOREPLY;
    follow(answer.after, index);
  }
  void plain(stop_answer&& answer) { end(PB_ACTION_STOP, answer.why); }
  void plain(cast_result&& result) {
    std::visit([this](auto& answer) { this->plain(std::move(answer)); }, result.answer());
  }

  template <class State>
    requires std::is_convertible_v<State&&, typename Server::state>
  void start(ok_answer<State>&& answer) {
    const auto index = index_of(answer.after);
    ::new (storage_) typename Server::state(std::move(answer.state));
    result_->action = PB_ACTION_NOREPLY;
    follow(answer.after, index);
  }
  void start(stop_answer&& answer) { end(PB_ACTION_STOP, answer.why); }
  void start(error_answer&& answer) { end(PB_ACTION_ERROR, answer.why); }
  void start(ignore_answer) { result_->action = PB_ACTION_IGNORE; }
  template <class State>
    requires std::is_convertible_v<State&&, typename Server::state>
  void start(init_result<State>&& result) {
    std::visit([this](auto& answer) { this->start(std::move(answer)); }, result.answer());
  }

 private:
  static std::uint32_t index_of(const next& after) {
    if (after.kind() != PB_NEXT_CONTINUE) return 0;
    const auto index = continue_index<Server>(after.type());
    if (!index) {
      throw std::logic_error("continue message " + std::string(to_view(after.type()->name)) +
                             " is not in the module's `continues`");
    }
    return *index;
  }
  void follow(next& after, std::uint32_t index) noexcept {
    result_->next = after.kind();
    result_->timeout_ms = after.timeout_ms();
    result_->continue_message = index;
    result_->continue_object = after.hand_over();
  }
  void end(std::uint32_t action, const exit_reason& why) noexcept {
    result_->action = action;
    result_->reason_kind = static_cast<std::uint32_t>(why.word());
    write_text(result_->reason_text, why.text());
  }

  pb_result* result_;
  void* storage_;
};

template <class Server, class Object, class Answer>
concept answers_call = requires(answer_writer<Server> writer, Answer answer) {
  writer.template reply<Object>(std::forward<Answer>(answer));
};
template <class Server, class Answer>
concept answers_init =
    requires(answer_writer<Server> writer, Answer answer) { writer.start(std::forward<Answer>(answer)); };
template <class Server, class Answer>
concept answers_plain =
    requires(answer_writer<Server> writer, Answer answer) { writer.plain(std::forward<Answer>(answer)); };

}  // namespace patchbay::detail
