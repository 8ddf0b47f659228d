// The trees of all applications, level by level, so that one busy supervisor hides only what is below it.
#include <future>
#include <utility>

#include "behaviour/application_controller.hpp"
#include "behaviour/gen_event.hpp"
#include "behaviour/supervisor_control.hpp"

namespace patchbay::behaviour {
namespace {

struct question {
  tree_node* supervisor;
  std::future<outcome<std::vector<child_info>>> answer;
};

tree_node node_of(child_info&& child) {
  tree_node node;
  node.id = std::move(child.id);
  node.pid = child.pid;
  node.name = std::move(child.name);
  node.module = std::move(child.module);
  node.application = std::move(child.application);
  node.type = child.type;
  node.restart = child.restart;
  if (child.pid == 0) {
    node.state = child.restarting ? tree_node::condition::restarting : tree_node::condition::undefined;
  }
  return node;
}

/// Event managers show their handlers.
bool manages_events(const tree_node& node) {
  return node.module == "patchbay/gen_event" || (node.application == "patchbay" && node.module == "gen_event");
}

/// Fills one level and returns the supervisors of the next.
std::vector<tree_node*> fill(process::system& system, supervisor_control& control, const std::vector<tree_node*>& level,
                             process::milliseconds timeout) {
  std::vector<question> asked;
  asked.reserve(level.size());
  for (tree_node* each : level) {
    asked.push_back(
        {each, manages_events(*each) ? gen_event::ask_handlers(system, each->pid) : control.ask_children(each->pid)});
  }
  const auto deadline = process::deadline_after(timeout);
  std::vector<tree_node*> below;
  for (auto& [node, answer] : asked) {
    if (answer.wait_until(deadline) != std::future_status::ready) {
      node->state = tree_node::condition::busy;
      continue;
    }
    auto children = answer.get();
    if (!children) {  // it has ended meanwhile
      node->state = tree_node::condition::undefined;
      continue;
    }
    node->children.reserve(children->size());
    for (auto child = children->rbegin(); child != children->rend(); ++child) {
      node->children.push_back(node_of(std::move(*child)));
    }
    for (auto& child : node->children) {
      if ((child.type == child_type::supervisor || manages_events(child)) && child.pid != 0) below.push_back(&child);
    }
  }
  return below;
}

}  // namespace

std::vector<application_tree> application_controller::tree(process::milliseconds timeout) const {
  std::vector<application_tree> trees;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& each : entries_) {
      application_tree& made = trees.emplace_back();
      made.application = {each.what.name, each.what.version, each.what.description,
                          each.what.type, each.started(),    each.top};
      if (each.top == 0) continue;
      tree_node& top = made.top.emplace_back();
      top.id = top.module = each.what.mod_module;
      top.application = each.what.name;
      top.pid = each.top;
      top.type = each.supervisor ? child_type::supervisor : child_type::worker;
    }
  }
  std::vector<tree_node*> level;
  for (auto& each : trees) {
    for (auto& top : each.top) {
      if (const auto seen = system_.info(top.pid)) top.name = seen->name;
      if (top.type == child_type::supervisor || manages_events(top)) level.push_back(&top);
    }
  }
  supervisor_control control(system_);
  while (!level.empty()) level = fill(system_, control, level, timeout);
  return trees;
}

}  // namespace patchbay::behaviour
