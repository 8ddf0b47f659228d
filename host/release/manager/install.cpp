// plan -> record -> load -> swap -> finish -> purge. Until the swap has switched, every failure leaves the old release serving.
#include <chrono>
#include <utility>

#include "release/manager/manager.hpp"
#include "release/manager/newcomers.hpp"

namespace patchbay::release {
namespace {

using clock = std::chrono::steady_clock;

// What still holds the old code a moment after the thaw are payloads and replies under way.
constexpr std::chrono::milliseconds purge_patience{2000};

std::int64_t microseconds_since(clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - start).count();
}

std::string counted(std::size_t number, const char* what) {
  return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

}  // namespace

swap_options release_manager::limits(const install_options& options) const {
  canary_options canary = rooms_.canary;
  canary.state_limit = options.code_change_timeout;
  return {.suspend_timeout = options.suspend_timeout,
          .code_change_timeout = options.code_change_timeout,
          .migration_threads = 0,
          .progress = options.tell,
          .cancelled = [this] { return slot_.cancelled(); },
          .canary = std::move(canary),
          .keep_state = rooms_.keep_state};
}

outcome<std::vector<swap_application>> release_manager::load_set(newcomers& loaded, const plan& planned,
                                                                 const release_view& from, const release_view& to,
                                                                 const tell_phase& tell) {
  std::vector<swap_application> set;
  for (const auto& change : planned.applications) {
    tell("load", change.application + " " + change.to_version);
    const auto generation = loaded.load(*to.find(change.application));
    if (!generation) return generation.failure();
    const auto add = [&](code::generation* serving) {
      set.push_back({.plan = &change,
                     .to_view = to.find(change.application),
                     .from = serving,
                     .to = *generation,
                     .from_view = from.find(change.application)});
    };
    code::generation* serving = rooms_.code->current(change.application);
    add(serving);
    // Processes that were left behind by a reload go along.
    for (code::generation* older : inhabited(change.application, **generation)) {
      if (older != serving) add(older);
    }
  }
  return set;
}

outcome<check_report> release_manager::check(std::string_view release, const install_options& options) {
  const auto to = resolve(release);
  if (!to) return to.failure();
  const auto slot = slot_.take("check " + *to);
  if (!slot) return slot.failure();
  options.tell("plan", *to);
  const auto next = open(*to);
  if (!next) return next.failure();
  const auto from = current();
  auto planned = make_plan(*from, *next);
  if (!planned) return planned.failure();

  check_report report{.what = std::move(*planned), .loaded = {}, .rehearsed = {}, .unloaded = {}};
  newcomers loaded(rooms_);
  if (auto sound = loaded.examine(report.what, *next); !sound) return sound.failure();
  const auto set = load_set(loaded, report.what, *from, *next, options.tell);
  if (!set) return with_pins(set.failure(), loaded.unload());
  for (const code::generation* each : loaded.all()) report.loaded.push_back(each->label());
  if (!set->empty()) {
    options.tell("canary", "a process of its own carries each state there and back");
    const auto rehearsed = rehearse_all(*rooms_.system, *set, limits(options));
    if (!rehearsed) return with_pins(rehearsed.failure(), loaded.unload());
    report.rehearsed = *rehearsed;
  }
  options.tell("unload",
               std::to_string(report.loaded.size()) + (report.loaded.size() == 1 ? " library" : " libraries"));
  report.unloaded = loaded.unload();
  return report;
}

outcome<install_report> release_manager::install(std::string_view release, const install_options& options) {
  const auto to = resolve(release);
  if (!to) return to.failure();
  const auto slot = slot_.take("install " + *to);
  if (!slot) return slot.failure();
  return carry_out(*to, options);
}

outcome<install_report> release_manager::rollback(const install_options& options) {
  const auto slot = slot_.take("rollback");
  if (!slot) return slot.failure();
  const auto stand = stands();
  if (stand.previous.empty()) {
    return error{"no_previous",
                 "no release served before " + stand.current + "; `relup which` lists what can be installed"};
  }
  return carry_out(stand.previous, options);
}

outcome<install_report> release_manager::carry_out(const std::string& to, const install_options& options) {
  const auto start = clock::now();
  const auto from = current();
  if (from->id() == to) return error{"already_installed", to + " serves already"};
  options.tell("plan", from->id() + " -> " + to);
  auto opened = open(to);
  if (!opened) return opened.failure();
  const auto next = std::make_shared<const release_view>(std::move(*opened));
  const auto planned = make_plan(*from, *next);
  if (!planned) return planned.failure();
  newcomers loaded(rooms_);
  if (auto sound = loaded.examine(*planned, *next); !sound) return sound.failure();
  std::function<void()> switched;
  if (rooms_.prepares) {
    auto prepared = rooms_.prepares(*next);
    if (!prepared) return prepared.failure();
    switched = std::move(*prepared);
  }

  // Durable before anything is loaded: a disk that is full says so here, where nothing has changed.
  options.tell("record", "installing " + to);
  if (auto settled = settle(); !settled) return settled.failure();
  const auto begun = rooms_.records->begin_install(from->id(), to, to_json(*planned).dump());
  if (!begun) return begun.failure();
  const auto give_up = [&](const error& failure) {
    const auto reports = loaded.unload();
    finish(*begun, false, failure.code + ": " + failure.text);
    rooms_.log(PB_LOG_WARNING, "install of " + to + " refused: " + failure.text);
    return with_pins(failure, reports);
  };

  std::vector<swap_application> set;
  bool gone_over = false;
  const auto load_and_swap = [&]() -> outcome<swap_report> {
    auto loads = load_set(loaded, *planned, *from, *next, options.tell);
    if (!loads) return loads.failure();
    set = std::move(*loads);
    swap_options how = limits(options);
    how.switched = [&] {
      gone_over = true;
      if (switched) switched();
    };
    return swap(*rooms_.system, *rooms_.code, set, how);
  };
  // No memory, no thread: an install that the ledger has as begun is ended there, or every later one would find it open.
  outcome<swap_report> swapped = error{};
  try {
    swapped = load_and_swap();
  } catch (const std::exception& failure) {
    if (gone_over) throw;
    swapped = error{"internal", std::string("the upgrade was given up: ") + failure.what()};
  }
  if (!swapped) return give_up(swapped.failure());
  loaded.hand_over();
  adopt(next, from->id());

  install_report report{.from = from->id(), .to = to, .swap = *swapped, .total_us = 0, .recorded = true, .purged = {}};
  options.tell("finish", to + " is current");
  report.recorded = finish(*begun, true, "pause " + std::to_string(report.swap.pause_us) + " us");
  std::vector<code::generation*> old;
  for (const auto& application : set) {
    options.tell("purge", application.from->label());
    old.push_back(application.from);
  }
  report.purged = rooms_.code->purge(old, purge_patience);
  report.total_us = microseconds_since(start);
  rooms_.log(PB_LOG_INFO, report.from + " -> " + to + ": " + counted(report.swap.servers_migrated, "server") +
                              ", pause " + std::to_string(report.swap.pause_us) + " us");
  return report;
}

}  // namespace patchbay::release
