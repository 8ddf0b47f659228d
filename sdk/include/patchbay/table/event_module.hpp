#pragma once
// The pb_module of an event handler.
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/table/event_functions.hpp>
#include <patchbay/table/forgotten.hpp>
#include <patchbay/table/message_lists.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/migrations.hpp>

namespace patchbay::detail {

template <class Handler>
auto event_list() {
  if constexpr (requires { typename Handler::events; })
    return typename Handler::events{};
  else
    return messages<>{};
}
template <class Handler>
using events_of = decltype(event_list<Handler>());

/// Built once, while the entry runs; lives until the plugin is unmapped.
template <class Handler, std::uint32_t Version>
class event_module {
 public:
  using state = typename Handler::state;
  static_assert(std::is_empty_v<Handler>,
                "Patchbay: an event handler has no members; what it remembers belongs into `struct state`");
  static_assert(Version >= 1 && Version <= oldest_versions, "Patchbay: the version of a state is 1 to 100");

  /// Throws std::logic_error where the module contradicts itself or another one; the text says how.
  static const pb_module* table(std::string_view application, std::string_view name) {
    static event_module module(application, name);
    return &module.table_;
  }

  event_module(const event_module&) = delete;
  event_module& operator=(const event_module&) = delete;

 private:
  using functions = event_functions_of<Handler>;

  event_module(std::string_view application, std::string_view name) : application_(application), name_(name) {
    static_assert(count_of(casts_of<Handler>{}) == 0 && count_of(continues_of<Handler>{}) == 0,
                  "Patchbay: an event handler has `events` in place of casts, and no continues");
    build_type<state>(state_type_, name_, Version);
    list_messages();
    list_imports();
    [&]<std::uint32_t... N>(std::integer_sequence<std::uint32_t, N...>) {
      (this->template migrate<N>(), ...);
    }(std::make_integer_sequence<std::uint32_t, Version>());
    static_assert(!mentions<Handler, upgrade<Version>> && !mentions<Handler, downgrade<Version>>,
                  "Patchbay: code_change names this version itself; raise the version in PATCHBAY_GEN_EVENT");
    static_assert(ends_handler<Handler> || !declares_terminate<Handler>,
                  "Patchbay: terminate is `static void terminate(const patchbay::event_end&, state&)`, or returns an "
                  "arg_list");
    static_assert(formats_status<Handler> || !declares_format_status<Handler>,
                  "Patchbay: format_status is `static T format_status(const state&)`, where T is what operators see");
    fill_table();
  }

  void add(std::uint32_t kind, pb_type* type, pb_type* reply, decltype(pb_message::handle) handle) {
    message_rows_.push_back({sizeof(pb_message), kind, type, reply, handle, 0, 0, nullptr, nullptr});
    messages_.push_back(&message_rows_.back());
  }
  template <class Message>
  void ensure() {
    ensure_message<Message>(application_, name_);
  }

  void list_messages() {
    for_each_message(events_of<Handler>{}, [&]<class Message>(Message*) {
      static_assert(handles_event<Handler, Message>,
                    "Patchbay: a message in `events` has no `static handle_event(const M&, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_event<Handler, Message>) {
        this->add(PB_KIND_CAST, &message_cell<Message>, nullptr, &functions::template event<Message>);
      }
    });
    for_each_message(calls_of<Handler>{}, [&]<class Message>(Message*) {
      static_assert(call_message<Message>, "Patchbay: a message in `calls` says `using reply = …;` (void is allowed)");
      static_assert(handles_event_call<Handler, Message>,
                    "Patchbay: a message in `calls` has no `static handle_call(const M&, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_event_call<Handler, Message>) {
        this->add(PB_KIND_CALL, &message_cell<Message>, &reply_cell<Message>, &functions::template call<Message>);
      }
    });
    for_each_message(infos_of<Handler>{}, [&]<class Message>(Message*) {
      static_assert(handles_event_info<Handler, Message>,
                    "Patchbay: a message in `infos` has no `static handle_info(const M&, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_event_info<Handler, Message>) {
        this->add(PB_KIND_INFO, &message_cell<Message>, nullptr, &functions::template info<Message>);
      }
    });
    list_signal<exit_signal>(PB_KIND_EXIT);
    list_signal<down>(PB_KIND_DOWN);
    for_each_message(imports_of<Handler>{}, [&]<class Message>(Message*) {
      if constexpr (call_message<Message>) {
        this->template ensure<Message>();
        this->template list_signal<response<Message>>(PB_KIND_RESPONSE, &message_cell<Message>, &reply_cell<Message>);
      }
    });
  }
  template <class Signal>
  void list_signal(std::uint32_t kind, pb_type* type = nullptr, pb_type* reply = nullptr) {
    if constexpr (handles_event_info<Handler, Signal>) {
      add(kind, type, reply, &functions::template signal<Signal>);
    }
  }

  template <class Message>
  void import(std::uint32_t kind) {
    static_assert(
        owned<Message>,
        "Patchbay: an imported message does not say whose it is; put PATCHBAY_MESSAGES_OF(\"application\", \"module\") "
        "into the namespace of its header");
    if constexpr (owned<Message>) {
      ensure<Message>();
      import_rows_.push_back(
          {sizeof(pb_import), kind, &message_cell<Message>, kind == PB_KIND_CALL ? reply_cell_of<Message>() : nullptr});
      imports_.push_back(&import_rows_.back());
    }
  }
  template <class Message>
  void import_one(Message*) {
    import <Message>(call_message<Message> ? PB_KIND_CALL : PB_KIND_CAST);
  }
  template <class Message>
  void import_one(as_info<Message>*) {
    import <Message>(PB_KIND_INFO);
  }
  void list_imports() {
    for_each_message(imports_of<Handler>{}, [&](auto* message) { this->import_one(message); });
  }

  template <std::uint32_t N>
  void migrate() {
    using step = migration<Handler, Version, N>;
    static_assert(step::check());
    if constexpr (step::exists) {
      auto& type = old_types_.emplace_back();
      build_type<typename step::old_state>(type, name_, N);
      auto& row = migration_rows_.emplace_back();
      row = {sizeof(pb_migration), N, &type, nullptr, nullptr};
      if constexpr (step::up) row.up = &step::climb_thunk;
      if constexpr (step::down) row.down = &step::descend_thunk;
      migrations_.push_back(&row);
    }
  }

  void fill_table() {
    event_.struct_size = sizeof(pb_event_callbacks);
    event_.init = &functions::init;
    if constexpr (ends_handler<Handler>) event_.terminate = &functions::terminate;
    table_.struct_size = sizeof(pb_module);
    table_.behaviour = PB_BEHAVIOUR_GEN_EVENT;
    table_.name = to_str(name_);
    table_.state = &state_type_;
    table_.messages = messages_.data();
    table_.message_count = messages_.size();
    table_.imports = imports_.data();
    table_.import_count = imports_.size();
    table_.migrations = migrations_.data();
    table_.migration_count = migrations_.size();
    table_.event = &event_;
    if constexpr (formats_status<Handler>) {
      using status = std::decay_t<decltype(Handler::format_status(std::declval<const state&>()))>;
      build_type<status>(status_type_, name_ + ".status", 0);
      table_.status = &status_type_;
      table_.format_status = &format_status;
    }
  }
  static pb_status format_status(const void* object, void* storage, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      using status = std::decay_t<decltype(Handler::format_status(std::declval<const state&>()))>;
      ::new (storage) status(Handler::format_status(*static_cast<const state*>(object)));
      return PB_OK;
    });
  }

  // deques, so that rows stay where they are
  std::string application_;
  std::string name_;
  pb_module table_{};
  pb_event_callbacks event_{};
  pb_type state_type_{};
  pb_type status_type_{};
  std::deque<pb_type> old_types_;
  std::deque<pb_message> message_rows_;
  std::deque<pb_import> import_rows_;
  std::deque<pb_migration> migration_rows_;
  std::vector<pb_message*> messages_;
  std::vector<pb_import*> imports_;
  std::vector<const pb_migration*> migrations_;
};

}  // namespace patchbay::detail
