// Work that blocks, on the pool beside the workers; and giving requests up.
#include <memory>
#include <utility>

#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {
namespace {

/// One piece of a plugin's work. Holds the generation that its code lies in until both functions have returned.
class plugin_work final : public scheduler::work_pool::piece {
 public:
  using work_function = pb_status (*)(void* context, const pb_sink* error);
  using drop_function = void (*)(void* context);

  plugin_work(system::parts& parts, process_group& code, work_function work, drop_function when_done, void* context,
              std::uint64_t tag)
      : parts_(parts), code_(code), work_(work), drop_(when_done), context_(context), tag_(tag) {
    code_.need();
  }
  ~plugin_work() override {
    drop();
    code_.release();
  }
  void run() noexcept override {
    const working_for held(code_);
    delivery what;
    const pb_sink error = message::string_sink(what.text);
    what.status = work_(context_, &error);
    drop();
    parts_.deliver(tag_, std::move(what));
  }
  /// What was not accepted has taken nothing.
  void forget() noexcept { drop_ = nullptr; }

 private:
  void drop() noexcept {
    if (drop_function once = std::exchange(drop_, nullptr)) once(context_);
  }

  system::parts& parts_;
  process_group& code_;
  work_function work_;
  drop_function drop_;
  void* context_;
  std::uint64_t tag_;
};

}  // namespace

pb_status system::blocking(pb_status (*work)(void*, const pb_sink*), void (*when_done)(void*), void* context,
                           pb_ref& out, const pb_sink* error) {
  if (refused_in_code_change()) return PB_E_IN_CODE_CHANGE;
  process* here = running_process();
  if (here == nullptr) return PB_E_NO_PROCESS;
  reply_slot* slot = parts_->replies.open(here->pid());
  if (slot == nullptr) return PB_E_OVERLOADED;
  const std::uint64_t tag = reply_table::tag(*slot);
  auto made = std::make_unique<plugin_work>(*parts_, running_code()->group(), work, when_done, context, tag);
  plugin_work& taken = *made;
  remember(here->ties().requests, parts_->replies, tag);
  std::unique_ptr<scheduler::work_pool::piece> piece = std::move(made);
  const auto answer = parts_->pool.submit(piece);
  if (answer == scheduler::work_pool::answer::accepted) {
    out = tag;
    return PB_OK;
  }
  taken.forget();
  parts_->replies.close(*slot);
  if (answer == scheduler::work_pool::answer::stopping) return PB_E_SHUTTING_DOWN;
  say(error, "overloaded: 1,000 pieces of blocking work wait already");
  return PB_E_OVERLOADED;
}

void system::abandon(pb_ref request) {
  const process* here = running_process();
  reply_slot* slot = parts_->replies.find(request);
  if (here != nullptr && slot != nullptr && slot->owner == here->pid()) parts_->replies.close(*slot);
}

}  // namespace patchbay::process
