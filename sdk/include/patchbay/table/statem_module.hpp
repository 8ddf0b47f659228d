#pragma once
// The pb_module of a gen_statem.
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/args.hpp>
#include <patchbay/table/message_lists.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/statem_handlers.hpp>
#include <patchbay/table/statem_versions.hpp>

namespace patchbay::detail {

template <class Module>
auto internals_list() {
  if constexpr (requires { typename Module::internals; })
    return typename Module::internals{};
  else
    return messages<>{};
}
template <class Module>
auto timeouts_list() {
  if constexpr (requires { typename Module::timeouts; })
    return typename Module::timeouts{};
  else
    return messages<>{};
}

/// Built once, while the entry runs; lives until the plugin is unmapped.
template <class Module, std::uint32_t Version>
class statem_module {
 public:
  using state = typename Module::state;
  using data = typename Module::data;
  using both = state_and_data<state, data>;
  static_assert(std::is_empty_v<Module>,
                "Patchbay: a gen_statem has no members; what it remembers belongs into `state` and `struct data`");
  static_assert(Version >= 1 && Version <= oldest_versions, "Patchbay: the version of a state is 1 to 100");

  /// Throws std::logic_error where the module contradicts itself or another one; the text says how.
  static const pb_module* table(std::string_view application, std::string_view name) {
    static statem_module module(application, name);
    return &module.table_;
  }

  statem_module(const statem_module&) = delete;
  statem_module& operator=(const statem_module&) = delete;

 private:
  using functions = statem_handlers<Module>;

  statem_module(std::string_view application, std::string_view name) : application_(application), name_(name) {
    build_type<both>(state_type_, name_, Version);
    list_messages();
    list_own_messages();
    list_signals();
    for_each_message(imports_of<Module>{}, [&](auto* message) { this->import_one(message); });
    [&]<std::uint32_t... N>(std::integer_sequence<std::uint32_t, N...>) {
      (this->template migrate<N>(), ...);
    }(std::make_integer_sequence<std::uint32_t, Version>());
    static_assert(!mentions<Module, upgrade<Version>> && !mentions<Module, downgrade<Version>>,
                  "Patchbay: code_change names this version itself; raise the version in PATCHBAY_GEN_STATEM");
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
    for_each_message(calls_of<Module>{}, [&]<class Message>(Message*) {
      static_assert(call_message<Message>, "Patchbay: a message in `calls` says `using reply = …;` (void is allowed)");
      static_assert(handles_statem_event<Module, on::call<Message>>(),
                    "Patchbay: a message in `calls` has no handle_event(const on::call<M>&, …, data&) in any state");
      this->template ensure<Message>();
      this->add(PB_KIND_CALL, &message_cell<Message>, &reply_cell<Message>, &functions::template call<Message>);
    });
    for_each_message(casts_of<Module>{}, [&]<class Message>(Message*) {
      static_assert(handles_statem_event<Module, on::cast<Message>>(),
                    "Patchbay: a message in `casts` has no handle_event(const on::cast<M>&, …, data&) in any state");
      this->template add_event<on::cast<Message>, Message>(PB_KIND_CAST);
    });
    for_each_message(infos_of<Module>{}, [&]<class Message>(Message*) {
      static_assert(handles_statem_event<Module, on::info<Message>>(),
                    "Patchbay: a message in `infos` has no handle_event(const on::info<M>&, …, data&) in any state");
      this->template add_event<on::info<Message>, Message>(PB_KIND_INFO);
    });
  }

  void list_own_messages() {
    for_each_message(decltype(internals_list<Module>()){}, [&]<class Message>(Message*) {
      static_assert(
          handles_statem_event<Module, on::internal<Message>>(),
          "Patchbay: a message in `internals` has no handle_event(const on::internal<M>&, …, data&) in any state");
      this->template add_event<on::internal<Message>, Message>(PB_KIND_INTERNAL);
    });
    for_each_message(decltype(timeouts_list<Module>()){}, [&]<class Message>(Message*) {
      constexpr bool by_event = handles_statem_event<Module, on::timeout<Message>>();
      constexpr bool by_state = handles_statem_event<Module, on::state_timeout<Message>>();
      constexpr bool by_name = handles_statem_event<Module, on::generic_timeout<Message>>();
      static_assert(by_event || by_state || by_name,
                    "Patchbay: a message in `timeouts` has no handle_event for on::timeout<M>, on::state_timeout<M> or "
                    "on::generic_timeout<M> in any state");
      if constexpr (by_event) this->template add_event<on::timeout<Message>, Message>(PB_KIND_EVENT_TIMEOUT);
      if constexpr (by_state) this->template add_event<on::state_timeout<Message>, Message>(PB_KIND_STATE_TIMEOUT);
      if constexpr (by_name) {
        this->template ensure<Message>();
        this->add(PB_KIND_GENERIC_TIMEOUT, &message_cell<Message>, nullptr,
                  &functions::template generic_timeout<Message>);
      }
    });
  }
  template <class Event, class Message>
  void add_event(std::uint32_t kind) {
    ensure<Message>();
    add(kind, &message_cell<Message>, nullptr, &functions::template message<Event, Message>);
  }

  void list_signals() {
    if constexpr (handles_statem_event<Module, exit_signal>())
      add(PB_KIND_EXIT, nullptr, nullptr, &functions::template signal<exit_signal>);
    if constexpr (handles_statem_event<Module, down>())
      add(PB_KIND_DOWN, nullptr, nullptr, &functions::template signal<down>);
    const auto responses = [&]<class Message>(Message*) {
      if constexpr (call_message<Message>) {
        if constexpr (handles_statem_event<Module, response<Message>>()) {
          this->template ensure<Message>();
          this->add(PB_KIND_RESPONSE, &message_cell<Message>, &reply_cell<Message>,
                    &functions::template response_event<Message>);
        }
      }
    };
    for_each_message(imports_of<Module>{}, responses);
    for_each_message(calls_of<Module>{}, [&]<class Message>(Message* message) {
      if constexpr (!is_listed<Message>(imports_of<Module>{})) responses(message);
    });
  }

  template <class Message>
  void import_one(Message*, std::uint32_t kind = call_message<Message> ? PB_KIND_CALL : PB_KIND_CAST) {
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
  void import_one(as_info<Message>*) {
    import_one(static_cast<Message*>(nullptr), PB_KIND_INFO);
  }

  template <std::uint32_t N>
  void migrate() {
    using step = migration<statem_versions<Module>, Version, N>;
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
    constexpr bool by_state = mode_of<Module>() == callback_mode::state_functions;
    callbacks_ = {sizeof(pb_statem_callbacks),
                  by_state ? PB_STATEM_STATE_FUNCTIONS : PB_STATEM_HANDLE_EVENT_FUNCTION,
                  functions::enters ? 1u : 0u,
                  0,
                  nullptr,
                  nullptr,
                  &name_of_state};
    if constexpr (functions::enters) {
      callbacks_.enter = &functions::enter;
      callbacks_.forget = &functions::forget;
    }
    table_.struct_size = sizeof(pb_module);
    table_.behaviour = PB_BEHAVIOUR_GEN_STATEM;
    table_.name = to_str(name_);
    table_.state = &state_type_;
    table_.messages = messages_.data();
    table_.message_count = messages_.size();
    table_.imports = imports_.data();
    table_.import_count = imports_.size();
    table_.migrations = migrations_.data();
    table_.migration_count = migrations_.size();
    table_.statem = &callbacks_;
    table_.init = &init;
    functions::table = &table_;
    if constexpr (requires(const exit_reason& why, const state& s, data& d) { Module::terminate(why, s, d); }) {
      table_.terminate = &terminate;
    }
    if constexpr (requires(const state& s, const data& d) { Module::format_status(s, d); }) {
      using status =
          std::decay_t<decltype(Module::format_status(std::declval<const state&>(), std::declval<const data&>()))>;
      build_type<status>(status_type_, name_ + ".status", 0);
      table_.status = &status_type_;
      table_.format_status = &format_status;
    }
  }

  static pb_status init(const pb_args* raw, void* storage, pb_result* result) noexcept {
    return run_callback(result, [&] {
      const args config(raw);
      const auto run = [&]() -> decltype(auto) {
        if constexpr (requires { Module::init(config); }) {
          return Module::init(config);
        } else {
          static_assert(
              requires { Module::init(); },
              "Patchbay: a gen_statem has `static auto init(const patchbay::args&)` or `static auto init()`");
          return Module::init();
        }
      };
      static_assert(std::is_convertible_v<decltype(run()), statem_init<state, data>>,
                    "Patchbay: init returns ok(state, data), statem_init<state, data>, stop(reason), "
                    "init_error(reason) or ignore()");
      statem_init<state, data> started = run();
      result->statem->outcome = started.outcome();
      result->reason_kind = static_cast<std::uint32_t>(started.why().word());
      write_text(result->reason_text, started.why().text());
      functions::perform(started.actions(), result, functions::table);
      if (started.start()) ::new (storage) both(std::move(*started.start()));
    });
  }
  static pb_status terminate(const pb_reason* reason, void* object, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      auto& now = *static_cast<both*>(object);
      Module::terminate(exit_reason(*reason), std::as_const(now.state), now.data);
      return PB_OK;
    });
  }
  static pb_status format_status(const void* object, void* storage, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      const auto& now = *static_cast<const both*>(object);
      using status = std::decay_t<decltype(Module::format_status(now.state, now.data))>;
      ::new (storage) status(Module::format_status(now.state, now.data));
      return PB_OK;
    });
  }
  static void name_of_state(const void* object, const pb_sink* out) noexcept {
    guarded(nullptr, PB_E_EXCEPTION, [&] {
      write_text(out, state_name(static_cast<const both*>(object)->state));
      return PB_OK;
    });
  }

  // deques, so that rows stay where they are
  std::string application_;
  std::string name_;
  pb_module table_{};
  pb_statem_callbacks callbacks_{};
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
