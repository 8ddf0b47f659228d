#include "stage.hpp"

#include <utility>

#include "behaviour/host_table.hpp"
#include "code/attach.hpp"
#include "message/type_registry.hpp"
#include "process/system.hpp"
#include "release/swap/route.hpp"
#include "scheduler/manual.hpp"
#include "scheduler/scheduler.hpp"

namespace canary {

using patchbay::outcome;
using namespace patchbay::release;

/// In the order of their building; each uses only those above it.
struct stage::rooms {
  rooms() : hand(1) {
    patchbay::process::system_options options;
    options.scheduler.by_hand = &hand;
    options.log = [](const patchbay::process::report&) {};
    system = std::make_unique<patchbay::process::system>(std::move(options), types);
    table.bind(*system, [](std::string_view, std::string_view) { return nullptr; });
    system->start();
    thread = std::make_unique<patchbay::scheduler::attached_thread>(system->scheduler());
  }
  ~rooms() {
    system->stop();
    thread.reset();
  }
  rooms(const rooms&) = delete;
  rooms& operator=(const rooms&) = delete;

  patchbay::scheduler::manual hand;
  patchbay::message::type_registry types;
  patchbay::behaviour::host_table table;
  std::unique_ptr<patchbay::process::system> system;
  std::unique_ptr<patchbay::scheduler::attached_thread> thread;
  std::vector<std::unique_ptr<patchbay::code::generation>> generations;  // as in the task
};

stage::stage() : rooms_(std::make_unique<rooms>()) {}
stage::~stage() = default;

outcome<std::unique_ptr<stage>> stage::set(const canary_task& task) {
  std::unique_ptr<stage> made(new stage);
  if (auto loaded = made->load(task); !loaded) return loaded.failure();
  if (auto prepared = made->prepare(task); !prepared) return prepared.failure();
  return made;
}

outcome<void> stage::load(const canary_task& task) {
  configurations_.reserve(task.libraries.size());  // its elements are pointed to
  for (const canary_library& each : task.libraries) {
    auto next = std::make_unique<patchbay::code::generation>();
    next->application = each.application;
    next->version = each.version;
    next->source = each.path;
    next->copy = each.path;
    next->group.label = "g" + std::to_string(rooms_->generations.size() + 1);
    if (auto entered = patchbay::code::enter(*next, rooms_->table.table()); !entered) return entered;
    patchbay::code::take_in(*next, rooms_->types);
    rooms_->generations.push_back(std::move(next));
    configurations_.emplace_back(each.config);
  }
  return {};
}

outcome<void> stage::prepare(const canary_task& task) {
  for (const canary_way& each : task.ways) {
    const auto& from = *rooms_->generations[each.from];
    const auto& to = *rooms_->generations[each.to];
    const auto route_between = [&](const patchbay::code::generation& here, const patchbay::code::generation& there,
                                   direction way) {
      application_plan application{here.application, here.version, there.version, way, {}};
      module_plan module;
      module.module = each.module;
      module.action = each.advanced ? module_action::advanced : module_action::soft;
      return find_route(application, module, here, there);
    };
    auto forth = route_between(from, to, each.up ? direction::up : direction::down);
    if (!forth) return forth.failure();
    auto back = route_between(to, from, each.up ? direction::down : direction::up);
    if (!back) return back.failure();
    auto made = trial::make(std::move(*forth), std::move(*back), configurations_[each.to].handle(),
                            configurations_[each.from].handle(), each.lossy);
    if (!made) return made.failure();
    trials_.push_back(std::move(*made));
  }
  return {};
}

}  // namespace canary
