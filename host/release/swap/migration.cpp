#include "release/swap/migration.hpp"

#include <memory>
#include <utility>

#include "message/envelope.hpp"
#include "message/type_registry.hpp"
#include "scheduler/thread_context.hpp"

namespace patchbay::release {
namespace {

/// An object of a type in storage of its own.
class owned {
 public:
  explicit owned(const pb_type& type) : type_(type), storage_(message::allocate_storage(type)) {}
  owned(const owned&) = delete;
  owned& operator=(const owned&) = delete;
  ~owned() {
    if (full_) type_.destroy(storage_);
    if (storage_ != nullptr) message::release_storage(type_, storage_);
  }
  [[nodiscard]] void* storage() const noexcept { return storage_; }
  void fill() noexcept { full_ = true; }
  /// The object is someone else's from now on.
  void* take() noexcept {
    full_ = false;
    return std::exchange(storage_, nullptr);
  }

 private:
  const pb_type& type_;
  void* storage_;
  bool full_ = false;
};

std::string told(const char* what, pb_status status, const std::string& text) {
  if (status == PB_E_NOMEM) return std::string(what) + ": no memory";
  return std::string(what) + (text.empty() ? " failed with status " + std::to_string(status) : ": " + text);
}

/// Makes `to` hold what `object`, of type `from`, holds: copied where the memory is alike, else through bytes.
std::string carry(const pb_type& from, const void* object, const pb_type& to, owned& into) {
  if (into.storage() == nullptr) return "no memory for the state";
  std::string text;
  const pb_sink error = message::string_sink(text);
  if (message::same_layout(from, to) && from.copy != nullptr) {
    const pb_status status = from.copy(object, into.storage(), &error);
    if (status != PB_OK) return told("copying the state", status, text);
    into.fill();
    return {};
  }
  if (from.schema_fp != to.schema_fp) return "the state's schema is not what code_change was written for";
  std::string bytes;
  const pb_sink out = message::string_sink(bytes);
  pb_status status = from.encode(object, &out, &error);
  if (status != PB_OK) return told("encoding the state", status, text);
  status = to.decode({bytes.data(), bytes.size()}, into.storage(), &error);
  if (status != PB_OK) return told("decoding the state", status, text);
  into.fill();
  return {};
}

}  // namespace

shadow::shadow(shadow&& other) noexcept { *this = std::move(other); }

shadow& shadow::operator=(shadow&& other) noexcept {
  std::swap(state_type_, other.state_type_);
  std::swap(state_, other.state_);
  std::swap(continue_type_, other.continue_type_);
  std::swap(continue_object_, other.continue_object_);
  std::swap(continue_message_, other.continue_message_);
  std::swap(supervisor_, other.supervisor_);
  return *this;
}

shadow::~shadow() {
  if (state_ != nullptr) {
    state_type_->destroy(state_);
    message::release_storage(*state_type_, state_);
  }
  if (continue_object_ != nullptr) {
    continue_type_->destroy(continue_object_);
    message::release_storage(*continue_type_, continue_object_);
  }
}

std::string migration::run(const void* state, shadow& made, std::atomic<bool>& reading) {
  if (way_.how == route::way::supervisor) {
    return supervise(*static_cast<const behaviour::supervision*>(state), made, reading);
  }
  const pb_type& from = *way_.from->table().state;
  const pb_type& to = *way_.to->table().state;
  if (way_.how == route::way::bytes) {
    owned next(to);
    std::string why = carry(from, state, to, next);
    reading.store(false, std::memory_order_release);
    if (!why.empty()) return why;
    made.state_type_ = &to;
    made.state_ = next.take();
    return {};
  }
  owned input(*way_.before);
  std::string why = carry(from, state, *way_.before, input);
  reading.store(false, std::memory_order_release);
  if (!why.empty()) return why;
  return change(input.storage(), made);
}

std::string migration::supervise(const behaviour::supervision& live, shadow& made, std::atomic<bool>& reading) {
  auto change = std::make_unique<behaviour::supervisor_change>(live);
  reading.store(false, std::memory_order_release);
  scheduler::thread_context& self = *scheduler::this_thread();
  self.pure = true;
  self.purity_violated = false;
  std::string why = change->prepare(*way_.to);
  self.pure = false;
  if (why.empty() && self.purity_violated) {
    why = "init called the host for more than log and args (in_code_change), while its supervisor was being upgraded";
  }
  if (why.empty()) made.supervisor_ = std::move(change);
  return why;
}

std::string migration::change(const void* input, shadow& made) {
  const bool up = way_.up;
  const pb_type& to = *way_.to->table().state;
  owned output(*way_.after);
  if (output.storage() == nullptr) return "no memory for the new state";
  std::string text;
  const pb_sink error = message::string_sink(text);
  pb_result result{};
  result.struct_size = sizeof(pb_result);
  result.reason_text = &error;
  const pb_code_change what{sizeof(pb_code_change), up ? PB_UP : PB_DOWN, way_.from->table().state->version, to.version,
                            config_};
  scheduler::thread_context& self = *scheduler::this_thread();
  self.pure = true;
  self.purity_violated = false;
  const pb_status status = (up ? way_.migration->up : way_.migration->down)(&what, input, output.storage(), &result);
  self.pure = false;
  if (status == PB_OK) output.fill();
  if (status == PB_OK && up && result.next == PB_NEXT_CONTINUE) {
    const pb_module& table = way_.to->table();
    if (result.continue_message >= table.message_count ||
        table.messages[result.continue_message]->kind != PB_KIND_CONTINUE) {
      return "code_change asked for a continue that the module does not have";
    }
    made.continue_type_ = table.messages[result.continue_message]->type;
    made.continue_object_ = result.continue_object;
    made.continue_message_ = result.continue_message;
  }
  if (self.purity_violated) {
    return "code_change called the host for more than log and args (in_code_change); ask for an effect by returning a "
           "continue";
  }
  if (status != PB_OK) return told("code_change", status, text);
  if (way_.after == &to || message::same_layout(*way_.after, to)) {
    made.state_type_ = &to;
    made.state_ = output.take();
    return {};
  }
  owned final_state(to);
  if (std::string why = carry(*way_.after, output.storage(), to, final_state); !why.empty()) return why;
  made.state_type_ = &to;
  made.state_ = final_state.take();
  return {};
}

}  // namespace patchbay::release
