#include "release/rehearse/round_trip.hpp"

#include "message/envelope.hpp"
#include "message/type_registry.hpp"

namespace patchbay::release {
namespace {

/// A state in storage of its own.
class object {
 public:
  explicit object(const pb_type& type) : type_(type), storage_(message::allocate_storage(type)) {}
  object(const object&) = delete;
  object& operator=(const object&) = delete;
  ~object() {
    if (full_) type_.destroy(storage_);
    if (storage_ != nullptr) message::release_storage(type_, storage_);
  }

  [[nodiscard]] void* storage() const noexcept { return storage_; }
  void fill() noexcept { full_ = true; }

  /// Empty: done.
  std::string read(std::string_view bytes) {
    if (storage_ == nullptr) return "no memory for the state";
    std::string text;
    const pb_sink error = message::string_sink(text);
    const pb_status status = type_.decode({bytes.data(), bytes.size()}, storage_, &error);
    full_ = status == PB_OK;
    return full_ ? std::string() : "the state cannot be read: " + text;
  }
  std::string write(std::string& bytes) const {
    std::string text;
    const pb_sink error = message::string_sink(text);
    const pb_sink out = message::string_sink(bytes);
    return type_.encode(storage_, &out, &error) == PB_OK ? std::string() : "the state cannot be written: " + text;
  }

 private:
  const pb_type& type_;
  void* storage_;
  bool full_ = false;
};

/// A continue that code_change asked for is not run: nothing serves here.
void drop_continue(const pb_module& module, const pb_result& result) {
  if (result.next != PB_NEXT_CONTINUE || result.continue_object == nullptr) return;
  if (result.continue_message >= module.message_count) return;
  const pb_type& type = *module.messages[result.continue_message]->type;
  type.destroy(result.continue_object);
  message::release_storage(type, result.continue_object);
}

std::string change(const pb_module& module, const pb_migration& over, std::uint32_t direction, const object& from,
                   object& to) {
  if (to.storage() == nullptr) return "no memory for the new state";
  const bool up = direction == PB_UP;
  std::string text;
  const pb_sink error = message::string_sink(text);
  pb_result result{};
  result.struct_size = sizeof(pb_result);
  result.reason_text = &error;
  const std::uint32_t now = module.state->version;
  const pb_code_change what{sizeof(pb_code_change), direction, up ? over.version : now, up ? now : over.version,
                            nullptr};
  const pb_status status = (up ? over.up : over.down)(&what, from.storage(), to.storage(), &result);
  if (status != PB_OK) return text.empty() ? "status " + std::to_string(status) : text;
  to.fill();
  drop_continue(module, result);
  return {};
}

trip there_and_back(const pb_module& module, const pb_migration& over, bool old_first, std::string_view bytes) {
  const pb_type& first = old_first ? *over.old_state : *module.state;
  const pb_type& second = old_first ? *module.state : *over.old_state;
  const std::uint32_t there = old_first ? PB_UP : PB_DOWN;
  const std::uint32_t back = old_first ? PB_DOWN : PB_UP;
  const auto word = [](std::uint32_t direction) { return direction == PB_UP ? "up" : "down"; };
  trip made;
  const auto failed = [&](const char* where, std::string why) {
    made.failed = where;
    made.why = std::move(why);
    return made;
  };
  object start(first);
  if (std::string why = start.read(bytes); !why.empty()) return failed("state", why);
  if (std::string why = start.write(made.before); !why.empty()) return failed("state", why);
  object changed(second);
  if (std::string why = change(module, over, there, start, changed); !why.empty()) return failed(word(there), why);
  std::string between;
  if (std::string why = changed.write(between); !why.empty()) return failed(word(there), why);
  if ((old_first ? over.down : over.up) == nullptr) return made;
  object again(first);
  if (std::string why = change(module, over, back, changed, again); !why.empty()) return failed(word(back), why);
  if (std::string why = again.write(made.after); !why.empty()) return failed(word(back), why);
  return made;
}

}  // namespace

trip round_trip::from_old(std::string_view bytes) const { return there_and_back(module_, over_, true, bytes); }
trip round_trip::from_new(std::string_view bytes) const { return there_and_back(module_, over_, false, bytes); }

}  // namespace patchbay::release
