#pragma once
// The actions of a gen_statem's callbacks: OTP's action().
#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/from.hpp>
#include <patchbay/message.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/times.hpp>

namespace patchbay {

/// The type of an event that next_event inserts; a call is named by its `from` instead.
enum class event_type : std::uint32_t { cast = PB_KIND_CAST, info = PB_KIND_INFO, internal = PB_KIND_INTERNAL };
inline constexpr event_type internal = event_type::internal;

/// {abs, true}: a time of the host's monotonic clock, in milliseconds.
struct absolute_time {
  std::uint64_t ms = 0;
};

namespace detail {

/// One action; an object that nobody took over is destroyed with it.
struct statem_action {
  enum class kind : std::uint8_t { postpone, reply, next_event, timeout, cancel, update };
  explicit statem_action(kind of) : what(of) {}
  statem_action(statem_action&& other) noexcept
      : what(other.what),
        event_kind(other.event_kind),
        type(other.type),
        object(std::exchange(other.object, nullptr)),
        from(other.from),
        name(std::move(other.name)),
        ms(other.ms),
        absolute(other.absolute) {}
  statem_action& operator=(statem_action&&) = delete;
  ~statem_action() {
    if (object == nullptr) return;
    type->destroy(object);
    host().release(host_table, type, object);
  }
  template <class Object, class Value>
  void hold(const pb_type& of, std::string_view message, Value&& value) {
    if (of.name.size == 0) {
      throw std::logic_error("bad_action_from_state_function: " + std::string(message) +
                             " is not listed by the module");
    }
    type = &of;
    void* storage = host().allocate(host_table, type);
    if (storage == nullptr) throw std::bad_alloc();
    try {
      ::new (storage) Object(std::forward<Value>(value));
    } catch (...) {
      host().release(host_table, type, storage);
      throw;
    }
    object = storage;
  }
  [[nodiscard]] void* hand_over() noexcept { return std::exchange(object, nullptr); }

  kind what;
  std::uint32_t event_kind = 0;  // PB_KIND_*
  const pb_type* type = nullptr;
  void* object = nullptr;
  pb_from from{};
  std::string name;
  std::uint64_t ms = 0;
  bool absolute = false;
};

}  // namespace detail

/// What every result of a gen_statem's callback can carry, in the order in which it is said. Each returns the result itself.
template <class Result>
class with_actions {
 public:
  /// {reply, From, Value}.
  template <class Message, class Value>
  Result&& reply(const from_of<Message>& to, Value&& value) {
    using object = detail::reply_object<Message>;
    static_assert(std::is_convertible_v<Value&&, object>,
                  "Patchbay: in reply(from, value) the value converts to the reply of the caller's message");
    auto& made = add(detail::statem_action::kind::reply);
    made.from = static_cast<from>(to).abi();
    made.template hold<object>(detail::reply_cell<Message>, detail::message_name<Message>(),
                               object(std::forward<Value>(value)));
    return self();
  }
  /// Answers a call whose reply is void.
  template <class Message>
    requires std::is_void_v<reply_of<Message>>
  Result&& reply(const from_of<Message>& to) {
    return reply(to, std::monostate());
  }
  /// The event is handled again after the next change of state.
  Result&& postpone() {
    add(detail::statem_action::kind::postpone);
    return self();
  }
  /// {next_event, Type, Content}: handled before all that is queued; several in the order in which they are said.
  template <class Message>
  Result&& next_event(event_type type, Message content) {
    auto& made = add(detail::statem_action::kind::next_event, static_cast<std::uint32_t>(type));
    hold(made, std::move(content));
    return self();
  }
  /// {next_event, {call, From}, Content}.
  template <class Message>
  Result&& next_event(const from_of<Message>& who, Message content) {
    auto& made = add(detail::statem_action::kind::next_event, PB_KIND_CALL);
    made.from = static_cast<from>(who).abi();
    hold(made, std::move(content));
    return self();
  }

  /// {state_timeout, Time, Content}: cancelled by a change of state. A time of `infinity` cancels; one of 0 comes after what is queued, before
  /// what has not been received.
  template <class Time, class Message>
  Result&& state_timeout(Time time, Message content) {
    return start(PB_KIND_STATE_TIMEOUT, {}, time, std::move(content));
  }
  Result&& cancel_state_timeout() { return cancel(PB_KIND_STATE_TIMEOUT, {}); }
  /// {state_timeout, update, Content}: the running one gets another content; where none runs, one of 0 starts.
  template <class Message>
  Result&& update_state_timeout(Message content) {
    return update(PB_KIND_STATE_TIMEOUT, {}, std::move(content));
  }

  /// {timeout, Time, Content}, the event time-out: cancelled by any event.
  template <class Time, class Message>
    requires(!std::is_convertible_v<Time, std::string_view>)
  Result&& timeout(Time time, Message content) {
    return start(PB_KIND_EVENT_TIMEOUT, {}, time, std::move(content));
  }
  Result&& cancel_timeout() { return cancel(PB_KIND_EVENT_TIMEOUT, {}); }
  template <class Message>
  Result&& update_timeout(Message content) {
    return update(PB_KIND_EVENT_TIMEOUT, {}, std::move(content));
  }

  /// {{timeout, Name}, Time, Content}, a generic one: cancelled by nothing but cancel_timeout(Name).
  template <class Time, class Message>
  Result&& timeout(std::string_view name, Time time, Message content) {
    return start(PB_KIND_GENERIC_TIMEOUT, name, time, std::move(content));
  }
  Result&& cancel_timeout(std::string_view name) { return cancel(PB_KIND_GENERIC_TIMEOUT, name); }
  template <class Message>
  Result&& update_timeout(std::string_view name, Message content) {
    return update(PB_KIND_GENERIC_TIMEOUT, name, std::move(content));
  }

  [[nodiscard]] std::vector<detail::statem_action>& actions() noexcept { return actions_; }

 private:
  using kind = detail::statem_action::kind;
  Result&& self() noexcept { return static_cast<Result&&>(*this); }
  detail::statem_action& add(kind what, std::uint32_t event_kind = 0, std::string_view name = {}) {
    auto& made = actions_.emplace_back(what);
    made.event_kind = event_kind;
    made.name = name;
    return made;
  }
  template <class Message>
  static void hold(detail::statem_action& action, Message content) {
    action.hold<Message>(detail::message_cell<Message>, detail::message_name<Message>(), std::move(content));
  }
  template <class Time, class Message>
  Result&& start(std::uint32_t event_kind, std::string_view name, Time time, Message content) {
    auto& made = add(kind::timeout, event_kind, name);
    if constexpr (std::is_same_v<Time, absolute_time>) {
      made.ms = time.ms;
      made.absolute = true;
    } else {
      made.ms = time == infinity ? PB_INFINITY : detail::to_ms(std::chrono::ceil<std::chrono::milliseconds>(time));
    }
    hold(made, std::move(content));
    return self();
  }
  Result&& cancel(std::uint32_t event_kind, std::string_view name) {
    add(kind::cancel, event_kind, name);
    return self();
  }
  template <class Message>
  Result&& update(std::uint32_t event_kind, std::string_view name, Message content) {
    hold(add(kind::update, event_kind, name), std::move(content));
    return self();
  }

  std::vector<detail::statem_action> actions_;
};

}  // namespace patchbay
