#include "release/swap/shadows.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "message/codec.hpp"
#include "message/envelope.hpp"
#include "message/type_registry.hpp"
#include "release/swap/swap_access.hpp"

namespace patchbay::release {
namespace {

using process::swap_access;

// How long the thread that goes round waits when all that is left is queued already: whoever runs those adopts them.
constexpr std::chrono::microseconds round_pause{100};

// Who enters a server of the set for the first time waits while the left group is listed: never for long.
constexpr std::size_t adopted_at_once = 64;

std::vector<scheduler::gate*> gates_of(const std::vector<swap_application>& set) {
  std::vector<scheduler::gate*> gates;
  for (const swap_application& each : set) gates.push_back(&each.from->group.gate());
  return gates;
}

std::unique_ptr<process::system_message> continue_for(member& each) {
  const std::uint32_t message = each.made.continue_message();
  const pb_type& type = *each.plan->way.to->table().messages[message]->type;
  void* object = each.made.take_continue();
  return std::make_unique<process::system_message>([message, object, &type](process::process* server) {
    if (server != nullptr) return server->kind().run_continue(*server, message, object);
    type.destroy(object);
    message::release_storage(type, object);
  });
}

}  // namespace

std::string server_name(const process::system& system, pb_pid pid) {
  const auto seen = system.info(pid);
  for (const auto& [name, owner] : system.registered()) {
    if (owner == pid) return name + " " + process::pid_text(pid);
  }
  return (seen ? seen->application + "/" + seen->module + " " : std::string()) + process::pid_text(pid);
}

shadows::shadows(process::system& system, const std::vector<swap_application>& set, std::shared_ptr<const routes> ways,
                 const swap_options& options, canary* first)
    : system_(system), set_(set), ways_(std::move(ways)), options_(options), canary_(first) {
  for (const swap_application& each : set_) each.from->group.forget_known();
  watch_.emplace(system_.scheduler(), gates_of(set_), *this);
}

shadows::~shadows() {
  watch_.reset();
  // Nobody else looks at the marks any more.
  for (member& each : members_) {
    if (each.server->watched_as == &each) each.server->watched_as = nullptr;
  }
}

bool shadows::lives(const member& each) noexcept {
  // Not whether its mailbox is open: its group lists a process before.
  return each.server->inbox.generation() == static_cast<std::uint32_t>(each.pid >> 32);
}

void shadows::entered(scheduler::unit& entered) noexcept {
  auto& server = static_cast<process::process&>(entered);
  if (switched_.load(std::memory_order_acquire)) return adopt(server);
  auto* mark = static_cast<member*>(std::exchange(server.watched_as, nullptr));
  if (mark == nullptr) return;
  stale_count_.fetch_add(1, std::memory_order_relaxed);
  mark->next_stale = stale_.load(std::memory_order_relaxed);
  while (!stale_.compare_exchange_weak(mark->next_stale, mark, std::memory_order_release, std::memory_order_relaxed)) {
  }
}

outcome<void> shadows::add_newcomers() {
  for (const swap_application& each : set_) {
    for (process::process* server : each.from->group.newcomers()) {
      const std::uint32_t label = swap_access::label(*server);
      if (ways_->deleted(label) != nullptr) continue;  // none_of_deleted_modules()
      const planned_route* plan = ways_->of_label(label);
      if (plan == nullptr) {
        const auto seen = system_.info(server->pid());
        if (!seen) continue;
        return error{"undef_module",
                     server_name(system_, server->pid()) + " runs " + seen->module + ", which the plan does not know"};
      }
      if (plan->way.how == route::way::keep) continue;
      member& made = members_.emplace_back();
      made.server = server;
      made.pid = server->pid();
      made.plan = plan;
      missed_.push_back(&made);
    }
  }
  return {};
}

outcome<std::vector<member*>> shadows::to_do() {
  if (auto added = add_newcomers(); !added) return added.failure();
  std::vector<member*> todo = std::exchange(missed_, {});
  for (member* each = stale_.exchange(nullptr, std::memory_order_acquire); each != nullptr;) {
    stale_count_.fetch_sub(1, std::memory_order_relaxed);
    // Read first: it is in no list once it is marked again.
    todo.push_back(std::exchange(each, each->next_stale));
  }
  std::erase_if(todo, [](const member* each) { return !lives(*each); });
  return todo;
}

outcome<void> shadows::round(std::chrono::steady_clock::time_point deadline) {
  auto todo = to_do();
  if (!todo) return todo.failure();
  return migrate(migrators::where::live, *todo, canary_, deadline);
}

outcome<std::uint64_t> shadows::rehearse(std::chrono::steady_clock::time_point deadline) {
  auto todo = to_do();
  if (!todo) return todo.failure();
  if (auto done = migrate(migrators::where::rehearsal, *todo, canary_, deadline); !done) return done.failure();
  return static_cast<std::uint64_t>(
      std::count_if(members_.begin(), members_.end(), [](const member& each) { return each.rehearsed; }));
}

outcome<std::size_t> shadows::unrehearsed() {
  if (canary_ == nullptr) return std::size_t{0};
  auto todo = to_do();
  if (!todo) return todo.failure();
  missed_ = std::move(*todo);
  return static_cast<std::size_t>(
      std::count_if(missed_.begin(), missed_.end(), [](const member* each) { return !each->rehearsed; }));
}

outcome<void> shadows::migrate(migrators::where how, std::vector<member*>& todo, canary* first,
                               std::chrono::steady_clock::time_point deadline) {
  if (todo.empty()) return {};
  unsigned threads = options_.migration_threads;
  // While the old version serves, it has the other half of the machine.
  if (threads == 0)
    threads = std::max(1U, std::thread::hardware_concurrency() / (how == migrators::where::frozen ? 1 : 2));
  if (first != nullptr) first->expect(members_.size());
  migrators workers(system_, how, todo, ways_, threads, first);
  const bool done = workers.run(deadline);
  pinned_.insert(pinned_.end(), workers.abandoned().begin(), workers.abandoned().end());
  if (!done) return refusal(workers.failure(), *todo.at(workers.failure().index));
  for (member* each : todo) {
    if (each->missed) missed_.push_back(each);
    if (each->made.has_continue()) continuing_.push_back(each);
  }
  return {};
}

error shadows::refusal(const canary_refusal& why) const {
  if (why.server == 0) return {why.code, why.cause + "; the old release serves, nothing was changed"};
  const planned_route& plan = *ways_->in_order().at(why.way);
  const pb_type* type = plan.way.from->table().state;
  refused_state state{plan.way.application, plan.way.module, {}};
  const auto as =
      type == nullptr ? outcome<message::schema>(error{}) : message::parse_schema(message::view(type->schema));
  if (as) {
    const auto shown = message::binary_to_json(*as, why.state);
    if (shown) state.json = shown->dump(2, ' ', false, json::error_handler_t::replace);
  }
  const std::string kept = options_.keep_state && !state.json.empty() ? options_.keep_state(state) : std::string();
  return {why.code, server_name(system_, why.server) + ": " + plan.way.target() + ": in the rehearsal, " + why.cause +
                        (kept.empty() ? "" : "; " + kept) + "; the old release serves, its state untouched"};
}

error shadows::refusal(const migration_failure& failure, const member& at) const {
  if (failure.rehearsal) return refusal(*failure.rehearsal);
  const std::string text = server_name(system_, at.pid) + ": " + at.plan->way.target() + ": " + failure.cause +
                           "; the old release serves, its state untouched";
  if (!failure.timed_out) return {"code_change_failed", text};
  return {"code_change_timeout", text + ". All of them together had " +
                                     std::to_string(options_.code_change_timeout.count()) +
                                     " ms; give them more with --code-change-timeout"};
}

outcome<void> shadows::none_of_deleted_modules() const {
  if (!ways_->deletes()) return {};
  for (const swap_application& each : set_) {
    for (const process::process* server : each.from->group.members()) {
      const std::string* gone = ways_->deleted(swap_access::label(*server));
      if (gone == nullptr) continue;
      return error{"processes_of_deleted_module", server_name(system_, server->pid()) + " runs " +
                                                      each.plan->application + "/" + *gone + ", which " +
                                                      each.plan->to_version + " deletes; stop it first"};
    }
  }
  return {};
}

outcome<void> shadows::complete(std::chrono::steady_clock::time_point deadline) {
  if (auto none = none_of_deleted_modules(); !none) return none;
  auto todo = to_do();
  if (!todo) return todo.failure();
  // sys:change_code may have moved one to other code.
  std::erase_if(*todo, [](const member* each) { return swap_access::group(*each->server) != each->plan->left; });
  std::vector<member*> unseen;
  for (member* each : *todo) {
    each->frozen = true;
    if (canary_ != nullptr && !each->rehearsed) unseen.push_back(each);
    if (each->server->door.load(std::memory_order_seq_cst) == &each->plan->left->gate()) continue;
    return error{"suspend_timeout", server_name(system_, each->pid) +
                                        " is kept back: a migration thread of an earlier upgrade, which was given up, "
                                        "still reads its state; the old release serves"};
  }
  if (!unseen.empty()) std::erase_if(*todo, [&](const member* each) { return !each->rehearsed; });
  // No state goes over whose like was never tried: those that were never found at rest, or came just now.
  if (auto done = migrate(migrators::where::frozen, unseen, canary_, deadline); !done) return done;
  if (auto done = migrate(migrators::where::frozen, *todo, nullptr, deadline); !done) return done;
  for (member* each : *todo) each->server->watched_as = each;
  for (member* each : unseen) each->server->watched_as = each;
  for (const swap_application& each : set_) servers_ += each.from->group.resident_count();
  return {};
}

void shadows::prepare_continues() {
  for (member* each : continuing_) {
    if (!lives(*each) || each->server->watched_as != each || !each->made.has_continue()) continue;
    continues_.emplace_back(each, continue_for(*each));
  }
}

void shadows::switch_over() noexcept {
  switched_.store(true, std::memory_order_release);
  for (auto& [each, first] : continues_) {
    adopt(*each->server);
    if (swap_access::prepend(*each->server, *first.release())) system_.scheduler().submit(*each->server);
  }
}

void shadows::adopt_all_now() noexcept {
  for (const swap_application& each : set_) {
    for (process::process* server : each.from->group.members()) adopt(*server);
  }
}

void shadows::adopt(process::process& server) noexcept {
  const process::process_group* group = swap_access::group(server);
  if (std::none_of(set_.begin(), set_.end(), [group](const auto& each) { return group == &each.from->group; })) return;
  auto* mark = static_cast<member*>(std::exchange(server.watched_as, nullptr));
  const planned_route* plan = mark != nullptr ? mark->plan : ways_->of(server.code());
  void* state = server.state();
  if (mark == nullptr) {
    if (plan == nullptr || plan->way.how != route::way::keep) {
      // Old code over a new release, or a state that is not what the code takes it for: worse than an end.
      std::fputs("patchbay: bug: a server of a swap's set has no new state after the switch\n", stderr);
      std::abort();
    }
  } else if (behaviour::supervisor_change* change = mark->made.supervisor(); change != nullptr) {
    change->apply(*static_cast<behaviour::supervision*>(state));
  } else {
    mark->former = std::exchange(state, mark->made.take_state());
  }
  if (mark != nullptr) mark->adopted = true;
  swap_access::exchange(server, *plan->way.to, plan->label, state);
  swap_access::move_to(server, plan->way.to->group());
  adopted_.fetch_add(1, std::memory_order_acq_rel);
}

void shadows::adopt_rest() {
  const scheduler::attached_thread attached(system_.scheduler());
  for (const swap_application& each : set_) {
    for (;;) {
      const auto left = each.from->group.residents(adopted_at_once);
      if (left.empty()) break;
      bool any = false;
      for (const pb_pid pid : left) {
        any = system_.try_run_on(pid, [](process::process&) {}) == process::system::reached::yes || any;
      }
      if (!any) std::this_thread::sleep_for(round_pause);
    }
  }
  watch_.reset();
  destroy_former();
  settle_companions();
}

void shadows::destroy_former() noexcept {
  kept_ = servers_;
  for (member& each : members_) {
    if (each.adopted) --kept_;
    if (each.adopted && each.rehearsed) ++rehearsed_;
    if (each.former == nullptr) continue;
    const pb_type& type = *each.plan->way.from->table().state;
    type.destroy(each.former);
    message::release_storage(type, std::exchange(each.former, nullptr));
    ++(each.plan->way.how == route::way::code_change ? code_changes_ : through_bytes_);
    ++(each.frozen ? in_freeze_ : shadowed_);
  }
}

void shadows::settle_companions() {
  if (!ways_->keeps_companions()) return;
  // What gen_statem keeps beside the state was left as it was; now it may become the new generation's.
  for (const swap_application& each : set_) {
    for (const process::process* server : each.to->group.members()) {
      if (!ways_->keeps_companions(swap_access::label(*server))) continue;
      system_.run_on(server->pid(), [](process::process* settled) {
        if (settled != nullptr) settled->kind().settle_in(*settled);
      });
    }
  }
}

}  // namespace patchbay::release
