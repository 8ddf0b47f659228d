#pragma once
// A function object that is moved, never copied: what local messages carry.
#include <memory>
#include <type_traits>
#include <utility>

namespace patchbay::detail {

template <class Signature>
class closure;

/// std::move_only_function of C++23, as far as it is needed here.
template <class Result, class... Argument>
class closure<Result(Argument...)> {
 public:
  closure() = default;
  template <class Function>
    requires(!std::is_same_v<Function, closure> && std::is_invocable_r_v<Result, Function&, Argument...>)
  closure(Function function)  // NOLINT(google-explicit-constructor)
      : held_(std::make_unique<holder<Function>>(std::move(function))) {}

  explicit operator bool() const noexcept { return held_ != nullptr; }
  /// REQUIRES: it holds one.
  Result operator()(Argument... argument) const { return held_->run(std::forward<Argument>(argument)...); }

 private:
  struct base {
    base() = default;
    base(const base&) = delete;
    base& operator=(const base&) = delete;
    virtual ~base() = default;
    virtual Result run(Argument... argument) = 0;
  };
  template <class Function>
  struct holder final : base {
    explicit holder(Function held) : function(std::move(held)) {}
    Result run(Argument... argument) override { return function(std::forward<Argument>(argument)...); }
    Function function;
  };
  std::unique_ptr<base> held_;
};

}  // namespace patchbay::detail
