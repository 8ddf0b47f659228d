#include "code/code_server.hpp"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "code/attach.hpp"
#include "code/copies.hpp"
#include "code/holders.hpp"
#include "code/library/verify.hpp"
#include "code/probe.hpp"
#include "code/stale_words.hpp"
#include "code/tombstones.hpp"

namespace patchbay::code {

struct code_server::state {
  state(code_server_options chosen, message::type_registry& registry, const pb_host& table)
      : options(std::move(chosen)),
        types(registry),
        host(table),
        files(options.generations_dir, options.kept_bytes),
        stones(options.max_tombstones) {}

  const code_server_options options;
  message::type_registry& types;
  const pb_host& host;

  std::mutex work;  // one load or purge at a time; taken before `mutex`
  copies files;     // guarded by work
  // One for each application that was ever loaded, for as long as the host runs: a thread may look at a gate long after it read which.
  std::map<std::string, std::unique_ptr<scheduler::gate>> gates;  // guarded by work
  std::uint64_t last_number = 0;                                  // guarded by work

  mutable std::mutex mutex;                        // held for a few instructions only
  std::vector<std::unique_ptr<generation>> alive;  // oldest first; guarded by mutex, changed under work too
  tombstones stones;                               // guarded by mutex

  [[nodiscard]] process::module* find(std::string_view name, std::string_view application) const;  // REQUIRES: mutex
  [[nodiscard]] outcome<void> room_for(const load_request& request) const;
  [[nodiscard]] outcome<void> no_conflict(const generation& next) const;
  outcome<std::unique_ptr<generation>> prepare(const load_request& request);
  error give_up(generation& half, error why);
  /// Empty: nothing new begins in it.
  [[nodiscard]] std::string not_retired(const generation& old) const;
  /// REQUIRES: work; nothing holds it. It is destroyed where it could be unloaded.
  void unload(generation& old, purge_report& report);
};

code_server::code_server(code_server_options options, message::type_registry& types, const pb_host& host_table)
    : state_(std::make_unique<state>(std::move(options), types, host_table)) {}

code_server::~code_server() {
  for (const auto& each : state_->alive) {
    // Code that something still needs must outlive this server: the process is about to end anyway.
    if (!holders(*each).empty()) {
      each->library.leave_loaded();
      continue;
    }
    if (detach(*each).remains.empty()) state_->files.keep(each->copy, each->build_id);
  }
}

outcome<void> code_server::state::room_for(const load_request& request) const {
  std::vector<const generation*> served;
  std::vector<const generation*> idle;
  for (const auto& each : alive) {
    if (each->application == request.application) (each->served ? served : idle).push_back(each.get());
  }
  const std::string what = request.application + " " + request.version;
  if (served.size() >= 2) {
    auto why = holders(*served.front());
    if (why.empty()) why.emplace_back("nothing any more: purge it");
    return error{"third_generation", what + " would be the third generation: " + served.front()->label() + " and " +
                                         served.back()->label() + " still live; the oldest is held by " + listed(why)};
  }
  if (idle.size() >= 4) {
    return error{"generations_pinned", what + ": four generations that never served are still loaded, the oldest is " +
                                           idle.front()->label() + "; purge them"};
  }
  return {};
}

outcome<void> code_server::state::no_conflict(const generation& next) const {
  for (const auto& each : alive) {
    if (each->application != next.application || each->version != next.version || each->build_id == next.build_id)
      continue;
    return error{"build_id_conflict", next.source.string() + ": build-id " + next.build_id + ", but " + each->label() +
                                          " with build-id " + each->build_id +
                                          " is loaded under the same version; give the new build a version of its own"};
  }
  return {};
}

/// Undoes a load that failed half-way: nothing stays loaded or on disk.
error code_server::state::give_up(generation& half, error why) {
  if (half.library.is_open()) {
    const auto gone = detach(half);
    if (!gone.remains.empty()) {
      why.text += "; and it cannot be unloaded: " + listed(gone.remains);
      return why;
    }
  }
  std::error_code ignored;
  std::filesystem::remove(half.copy, ignored);
  return why;
}

outcome<std::unique_ptr<generation>> code_server::state::prepare(const load_request& request) {
  if (auto ready = files.prepare(); !ready) return ready.failure();
  auto next = std::make_unique<generation>();
  next->number = ++last_number;
  next->group.label = "g" + std::to_string(next->number);
  next->application = request.application;
  auto& gate = gates[request.application];
  if (gate == nullptr) gate = std::make_unique<scheduler::gate>();
  next->group.share_gate(*gate);
  next->version = request.version;
  next->source = request.library;
  auto copy = files.make(request.library, request.application + "-" + request.version + "." + next->group.label);
  if (!copy) return copy.failure();
  next->copy = std::move(copy.value());
  auto facts = verify(next->copy, request, options.allowed_needed);
  if (!facts) return give_up(*next, facts.failure());
  next->facts = std::move(facts.value());
  next->build_id = next->facts.build_id;
  next->version += request.rebuild;
  if (auto fits = no_conflict(*next); !fits) return give_up(*next, fits.failure());
  const auto program = options.libexec_dir / "patchbay-probe";
  if (auto harmless = probe(program, next->copy, options.probe_timeout, request.library.string()); !harmless) {
    return give_up(*next, harmless.failure());
  }
  if (auto attached = attach(*next, types, host); !attached) return give_up(*next, attached.failure());
  next->facts.version = next->version;
  return next;
}

outcome<generation*> code_server::load(const load_request& request) {
  const std::lock_guard working(state_->work);
  if (auto room = state_->room_for(request); !room) return room.failure();
  auto next = state_->prepare(request);
  if (!next) return next.failure();
  const std::lock_guard lock(state_->mutex);
  state_->alive.push_back(std::move(next.value()));
  return state_->alive.back().get();
}

outcome<void> code_server::examine(const load_request& request) const {
  const auto facts = verify(request.library, request, state_->options.allowed_needed);
  if (!facts) return facts.failure();
  return {};
}

void code_server::publish(generation& next) noexcept {
  const std::lock_guard lock(state_->mutex);
  for (const auto& each : state_->alive) {
    if (each.get() == &next || each->application != next.application || each->status != generation_status::serving)
      continue;
    each->status = generation_status::retired;
  }
  next.status = generation_status::serving;
  next.served = true;
}

void code_server::abandon(generation& aborted) { retire(aborted); }

void code_server::retire(generation& old) {
  const std::lock_guard lock(state_->mutex);
  old.status = generation_status::retired;
  old.group.supersede();
}

generation* code_server::current(std::string_view application) const {
  const std::lock_guard lock(state_->mutex);
  for (const auto& each : state_->alive) {
    if (each->status == generation_status::serving && each->application == application) return each.get();
  }
  return nullptr;
}

process::module* code_server::state::find(std::string_view name, std::string_view application) const {
  if (const auto slash = name.find('/'); slash != std::string_view::npos) {
    application = name.substr(0, slash);
    name.remove_prefix(slash + 1);
  }
  for (const auto& each : alive) {
    if (each->status == generation_status::serving && each->application == application) return each->find(name);
  }
  return nullptr;
}

process::module* code_server::find_module(std::string_view name, std::string_view application) const {
  const std::lock_guard lock(state_->mutex);
  return state_->find(name, application);
}

process::module* code_server::hold_module(std::string_view name, std::string_view application) const {
  const std::lock_guard lock(state_->mutex);
  process::module* found = state_->find(name, application);
  if (found != nullptr) found->group().need();
  return found;
}

std::vector<generation*> code_server::generations() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<generation*> all;
  for (const auto& each : state_->alive) all.push_back(each.get());
  return all;
}

void code_server::each(const std::function<void(const generation&)>& look) const {
  const std::lock_guard lock(state_->mutex);
  for (const auto& one : state_->alive) look(*one);
}

std::vector<code_server::range> code_server::ranges() const {
  const std::lock_guard lock(state_->mutex);
  std::vector<range> all;
  for (const auto& each : state_->alive) {
    all.push_back({each->label(), each->library.range().begin, each->library.range().end});
  }
  for (const auto& stone : state_->stones.all())
    all.push_back({stone.label + ", unloaded", stone.range.begin, stone.range.end});
  return all;
}

std::string code_server::state::not_retired(const generation& old) const {
  const std::lock_guard lock(mutex);
  if (old.status == generation_status::retired) return {};
  return old.status == generation_status::serving ? "it serves" : "it was loaded and may yet serve";
}

void code_server::state::unload(generation& old, purge_report& report) {
  old.modules.clear();
  old.table = nullptr;
  if (old.library.is_open()) report.stale_words = count_stale_words(old.library.range());
  auto gone = detach(old);
  report.proof = std::move(gone.proof);
  report.pinned_by = std::move(gone.remains);
  report.unmapped = report.pinned_by.empty();
  if (!report.unmapped) return;

  files.keep(old.copy, old.build_id);
  const std::lock_guard lock(mutex);
  stones.add(old.library.range(), report.label);
  std::erase_if(alive, [&](const auto& each) { return each.get() == &old; });
}

std::vector<purge_report> code_server::purge(const std::vector<generation*>& old, std::chrono::milliseconds patience) {
  const std::lock_guard working(state_->work);
  const auto until = std::chrono::steady_clock::now() + patience;
  std::vector<purge_report> reports(old.size());
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < old.size(); ++i) {
    reports[i].label = old[i]->label();
    if (auto why = state_->not_retired(*old[i]); !why.empty()) {
      reports[i].pinned_by.push_back(std::move(why));
    } else {
      waiting.push_back(i);
    }
  }
  for (;;) {
    const bool last = std::chrono::steady_clock::now() >= until;
    std::erase_if(waiting, [&](std::size_t i) {
      reports[i].pinned_by = holders(*old[i]);
      if (!reports[i].pinned_by.empty()) return false;
      state_->unload(*old[i], reports[i]);
      return true;
    });
    if (waiting.empty() || last) return reports;
    // What needs the code tells nobody when it goes, to be cheap: look again every millisecond.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

purge_report code_server::purge(generation& old, std::chrono::milliseconds patience) {
  return purge(std::vector<generation*>{&old}, patience).front();
}

std::size_t code_server::drop_kept(const std::vector<std::string>& build_ids) {
  const std::lock_guard working(state_->work);
  std::size_t dropped = 0;
  for (const auto& each : build_ids) dropped += state_->files.drop(each) ? 1 : 0;
  return dropped;
}

}  // namespace patchbay::code
