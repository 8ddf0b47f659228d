#include "release/swap/route.hpp"

#include <utility>

#include "message/type_registry.hpp"

namespace patchbay::release {
namespace {

const pb_migration* migration_of(const process::module& newer, std::uint32_t older_version) {
  for (std::size_t i = 0; i < newer.table().migration_count; ++i) {
    const pb_migration* each = newer.table().migrations[i];
    if (each->version == older_version) return each;
  }
  return nullptr;
}

outcome<route> complete(route found, bool advanced) {
  if (found.to->table().behaviour == PB_BEHAVIOUR_SUPERVISOR) {
    found.how = route::way::supervisor;
    return found;
  }
  const pb_type* old_state = found.from->table().state;
  const pb_type* new_state = found.to->table().state;
  if (old_state == nullptr || new_state == nullptr) return found;
  if (!advanced) {
    found.how = message::same_layout(*old_state, *new_state) ? route::way::keep : route::way::bytes;
    return found;
  }
  const bool up = found.up;
  found.how = route::way::code_change;
  found.migration = up ? migration_of(*found.to, old_state->version) : migration_of(*found.from, new_state->version);
  if (found.migration == nullptr || (up ? found.migration->up : found.migration->down) == nullptr) {
    return error{"no_code_change", found.target() + ": the newer plugin has no code_change " + (up ? "from" : "to") +
                                       " state version " +
                                       std::to_string(up ? old_state->version : new_state->version)};
  }
  found.before = up ? found.migration->old_state : old_state;
  found.after = up ? new_state : found.migration->old_state;
  return found;
}

}  // namespace

std::string route::target() const { return application + "/" + module + " " + to_version; }

outcome<route> find_route(const application_plan& application, const module_plan& module, const code::generation& from,
                          const code::generation& to) {
  route found;
  found.application = application.application;
  found.module = module.module;
  found.to_version = application.to_version;
  found.up = application.way == direction::up;
  found.from = from.find(module.module);
  found.to = to.find(module.module);
  if (found.from == nullptr || found.to == nullptr) {
    return error{"undef_module", found.target() + ": no such module in " + (found.from == nullptr ? from : to).label() +
                                     "; name it in the appup"};
  }
  return complete(std::move(found), module.action == module_action::advanced);
}

outcome<route> find_route(const process::module& from, const process::module& to) {
  route found;
  found.application = to.application();
  found.module = to.name();
  found.to_version = to.version();
  found.from = &from;
  found.to = &to;
  const pb_type* old_state = from.table().state;
  const pb_type* new_state = to.table().state;
  const bool both = old_state != nullptr && new_state != nullptr;
  found.up = !both || old_state->version <= new_state->version;
  return complete(std::move(found), both && old_state->version != new_state->version);
}

}  // namespace patchbay::release
