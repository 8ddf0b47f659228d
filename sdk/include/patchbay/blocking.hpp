#pragma once
// Work that blocks, a file or a foreign library: beside the workers, on the host's pool (up to 64 threads, 1,000 pieces waiting). The function
// runs as no process: it may call, cast and send, but has no self(). Its plugin's code is held until it has returned.
#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <patchbay/abi.h>
#include <patchbay/calls.hpp>
#include <patchbay/links.hpp>
#include <patchbay/processes.hpp>
#include <patchbay/status.hpp>
#include <patchbay/table/guard.hpp>
#include <patchbay/table/host_table.hpp>
#include <patchbay/task.hpp>

namespace patchbay {

namespace detail {

/// One piece of work, held by the pool and by who waits for it.
class work_base {
 public:
  work_base() = default;
  work_base(const work_base&) = delete;
  work_base& operator=(const work_base&) = delete;
  virtual ~work_base() = default;
  virtual void run() = 0;
};

/// Hands the work to the pool; the result names its response. Throws status_error: PB_E_OVERLOADED, NO_PROCESS, IN_CODE_CHANGE,
/// SHUTTING_DOWN.
inline pb_ref begin_work(std::shared_ptr<work_base> work) {
  using held = std::shared_ptr<work_base>;
  if (host().work == nullptr) check(PB_E_UNSUPPORTED, "blocking");
  auto context = std::make_unique<held>(std::move(work));
  pb_ref made = 0;
  text_sink error;
  const auto status = host().work->blocking(
      host_table,
      [](void* raw, const pb_sink* text) noexcept -> pb_status {
        return guarded(text, PB_E_EXCEPTION, [&] {
          (*static_cast<held*>(raw))->run();
          return PB_OK;
        });
      },
      [](void* raw) noexcept { delete static_cast<held*>(raw); }, context.get(), &made, error.get());
  check(status, "blocking", error.take());
  static_cast<void>(context.release());
  return made;
}

template <class Function>
class work_for_value final : public work_base {
 public:
  using result = std::invoke_result_t<Function&>;
  using value_type = std::conditional_t<std::is_void_v<result>, std::monostate, result>;

  explicit work_for_value(Function function) : function_(std::move(function)) {}
  void run() override {
    try {
      if constexpr (std::is_void_v<result>) {
        (*function_)();
        value_.emplace();
      } else {
        value_.emplace((*function_)());
      }
    } catch (...) {
      failure_ = std::current_exception();
    }
    function_.reset();
  }
  /// REQUIRES: it has run.
  value_type take() {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(*value_);
  }

 private:
  std::optional<Function> function_;
  std::optional<value_type> value_;
  std::exception_ptr failure_;
};

template <class Message, class Function>
class work_for_message final : public work_base {
 public:
  work_for_message(pid receiver, Function function) : receiver_(receiver), function_(std::move(function)) {}
  void run() override {
    try {
      send(receiver_, Message(make()));
    } catch (const std::exception& failure) {
      exit(receiver_, exit_reason(failure.what()));
    } catch (...) {
      exit(receiver_, exit_reason("an exception that is no std::exception"));
    }
  }

 private:
  Message make() {
    if constexpr (std::is_convertible_v<std::invoke_result_t<Function&>, Message>) {
      return function_();
    } else {
      return Message{function_()};
    }
  }
  pid receiver_;
  Function function_;
};

}  // namespace detail

/// Runs a function beside the workers; its value comes to this process's handle_info as a Message, which it converts to or is the first field of.
/// An exception that leaves it ends this process with that reason, as one that leaves a handler does (or is an exit_signal, where exits are
/// trapped). Only in a handler. Throws status_error: PB_E_OVERLOADED, SHUTTING_DOWN.
template <class Message, class Function>
void blocking(Function function) {
  detail::begin_work(std::make_shared<detail::work_for_message<Message, Function>>(self(), std::move(function)));
}

namespace detail {

/// An argument of a function that is called inside a co_await expression: no temporary that gcc 12 would destroy twice.
template <class Argument>
inline constexpr bool safe_in_co_await =
    std::is_lvalue_reference_v<Argument> || std::is_trivially_destructible_v<std::remove_cvref_t<Argument>>;

/// A copy of it, or the object itself where it cannot be copied.
template <class T>
T copied_or_moved(T& object) {
  if constexpr (std::is_copy_constructible_v<T>) {
    return object;
  } else {
    return std::move(object);
  }
}
template <class T>
T copied_or_moved(const T& object) {
  return object;
}

}  // namespace detail

namespace co {

template <class Function>
class [[nodiscard]] blocking_awaiter {
 public:
  explicit blocking_awaiter(Function function)
      : work_(std::make_shared<detail::work_for_value<Function>>(std::move(function))),
        request_(detail::begin_work(work_)) {}
  blocking_awaiter(const blocking_awaiter&) = delete;
  blocking_awaiter& operator=(const blocking_awaiter&) = delete;

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
    detail::waiting& waits = self.promise().waits();
    waits.innermost = self;
    waits.request = request_;
    waits.limit_ms = PB_INFINITY;
  }
  auto await_resume() const {
    detail::text_sink error;
    const auto status = detail::host().receive_response(detail::host_table, request_, 0, 1, nullptr, error.get());
    if (status != PB_OK) detail::check(status, "blocking", error.take());
    if constexpr (std::is_void_v<std::invoke_result_t<Function&>>) {
      static_cast<void>(work_->take());
    } else {
      return work_->take();
    }
  }

 private:
  std::shared_ptr<detail::work_for_value<Function>> work_;
  pb_ref request_;
};

/// `co_await co::blocking([&] { … })`: the function's value; what it throws is thrown here. No worker is held meanwhile, and a swap waits for it
/// as for any coroutine handler. A function that captures more than references and scalars has to be named before:
/// `auto work = [path] { … }; co_await co::blocking(work);`. Throws status_error: PB_E_OVERLOADED, SHUTTING_DOWN.
template <class Function>
auto blocking(Function&& function) {
  static_assert(detail::safe_in_co_await<Function>,
                "Patchbay: gcc 12 destroys what a temporary function in a co_await expression has captured twice; name "
                "it before: `auto work = [path] { … }; co_await co::blocking(work);`");
  return blocking_awaiter<std::remove_cvref_t<Function>>(detail::copied_or_moved(function));
}

}  // namespace co
}  // namespace patchbay
