#include "release/swap/change_code.hpp"

#include <memory>
#include <string>
#include <utility>

#include "process/lifecycle.hpp"
#include "release/swap/migration.hpp"
#include "release/swap/route.hpp"
#include "release/swap/swap_access.hpp"

namespace patchbay::release {
namespace {

behaviour::changed_code refused(pb_status status, std::string text) { return {status, std::move(text), false, {}, {}}; }

/// What a code_change asked for: a message that goes first once the process runs again.
void queue_continue(process::process& server, const process::module& to, shadow& made) {
  if (!made.has_continue()) return;
  const std::uint32_t message = made.continue_message();
  const pb_type& type = *to.table().messages[message]->type;
  void* object = made.take_continue();
  auto first = std::make_unique<process::system_message>([message, object, &type](process::process* self) {
    if (self != nullptr) return self->kind().run_continue(*self, message, object);
    type.destroy(object);
    message::release_storage(type, object);
  });
  process::swap_access::hold_first(server, *first.release());
}

}  // namespace

behaviour::changed_code change_code(process::process& suspended, process::system& system, const code::code_server& code,
                                    const pb_args* config) {
  const process::module& from = suspended.code();
  process::module* to = code.hold_module(from.name(), from.application());
  if (to == nullptr) {
    return refused(PB_E_UNDEF_MODULE, "undef_module: what serves of " + from.application() + " has no " + from.name());
  }
  behaviour::changed_code done = change_code_to(suspended, system, *to, config);
  to->group().release();
  return done;
}

behaviour::changed_code change_code_to(process::process& suspended, process::system& system, const process::module& to,
                                       const pb_args* config) {
  const process::module& from = suspended.code();
  behaviour::changed_code done{PB_OK, {}, false, from.group().label, to.group().label};
  if (&from.group() == &to.group()) return done;
  const auto failed = [&](const std::string& why) {
    return refused(PB_E_CALLBACK_FAILED, to.application() + "/" + to.name() + " " + to.version() + ": " + why +
                                             "; the process is as it was, and suspended");
  };
  const outcome<route> way = find_route(from, to);
  // OTP: {error,{'EXIT',{undef,[{Mod,code_change,_}|_]}}}.
  if (!way) return failed("{'EXIT',{undef,code_change}}: " + way.failure().text);
  shadow made;
  void* const old_state = suspended.state();
  void* state = old_state;
  if (way->how != route::way::keep) {
    migration change(*way, config);
    std::string why = change.read(old_state);
    if (why.empty()) why = change.finish(made);
    if (!why.empty()) return failed(why);
    state = made.take_state();
  }
  const std::uint32_t label = system.label_of(to);
  process::process_group& old_group = suspended.group();
  old_group.need();
  process::swap_access::exchange(suspended, to, label, state);
  process::swap_access::move_to(suspended, to.group());
  queue_continue(suspended, to, made);
  if (state != old_state) {
    const pb_type& type = *from.table().state;
    type.destroy(old_state);
    message::release_storage(type, old_state);
  }
  old_group.release();
  done.changed = true;
  return done;
}

}  // namespace patchbay::release
