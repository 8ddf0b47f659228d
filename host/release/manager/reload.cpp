// A plugin built anew, beside the one that runs: the textbooks' `r Sequence.Server`.
#include <utility>

#include "port/text.hpp"
#include "release/manager/given_path.hpp"
#include "release/manager/manager.hpp"
#include "release/manager/newcomers.hpp"

namespace patchbay::release {
namespace {

constexpr std::chrono::milliseconds purge_patience{2000};

/// Every module's state must be as it was: there is no version that a code_change could begin from.
outcome<application_plan> same_shape(const code::plugin_facts& from, const code::generation& to) {
  application_plan same{.application = to.application,
                        .from_version = from.version,
                        .to_version = to.version,
                        .way = direction::up,
                        .modules = {}};
  for (const code::module_facts& module : to.facts.modules) {
    module_plan each;
    each.module = module.name;
    each.action = module_action::soft;
    for (const code::module_facts& before : from.modules) {
      if (before.name != module.name) continue;
      if (before.state.schema != module.state.schema) {
        return error{
            "schema_changed",
            to.application + "/" + module.name +
                ": the state's schema is another one than that of the processes that run; give the new build a version "
                "and an appup of its own, or start new processes without upgrading these"};
      }
      same.modules.push_back(std::move(each));
      break;
    }
  }
  return same;
}

bool is_build(const application_view& folder, const std::string& build_id) {
  const auto facts = code::read_facts(folder.facts_file());
  return facts && facts->build_id == build_id;
}

}  // namespace

std::vector<code::generation*> release_manager::inhabited(std::string_view application,
                                                          const code::generation& but) const {
  std::vector<code::generation*> found;
  for (code::generation* each : rooms_.code->generations()) {
    if (each != &but && each->application == application && each->served && each->group.resident_count() != 0) {
      found.push_back(each);
    }
  }
  return found;
}

outcome<reload_report> release_manager::reload(std::string_view application, const std::filesystem::path& folder,
                                               bool upgrade, const install_options& options) {
  if (auto usable = names_a_directory(folder); !usable) return usable.failure();
  const auto slot = slot_.take("reload " + port::shortened(application));
  if (!slot) return slot.failure();
  if (!rooms_.store->allows_unsigned()) {
    return error{"unsigned",
                 "what is built anew is not signed, and this host runs signed packages only; reload on a host "
                 "that was started with --allow-unsigned"};
  }
  const auto serving = current();
  const application_view* known = serving->find(application);
  if (known == nullptr) {
    return error{"undef_application", serving->id() + " has no application " + port::shortened(application)};
  }
  auto app = read_app(folder / (std::string(application) + ".app.toml"));
  if (!app) return app.failure();
  if (app->vsn != known->app.vsn) {
    return error{"bad_version", folder.string() + " holds " + app->name + " " + app->vsn + ", but " + known->app.vsn +
                                    " runs; another version is installed with a release, by `relup install`"};
  }
  application_view rebuilt = *known;
  rebuilt.app = std::move(*app);
  rebuilt.directory = folder;
  rebuilt.library_sha256.clear();

  // What nobody runs any more makes room, a rebuild too in which nothing has started yet: until the next one serves, new processes start
  // in the code that the running ones have.
  if (code::generation* last = rooms_.code->current(application);
      last != nullptr && last->group.resident_count() == 0) {
    const auto older = inhabited(application, *last);
    if (!older.empty() && !older.back()->group.superseded()) rooms_.code->publish(*older.back());
  }
  for (code::generation* each : rooms_.code->generations()) {
    if (each->application == application && each->status == code::generation_status::retired &&
        each->group.resident_count() == 0) {
      rooms_.code->purge(*each, std::chrono::milliseconds(0));
    }
  }
  newcomers loaded(rooms_);
  code::generation* next = rooms_.code->current(application);
  // What serves is that very build: to upgrade is to take the others along to it.
  if (!upgrade || next == nullptr || !is_build(rebuilt, next->build_id)) {
    const std::string rebuild = "+r" + std::to_string(rebuilds_ + 1);
    options.tell("load", rebuilt.app.name + " " + rebuilt.app.vsn + rebuild);
    const auto made = loaded.load(rebuilt, rebuild);
    if (!made) return with_pins(made.failure(), loaded.unload());
    ++rebuilds_;
    next = *made;
  }
  reload_report report;
  report.label = next->label();
  if (upgrade) {
    std::vector<application_plan> plans;
    const auto older = inhabited(application, *next);
    plans.reserve(older.size());
    std::vector<swap_application> set;
    for (code::generation* from : older) {
      auto same = same_shape(from->facts, *next);
      if (!same) return with_pins(same.failure(), loaded.unload());
      plans.push_back(std::move(*same));
      set.push_back({.plan = &plans.back(), .to_view = known, .from = from, .to = next, .from_view = known});
    }
    if (!set.empty()) {
      const auto swapped = swap(*rooms_.system, *rooms_.code, set, limits(options));
      if (!swapped) return with_pins(swapped.failure(), loaded.unload());
      report.swap = *swapped;
    }
    loaded.hand_over();
    rooms_.code->publish(*next);
    if (!older.empty()) report.purged = rooms_.code->purge(older, purge_patience);
  } else {
    loaded.hand_over();
    rooms_.code->publish(*next);
  }
  for (const code::generation* each : inhabited(application, *next)) report.older += each->group.resident_count();
  rooms_.log(PB_LOG_INFO,
             "reload: new processes start in " + report.label + "; the next start boots the permanent release");
  return report;
}

}  // namespace patchbay::release
