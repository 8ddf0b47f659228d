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

behaviour::application described(const release::release_view& release, const release::application_view& view) {
  // One that is included is started by the tree of its including application.
  const bool included = release.including(view.app.name) != nullptr && view.type != release::start_type::none;
  std::vector<behaviour::application::phase> phases;
  for (const auto& each : view.app.start_phases) phases.push_back({each.phase, each.args.dump()});
  return {.name = view.app.name,
          .version = view.app.vsn,
          .description = view.app.description,
          .applications = view.app.applications,
          .optional_applications = view.app.optional_applications,
          .included_applications = view.app.included_applications,
          .type = included ? behaviour::application_type::load : type_of(view.type),
          .env_json = view.env.dump(),
          .mod_module = view.app.mod_module,
          .mod_args_json = view.app.mod_args.dump(),
          .start_phases = std::move(phases),
          .max_t = process::milliseconds(view.app.max_t)};
}

std::vector<behaviour::application> described(const release::release_view& release) {
  std::vector<behaviour::application> in_order;
  for (const auto& view : release.applications) in_order.push_back(described(release, view));
  return in_order;
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
                    .find_application = [this](const std::string& name) -> std::optional<behaviour::application> {
                      const auto release = releases_->current();
                      const auto* view = release->find(name);
                      if (view == nullptr) return std::nullopt;
                      return described(*release, *view);
                    },
                    .on_permanent_exit =
                        [this](const std::string& application, const process::reason& why) {
                          log(PB_LOG_ERROR,
                              "application " + application + " ended: " + why.words() + "; the host stops");
                          stopping_.ask_failed("application " + application + " ended: " + why.words());
                        }});
  host_table_.bind(applications_.get());
  const auto in_order = described(*releases_->current());
  // All of them before the first starts: it may read the env of another.
  auto envs = behaviour::application_controller::envs_of(in_order);
  if (!envs) return envs.failure();
  applications_->env().exchange(*envs);
  return applications_->start_all(in_order);
}

outcome<std::function<void()>> node::prepare(const release::release_view& next) {
  auto envs = behaviour::application_controller::envs_of(described(next));
  if (!envs) return envs.failure();
  envs_ = std::make_shared<behaviour::environment::table>(std::move(*envs));
  return std::function<void()>([this, shown = envs_] { applications_->env().exchange(*shown); });
}

void node::configure(const release::release_view& serving) {
  log_->set_release(serving.id());
  if (!applications_) return;  // at boot they are started with it
  applications_->config_change(described(serving), *envs_);
  envs_.reset();
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
