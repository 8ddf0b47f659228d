#pragma once
// What sys's debug options see of a process.
#include <cstdint>
#include <string>

#include "message/envelope.hpp"
#include "message/show.hpp"

namespace patchbay::process {

class process;
class system;

/// One system event, in sys's words: {in, Message}, {out, Reply, To, State}, {noreply, State}. Lives as long as what it refers to: the call of
/// observer::see.
class debug_event {
 public:
  enum class kind : std::uint8_t { in, out, noreply };

  static debug_event in(const system& owner, process& self, const message::envelope& signal) {
    return {owner, self, kind::in, &signal, nullptr};
  }
  static debug_event out(const system& owner, process& self, const message::payload& reply) {
    return {owner, self, kind::out, nullptr, &reply};
  }
  static debug_event noreply(const system& owner, process& self) {
    return {owner, self, kind::noreply, nullptr, nullptr};
  }

  [[nodiscard]] kind what() const noexcept { return what_; }
  /// One JSON object on one line (sdk/abi/sys.md); made on first use.
  const std::string& line();
  /// As sys:trace prints it: `*DBG* counter got call counter/counter.bump {"by":1} from <0.4.1>`.
  const std::string& words();

 private:
  debug_event(const system& owner, process& self, kind what, const message::envelope* signal,
              const message::payload* reply)
      : owner_(owner), self_(self), what_(what), signal_(signal), reply_(reply) {}
  void make();

  const system& owner_;
  process& self_;
  kind what_;
  const message::envelope* signal_;
  const message::payload* reply_;
  std::string json_;
  std::string words_;
};

/// The debug options of one process. Kept in its bonds; called and destroyed under its token.
struct observer {
  observer() = default;
  observer(const observer&) = delete;
  observer& operator=(const observer&) = delete;
  virtual ~observer() = default;
  virtual void see(process& self, debug_event& event) = 0;
  bool answered = false;  ///< an `out` was seen since the last `in`: no `noreply` then. The message loop's.
};

}  // namespace patchbay::process
