#pragma once
// The ABI boundary from the other side: a host table that writes down what a plugin asks for, and runs one process's handlers.
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/table/host_table.hpp>
#include <patchbay/table/texts.hpp>

#include "sink.hpp"

// The only kind of args here: a flat table or a list of values.
struct pb_args {
  std::vector<std::pair<std::string, pb_value>> entries;
  std::string json = "{}";
};

namespace sdk_test {

inline std::string text_of(pb_str text) { return std::string(patchbay::detail::to_view(text)); }

/// One request of the plugin, as the host saw it.
struct seen {
  std::string what = {};
  std::string to = {};
  pb_pid pid = 0;
  const pb_type* type = nullptr;
  std::string bytes = {};  // of the message
  std::uint64_t number = 0;
  std::string text = {};
};

/// Installs itself as the plugin's host while it lives.
class fake_host : public pb_host {
 public:
  fake_host() : pb_host{} {
    struct_size = sizeof(pb_host);
    abi_major = PB_ABI_MAJOR;
    abi_minor = PB_ABI_MINOR;
    self = [](const pb_host*) -> pb_pid { return 77; };
    whereis = [](const pb_host*, pb_str name) -> pb_pid { return text_of(name) == "known" ? 5u : 0u; };
    register_name = [](const pb_host* h, pb_str name) { return note(h, {"register", text_of(name)}); };
    unregister_name = [](const pb_host* h, pb_str name) { return note(h, {"unregister", text_of(name)}); };
    call = [](const pb_host* h, const pb_target* to, const pb_type* type, void* object, const pb_type* reply_type,
              void* room, std::uint64_t ms, const pb_sink* error) {
      const auto status = note(h, message("call", to, type, object, ms));
      return me(h).give_reply(status, reply_type, room, error);
    };
    cast = [](const pb_host* h, const pb_target* to, const pb_type* type, void* object, const pb_sink* error) {
      return me(h).fail_with(note(h, message("cast", to, type, object, 0)), error);
    };
    send = [](const pb_host* h, const pb_target* to, const pb_type* type, void* object, const pb_sink* error) {
      return me(h).fail_with(note(h, message("send", to, type, object, 0)), error);
    };
    send_request = [](const pb_host* h, const pb_target* to, const pb_type* type, void* object, const pb_type*,
                      pb_ref* out, const pb_sink* error) {
      *out = 900;
      return me(h).fail_with(note(h, message("request", to, type, object, 0)), error);
    };
    receive_response = [](const pb_host* h, pb_ref request, std::uint64_t ms, std::uint32_t abandon, void* room,
                          const pb_sink* error) {
      const auto status = note(h, {abandon != 0 ? "receive" : "wait", "", request, nullptr, "", ms});
      return me(h).give_reply(status, me(h).expected_reply, room, error);
    };
    pb_host::reply = [](const pb_host* h, const pb_from* to, const pb_type* type, void* object, const pb_sink* error) {
      const pb_target target{to->pid, {}};
      return me(h).fail_with(note(h, message("reply", &target, type, object, to->tag)), error);
    };
    send_after = [](const pb_host* h, const pb_target* to, std::uint64_t ms, const pb_type* type, void* object,
                    pb_ref* out, const pb_sink* error) {
      *out = 901;
      return me(h).fail_with(note(h, message("send_after", to, type, object, ms)), error);
    };
    cancel_timer = [](const pb_host* h, pb_ref timer, std::uint64_t* left) {
      *left = 250;
      return note(h, {"cancel", "", timer});
    };
    link = [](const pb_host* h, pb_pid other) { return note(h, {"link", "", other}); };
    unlink = [](const pb_host* h, pb_pid other) { return note(h, {"unlink", "", other}); };
    monitor = [](const pb_host* h, const pb_target* other, pb_ref* out) {
      *out = 902;
      return note(h, {"monitor", text_of(other->name), other->pid});
    };
    demonitor = [](const pb_host* h, pb_ref ref) { return note(h, {"demonitor", "", ref}); };
    exit = [](const pb_host* h, pb_pid other, const pb_reason* why) {
      return note(h, {"exit", "", other, nullptr, "", why->kind, text_of(why->text)});
    };
    process_flag = [](const pb_host* h, std::uint32_t flag, std::uint32_t value, std::uint32_t* old) {
      *old = 1 - value;
      return note(h, {"flag", "", flag, nullptr, "", value});
    };
    start = [](const pb_host* h, const pb_start* how, pb_pid* out, const pb_sink* error) {
      *out = 6;
      return me(h).fail_with(note(h, {"start", text_of(how->module), how->flags, nullptr, text_of(how->args_json),
                                      how->timeout_ms, text_of(how->name)}),
                             error);
    };
    stop = [](const pb_host* h, const pb_target* to, const pb_reason* why, std::uint64_t ms, const pb_sink* error) {
      return me(h).fail_with(note(h, {"stop", text_of(to->name), why->kind, nullptr, "", ms, text_of(why->text)}),
                             error);
    };
    log = [](const pb_host* h, std::uint32_t level, pb_str text) {
      note(h, {"log", "", level, nullptr, "", 0, text_of(text)});
    };
    args_find = [](const pb_host*, const pb_args* table, pb_str key, pb_value* out) {
      *out = {};
      for (const auto& [name, value] : table->entries) {
        if (name == text_of(key)) *out = value;
      }
    };
    args_at = [](const pb_host*, const pb_args* table, std::size_t index, pb_str* key, pb_value* out) {
      *out = {};
      if (index >= table->entries.size()) return;
      if (key != nullptr) *key = {table->entries[index].first.data(), table->entries[index].first.size()};
      *out = table->entries[index].second;
    };
    args_size = [](const pb_host*, const pb_args* table) { return table->entries.size(); };
    args_json = [](const pb_host*, const pb_args* table, const pb_sink* out) {
      out->write(out->context, table->json.data(), table->json.size());
    };
    allocate = [](const pb_host* h, const pb_type* type) -> void* {
      ++me(h).allocated;
      return me(h).out_of_memory ? nullptr
                                 : std::aligned_alloc(type->align < 16 ? 16 : type->align, (type->size + 15) & ~15u);
    };
    release = [](const pb_host* h, const pb_type*, void* storage) {
      ++me(h).released;
      std::free(storage);
    };
    patchbay::detail::host_table = this;
  }
  ~fake_host() { patchbay::detail::host_table = nullptr; }
  fake_host(const fake_host&) = delete;
  fake_host& operator=(const fake_host&) = delete;

  std::vector<seen> requests;
  pb_status answers_with = PB_OK;           ///< what the next requests answer
  std::string error_text;                   ///< and with what text
  std::string reply_bytes;                  ///< the reply to calls, encoded
  const pb_type* expected_reply = nullptr;  ///< of receive_response
  int allocated = 0;
  int released = 0;
  bool out_of_memory = false;

 private:
  static fake_host& me(const pb_host* host) { return *const_cast<fake_host*>(static_cast<const fake_host*>(host)); }
  static pb_status note(const pb_host* host, seen one) {
    me(host).requests.push_back(std::move(one));
    return me(host).answers_with;
  }
  static seen message(const char* what, const pb_target* to, const pb_type* type, void* object, std::uint64_t number) {
    string_sink bytes;
    type->encode(object, &bytes.sink, nullptr);
    return {what, text_of(to->name), to->pid, type, bytes.text, number};
  }
  pb_status fail_with(pb_status answer, const pb_sink* error) const {
    if (answer != PB_OK) error->write(error->context, error_text.data(), error_text.size());
    return answer;
  }
  pb_status give_reply(pb_status answer, const pb_type* type, void* room, const pb_sink* error) const {
    if (answer != PB_OK) return fail_with(answer, error);
    return type->decode({reply_bytes.data(), reply_bytes.size()}, room, error);
  }
};

inline std::string encoded(const pb_type& type, const void* object) {
  string_sink bytes;
  type.encode(object, &bytes.sink, nullptr);
  return bytes.text;
}

/// A pb_result with its reason's text.
struct answer : pb_result {
  answer() : pb_result{} {
    struct_size = sizeof(pb_result);
    reason_text = &reason.sink;
  }
  string_sink reason;
};

/// One server without a host around it: its state, and its handlers found by message name and kind.
class bench {
 public:
  explicit bench(const pb_module* module) : module_(*module), state_(std::malloc(module->state->size)) {}
  ~bench() {
    if (alive_) module_.state->destroy(state_);
    std::free(state_);
  }
  bench(const bench&) = delete;
  bench& operator=(const bench&) = delete;

  [[nodiscard]] const pb_module& module() const { return module_; }
  template <class State>
  State& state() {
    return *static_cast<State*>(state_);
  }
  void* raw_state() { return state_; }
  pb_status init(answer& result, const pb_args* args = nullptr) {
    const auto status = module_.init(args, state_, &result);
    alive_ = status == PB_OK && result.action == PB_ACTION_NOREPLY;
    return status;
  }
  /// The entry of a kind whose type's name ends in `.name`; of exit, down and timeout by kind alone.
  [[nodiscard]] const pb_message* find(std::uint32_t kind, std::string_view name = {}) const {
    for (std::size_t i = 0; i < module_.message_count; ++i) {
      const auto& row = *module_.messages[i];
      if (row.kind != kind) continue;
      if (row.type == nullptr || text_of(row.type->name).ends_with("." + std::string(name))) return &row;
    }
    return nullptr;
  }

 private:
  const pb_module& module_;
  void* state_;
  bool alive_ = false;
};

}  // namespace sdk_test
