#pragma once
// The pb_module of a gen_server.
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <patchbay/abi.h>
#include <patchbay/answers.hpp>
#include <patchbay/args.hpp>
#include <patchbay/table/forgotten.hpp>
#include <patchbay/table/handlers.hpp>
#include <patchbay/table/message_lists.hpp>
#include <patchbay/table/message_types.hpp>
#include <patchbay/table/migrations.hpp>

namespace patchbay::detail {

/// Built once, while the entry runs; lives until the plugin is unmapped.
template <class Server, std::uint32_t Version>
class server_module {
 public:
  using state = typename Server::state;
  static_assert(std::is_empty_v<Server>,
                "Patchbay: a gen_server has no members; what it remembers belongs into `struct state`");
  static_assert(Version >= 1 && Version <= oldest_versions, "Patchbay: the version of a state is 1 to 100");

  /// Throws std::logic_error where the module contradicts itself or another one; the text says how.
  static const pb_module* table(std::string_view application, std::string_view name) {
    static server_module module(application, name);
    return &module.table_;
  }

  server_module(const server_module&) = delete;
  server_module& operator=(const server_module&) = delete;

 private:
  server_module(std::string_view application, std::string_view name) : application_(application), name_(name) {
    build_type<state>(state_type_, name_, Version);
    list_messages();
    list_signals();
    list_imports();
    [&]<std::uint32_t... N>(std::integer_sequence<std::uint32_t, N...>) {
      (this->template migrate<N>(), ...);
    }(std::make_integer_sequence<std::uint32_t, Version>());
    static_assert(!mentions<Server, upgrade<Version>> && !mentions<Server, downgrade<Version>>,
                  "Patchbay: code_change names this version itself; raise the version in PATCHBAY_GEN_SERVER");
    static_assert(forgets_nothing<Server>());
    fill_table();
  }

  void add(std::uint32_t kind, pb_type* type, pb_type* reply, decltype(pb_message::handle) handle,
           const coroutine_functions& task = {}) {
    message_rows_.push_back({sizeof(pb_message), kind, type, reply, handle, task.flags, 0, task.resume, task.destroy});
    messages_.push_back(&message_rows_.back());
  }
  template <class Message>
  void ensure() {
    ensure_message<Message>(application_, name_);
  }

  void list_messages() {
    for_each_message(calls_of<Server>{}, [&]<class Message>(Message*) {
      static_assert(call_message<Message>, "Patchbay: a message in `calls` says `using reply = …;` (void is allowed)");
      static_assert(handles_call<Server, Message>,
                    "Patchbay: a message in `calls` has no `static handle_call(const M&, patchbay::from, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_call<Server, Message>) {
        this->add(PB_KIND_CALL, &message_cell<Message>, &reply_cell<Message>, &handlers<Server>::template call<Message>,
                  coroutine_table<Server, reply_object<Message>, call_answer<Server, Message>>::functions);
      }
    });
    for_each_message(casts_of<Server>{}, [&]<class Message>(Message*) {
      static_assert(handles_cast<Server, Message>,
                    "Patchbay: a message in `casts` has no `static handle_cast(const M&, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_cast<Server, Message>) {
        this->add(PB_KIND_CAST, &message_cell<Message>, nullptr, &handlers<Server>::template cast<Message>,
                  coroutine_table<Server, void, cast_answer<Server, Message>>::functions);
      }
    });
    for_each_message(infos_of<Server>{}, [&]<class Message>(Message*) {
      static_assert(handles_info<Server, Message>,
                    "Patchbay: a message in `infos` has no `static handle_info(const M&, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_info<Server, Message>) {
        this->add(PB_KIND_INFO, &message_cell<Message>, nullptr, &handlers<Server>::template info<Message>,
                  coroutine_table<Server, void, info_answer<Server, Message>>::functions);
      }
    });
    for_each_message(continues_of<Server>{}, [&]<class Message>(Message*) {
      static_assert(handles_continue<Server, Message>,
                    "Patchbay: a message in `continues` has no `static handle_continue(const M&, state&)`");
      this->template ensure<Message>();
      if constexpr (handles_continue<Server, Message>) {
        this->add(PB_KIND_CONTINUE, &message_cell<Message>, nullptr, &handlers<Server>::template continued<Message>,
                  coroutine_table<Server, void, continue_answer<Server, Message>>::functions);
      }
    });
  }

  template <class Signal>
  void list_signal(std::uint32_t kind, pb_type* type = nullptr, pb_type* reply = nullptr) {
    if constexpr (handles_info<Server, Signal>) add(kind, type, reply, &handlers<Server>::template signal<Signal>);
  }
  void list_signals() {
    list_signal<exit_signal>(PB_KIND_EXIT);
    list_signal<down>(PB_KIND_DOWN);
    list_signal<timeout>(PB_KIND_TIMEOUT);
    const auto responses = [&]<class Message>(Message*) {
      if constexpr (call_message<Message>) {
        this->template ensure<Message>();
        this->template list_signal<response<Message>>(PB_KIND_RESPONSE, &message_cell<Message>, &reply_cell<Message>);
      }
    };
    for_each_message(imports_of<Server>{}, responses);
    for_each_message(calls_of<Server>{}, [&]<class Message>(Message* message) {
      if constexpr (!is_listed<Message>(imports_of<Server>{})) responses(message);
    });
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
    for_each_message(imports_of<Server>{}, [&](auto* message) { this->import_one(message); });
  }

  template <std::uint32_t N>
  void migrate() {
    using step = migration<Server, Version, N>;
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
    table_.struct_size = sizeof(pb_module);
    table_.behaviour = PB_BEHAVIOUR_GEN_SERVER;
    table_.name = to_str(name_);
    table_.state = &state_type_;
    table_.messages = messages_.data();
    table_.message_count = messages_.size();
    table_.imports = imports_.data();
    table_.import_count = imports_.size();
    table_.migrations = migrations_.data();
    table_.migration_count = migrations_.size();
    table_.init = &init;
    if constexpr (requires { Server::max_mailbox; }) table_.max_mailbox = std::uint64_t{Server::max_mailbox};
    if constexpr (has_terminate<Server>) table_.terminate = &terminate;
    if constexpr (formats_status<Server>) {
      using status = std::decay_t<decltype(Server::format_status(std::declval<const state&>()))>;
      build_type<status>(status_type_, name_ + ".status", 0);
      table_.status = &status_type_;
      table_.format_status = &format_status;
    }
  }

  static pb_status init(const pb_args* raw, void* storage, pb_result* result) noexcept {
    return run_callback(result, [&] {
      const args config(raw);
      const auto run = [&]() -> decltype(auto) {
        if constexpr (requires { Server::init(config); }) {
          return Server::init(config);
        } else {
          static_assert(
              requires { Server::init(); },
              "Patchbay: a gen_server has `static state init(const patchbay::args&)` or `static state init()`");
          return Server::init();
        }
      };
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(run())>, state>) {
        ::new (storage) state(run());
      } else {
        static_assert(answers_init<Server, decltype(run())>,
                      "Patchbay: init returns state, patchbay::init_result<state>, ok(state), ok(state, 5s), ok(state, "
                      "then(…)), stop(reason), init_error(reason) or ignore()");
        if constexpr (answers_init<Server, decltype(run())>) answer_writer<Server>(result, storage).start(run());
      }
    });
  }
  static pb_status terminate(const pb_reason* reason, void* object, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      Server::terminate(exit_reason(*reason), *static_cast<state*>(object));
      return PB_OK;
    });
  }
  static pb_status format_status(const void* object, void* storage, const pb_sink* error) noexcept {
    return guarded(error, PB_E_EXCEPTION, [&] {
      using status = std::decay_t<decltype(Server::format_status(std::declval<const state&>()))>;
      ::new (storage) status(Server::format_status(*static_cast<const state*>(object)));
      return PB_OK;
    });
  }

  // deques, so that rows stay where they are
  std::string application_;
  std::string name_;
  pb_module table_{};
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
