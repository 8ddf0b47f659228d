#pragma once
// The functions of an event handler, as the host calls them.
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/args.hpp>
#include <patchbay/event_answers.hpp>
#include <patchbay/signals.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/texts.hpp>

namespace patchbay::detail {

template <class Handler, class Message>
concept handles_event =
    requires(const Message& message, typename Handler::state& state) { Handler::handle_event(message, state); };
template <class Handler, class Message>
concept handles_event_info =
    requires(const Message& message, typename Handler::state& state) { Handler::handle_info(message, state); };
template <class Handler, class Message>
concept handles_event_call =
    requires(const Message& message, typename Handler::state& state) { Handler::handle_call(message, state); };
template <class Handler>
concept ends_handler =
    requires(const event_end& why, typename Handler::state& state) { Handler::terminate(why, state); };

/// Turns a handler's answers into a pb_event_result. Every object is constructed before anything is written.
class event_writer {
 public:
  explicit event_writer(pb_event_result* result) : result_(result) {}

  void plain(remove_handler_answer) { result_->action = PB_EVENT_REMOVE; }
  void plain(swap_handler_answer&& answer) { swap(PB_EVENT_SWAP, answer); }
  void plain(event_result&& answer) {
    std::visit(
        [this](auto& one) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, std::monostate>) this->plain(std::move(one));
        },
        answer.answer());
  }

  template <class Object, class Value>
    requires std::is_convertible_v<Value&&, Object>
  void reply(void* storage, Value&& value) {
    ::new (storage) Object(std::forward<Value>(value));
    result_->action = PB_EVENT_REPLY;
  }
  template <class Object, class Value>
    requires std::is_convertible_v<Value&&, Object>
  void reply(void* storage, remove_handler_reply<Value>&& answer) {
    ::new (storage) Object(std::move(answer.value));
    result_->action = PB_EVENT_REMOVE_REPLY;
  }
  template <class Object, class Value>
    requires std::is_convertible_v<Value&&, Object>
  void reply(void* storage, swap_handler_reply<Value>&& answer) {
    ::new (storage) Object(std::move(answer.value));
    swap(PB_EVENT_SWAP_REPLY, answer.swap);
  }
  template <class Object, class Reply>
    requires std::is_convertible_v<typename event_call_result<Reply>::value, Object>
  void reply(void* storage, event_call_result<Reply>&& answer) {
    ::new (storage) Object(std::move(answer.reply()));
    result_->action = PB_EVENT_REPLY;
    auto& after = answer.after().answer();
    if (std::holds_alternative<remove_handler_answer>(after)) result_->action = PB_EVENT_REMOVE_REPLY;
    if (auto* next = std::get_if<swap_handler_answer>(&after)) swap(PB_EVENT_SWAP_REPLY, *next);
  }

 private:
  void swap(std::uint32_t action, const swap_handler_answer& answer) noexcept {
    result_->action = action;
    write_text(result_->swap_args1, answer.args1.json());
    write_text(result_->swap_handler, answer.handler2);
    write_text(result_->swap_args2, answer.args2.json());
  }
  pb_event_result* result_;
};

template <class Answer>
concept answers_event = requires(event_writer writer, Answer answer) { writer.plain(std::forward<Answer>(answer)); };
template <class Object, class Answer>
concept answers_event_call =
    requires(event_writer writer, Answer answer) { writer.reply<Object>(nullptr, std::forward<Answer>(answer)); };

/// One function per message. The host hands over a pb_event_result where others have a pb_result.
template <class Handler>
struct event_functions_of {
  using state = typename Handler::state;

  template <class Work>
  static pb_status run(pb_result* raw, Work&& work) noexcept {
    auto* result = reinterpret_cast<pb_event_result*>(raw);
    return guarded(result->reason_text, PB_E_EXCEPTION, [&] {
      work(event_writer(result));
      return PB_OK;
    });
  }
  template <class Call>
  static void plain(event_writer writer, Call&& call) {
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
    } else {
      static_assert(answers_event<decltype(call())>,
                    "Patchbay: handle_event and handle_info return void, patchbay::event_result, remove_handler() or "
                    "swap_handler(…)");
      if constexpr (answers_event<decltype(call())>) writer.plain(call());
    }
  }

  template <class Message>
  static pb_status event(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run(result, [&](event_writer writer) {
      plain(writer, [&]() -> decltype(auto) {
        return Handler::handle_event(*static_cast<const Message*>(object), *static_cast<state*>(raw_state));
      });
    });
  }
  template <class Message>
  static pb_status info(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run(result, [&](event_writer writer) {
      plain(writer, [&]() -> decltype(auto) {
        return Handler::handle_info(*static_cast<const Message*>(object), *static_cast<state*>(raw_state));
      });
    });
  }
  template <class Signal>
  static pb_status signal(void* raw_state, void* object, const pb_from*, void*, pb_result* result) noexcept {
    return run(result, [&](event_writer writer) {
      plain(writer, [&]() -> decltype(auto) {
        return Handler::handle_info(from_abi(static_cast<Signal*>(nullptr), object), *static_cast<state*>(raw_state));
      });
    });
  }
  template <class Message>
  static pb_status call(void* raw_state, void* object, const pb_from*, void* reply, pb_result* result) noexcept {
    return run(result, [&](event_writer writer) {
      using object_type = reply_object<Message>;
      const auto answer = [&]() -> decltype(auto) {
        return Handler::handle_call(*static_cast<const Message*>(object), *static_cast<state*>(raw_state));
      };
      if constexpr (std::is_void_v<decltype(answer())>) {
        static_assert(std::is_void_v<reply_of<Message>>,
                      "Patchbay: this handle_call returns nothing, but its message has a reply");
        answer();
        writer.template reply<object_type>(reply, std::monostate());
      } else {
        static_assert(answers_event_call<object_type, decltype(answer())>,
                      "Patchbay: an event handler's handle_call returns its message's reply, "
                      "patchbay::event_call_result, remove_handler(reply) or reply_and_swap(reply, …)");
        if constexpr (answers_event_call<object_type, decltype(answer())>) {
          writer.template reply<object_type>(reply, answer());
        }
      }
    });
  }

  static pb_status init(const pb_args* raw, const pb_args* raw_replaced, void* storage, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const args config(raw);
      const args replaced(raw_replaced);
      const auto made = [&]() -> decltype(auto) {
        if constexpr (requires { Handler::init(config, replaced); }) {
          return Handler::init(config, replaced);
        } else if constexpr (requires { Handler::init(config); }) {
          return Handler::init(config);
        } else {
          static_assert(
              requires { Handler::init(); },
              "Patchbay: an event handler has `static state init(const patchbay::args&)`, `init()` or `init(const "
              "patchbay::args&, const patchbay::args& replaced)`");
          return Handler::init();
        }
      };
      using answer = decltype(made());
      static_assert(std::is_convertible_v<answer, init_result<state>>,
                    "Patchbay: an event handler's init returns state, patchbay::init_result<state> or init_error(…)");
      if constexpr (std::is_same_v<std::remove_cvref_t<answer>, state>) {
        ::new (storage) state(made());
        return PB_OK;
      } else {
        init_result<state> result = made();
        return std::visit([&](auto& one) { return begun(one, storage, error); }, result.answer());
      }
    });
  }

  static pb_status terminate(const pb_event_why* why, void* object, const pb_sink* out, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const event_end end{static_cast<event_end::why>(why->kind), exit_reason(why->reason), args(why->args)};
      const auto run = [&]() -> decltype(auto) { return Handler::terminate(end, *static_cast<state*>(object)); };
      if constexpr (std::is_void_v<decltype(run())>) {
        run();
      } else {
        static_assert(std::is_convertible_v<decltype(run()), arg_value>,
                      "Patchbay: an event handler's terminate returns void, patchbay::arg_list or what an argument is");
        write_text(out, arg_value(run()).json());
      }
      return PB_OK;
    });
  }

 private:
  static pb_status begun(ok_answer<state>& answer, void* storage, const pb_sink*) {
    if (answer.after.kind() != PB_NEXT_INFINITY) {
      throw std::logic_error("an event handler has no idle timeout and no continue");
    }
    ::new (storage) state(std::move(answer.state));
    return PB_OK;
  }
  static pb_status begun(const stop_answer& answer, void*, const pb_sink* error) { return refused(answer.why, error); }
  static pb_status begun(const error_answer& answer, void*, const pb_sink* error) { return refused(answer.why, error); }
  static pb_status begun(const ignore_answer&, void*, const pb_sink* error) { return refused({"ignore"}, error); }
  static pb_status refused(const exit_reason& why, const pb_sink* error) {
    constexpr std::string_view words[] = {"normal", "shutdown", "kill", "killed", "noproc", "error"};
    write_text(error,
               why.text().empty() ? words[static_cast<std::uint32_t>(why.word())] : std::string_view(why.text()));
    return PB_E_INIT;
  }

  static exit_signal from_abi(exit_signal*, void* object) {
    const auto& raw = *static_cast<const pb_exit*>(object);
    return {static_cast<pid>(raw.pid), exit_reason(raw.reason)};
  }
  static down from_abi(down*, void* object) {
    const auto& raw = *static_cast<const pb_down*>(object);
    return {static_cast<monitor_ref>(raw.monitor), static_cast<pid>(raw.pid), exit_reason(raw.reason)};
  }
  template <class Message>
  static response<Message> from_abi(response<Message>*, void* object) {
    using reply = reply_object<Message>;
    static_assert(std::is_copy_constructible_v<reply>,
                  "Patchbay: all handlers of a manager see a response, so its reply must be one that can be copied");
    const auto& raw = *static_cast<const pb_response*>(object);
    if (raw.status != PB_OK) {
      return {{raw.request}, reply_outcome<Message>(raw.status, std::string(to_view(raw.error)))};
    }
    if constexpr (std::is_copy_constructible_v<reply>) {
      return {{raw.request}, reply_outcome<Message>(*static_cast<const reply*>(raw.reply))};
    } else {
      return {{raw.request}, reply_outcome<Message>(PB_E_UNSUPPORTED, {})};
    }
  }
};

}  // namespace patchbay::detail
