#pragma once
// Runs the task of a coroutine handler, from one wait to the next.
#include <coroutine>
#include <memory>
#include <type_traits>
#include <utility>

#include <patchbay/abi.h>
#include <patchbay/table/answer_writer.hpp>
#include <patchbay/task.hpp>

namespace patchbay::detail {

/// A handler in flight: what pb_result.coroutine points to. Object is the reply's type, void where there is none.
template <class Server, class Object, class Reply>
class running_handler {
 public:
  using promise = task_promise<Reply>;

  /// Runs a handler's task until it ends or waits.
  static void start(task<Reply> handler, void* reply_storage, pb_result* result) {
    auto self = std::unique_ptr<running_handler>(new running_handler(std::move(handler), reply_storage));
    self->frame_.promise().runs_under(self->waits_, nullptr);
    self->waits_.innermost = self->frame_;
    advance(std::move(self), result);
  }
  static pb_status resume(void* coroutine, pb_result* result) noexcept {
    return run_callback(
        result, [&] { advance(std::unique_ptr<running_handler>(static_cast<running_handler*>(coroutine)), result); });
  }
  static void destroy(void* coroutine) noexcept { delete static_cast<running_handler*>(coroutine); }

  running_handler(const running_handler&) = delete;
  running_handler& operator=(const running_handler&) = delete;
  ~running_handler() { frame_.destroy(); }

 private:
  running_handler(task<Reply> handler, void* reply_storage) noexcept
      : frame_(handler.hand_over()), reply_storage_(reply_storage) {}

  static void advance(std::unique_ptr<running_handler> self, pb_result* result) {
    self->waits_.innermost.resume();
    if (!self->frame_.done()) {
      result->action = PB_ACTION_AWAIT;
      result->await_ref = self->waits_.request;
      result->await_ms = self->waits_.limit_ms;
      result->coroutine = self.release();
      return;
    }
    promise& ended = self->frame_.promise();
    ended.rethrow();
    answer_writer<Server> writer(result, self->reply_storage_);
    if constexpr (std::is_void_v<Object>) {
      if constexpr (!std::is_void_v<Reply>) writer.plain(ended.take());
    } else if constexpr (std::is_void_v<Reply>) {
      writer.template reply<Object>(std::monostate());
    } else {
      writer.template reply<Object>(ended.take());
    }
  }

  waiting waits_;
  std::coroutine_handle<promise> frame_;
  void* reply_storage_;
};

/// The functions of a message whose callback returns Answer; none where that is no task.
struct coroutine_functions {
  std::uint32_t flags = 0;
  decltype(pb_message::resume) resume = nullptr;
  decltype(pb_message::destroy) destroy = nullptr;
};
template <class Server, class Object, class Answer>
struct coroutine_table {
  static constexpr coroutine_functions functions{};
};
template <class Server, class Object, class Reply>
struct coroutine_table<Server, Object, task<Reply>> {
  using handler = running_handler<Server, Object, Reply>;
  static constexpr coroutine_functions functions{PB_MESSAGE_COROUTINE, &handler::resume, &handler::destroy};
};

}  // namespace patchbay::detail
