// Applications of the release that serves, and their trees as JSON.
#include <utility>
#include <vector>

#include "behaviour/application_controller.hpp"
#include "node/node.hpp"

namespace patchbay::node {
namespace {

behaviour::application_type type_of(release::start_type type) {
  switch (type) {
    case release::start_type::permanent:
      return behaviour::application_type::permanent;
    case release::start_type::transient:
      return behaviour::application_type::transient;
    case release::start_type::temporary:
      return behaviour::application_type::temporary;
    case release::start_type::load:
      return behaviour::application_type::load;
    case release::start_type::none:
      return behaviour::application_type::none;
  }
  return behaviour::application_type::none;
}

behaviour::application described(const release::application_view& view) {
  return {.name = view.app.name,
          .version = view.app.vsn,
          .applications = view.app.applications,
          .type = type_of(view.type),
          .env_json = view.env.dump(),
          .mod_module = view.app.mod_module,
          .mod_args_json = view.app.mod_args.dump()};
}

json node_json(const behaviour::tree_node& node) {
  json children = json::array();
  for (const auto& each : node.children) children.push_back(node_json(each));
  return {{"id", node.id},
          {"pid", node.pid == 0 ? json() : json(process::pid_text(node.pid))},
          {"name", node.name.empty() ? json() : json(node.name)},
          {"module", node.application + "/" + node.module},
          {"type", behaviour::word(node.type)},
          {"status", behaviour::word(node.state)},
          {"children", std::move(children)}};
}

}  // namespace

outcome<void> node::start_applications() {
  applications_ = std::make_unique<behaviour::application_controller>(
      *system_, behaviour::application_options{
                    .find_module = module_finder(),
                    .on_permanent_exit = [this](const std::string& application, const process::reason& why) {
                      log(PB_LOG_ERROR, "application " + application + " ended: " + why.words() + "; the host stops");
                      stopping_.ask("application " + application + " ended: " + why.words());
                    }});
  std::vector<behaviour::application> in_order;
  for (const auto& view : releases_->current()->applications) in_order.push_back(described(view));
  return applications_->start_all(in_order);
}

void node::configure(const release::release_view& serving) {
  log_->set_release(serving.id());
  if (!applications_) return;  // at boot they are started with it
  for (const auto& view : serving.applications) {
    if (auto changed = applications_->config_change(described(view)); !changed)
      log(PB_LOG_ERROR, changed.failure().text);
  }
}

json node::tree() const {
  json list = json::array();
  for (const auto& each : applications_->tree()) {
    json top = json::array();
    for (const auto& child : each.top) top.push_back(node_json(child));
    list.push_back({{"application", each.application.name},
                    {"version", each.application.version},
                    {"type", behaviour::word(each.application.type)},
                    {"started", each.application.started},
                    {"children", std::move(top)}});
  }
  return list;
}

}  // namespace patchbay::node
