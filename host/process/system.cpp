#include "process/system.hpp"

#include <unordered_map>

#include "process/lifecycle.hpp"
#include "process/parts.hpp"
#include "process/process.hpp"
#include "process/waiting.hpp"

namespace patchbay::process {

void say(const pb_sink* error, std::string_view text) {
  if (error != nullptr && !text.empty()) error->write(error->context, text.data(), text.size());
}

bool refused_in_code_change() noexcept {
  scheduler::thread_context* self = scheduler::this_thread();
  if (self == nullptr || !self->pure) return false;
  self->purity_violated = true;
  return true;
}

process* running_process() noexcept {
  process* here = running_code();
  return here == nullptr || here->stands_for_ == nullptr ? here : here->stands_for_;
}

process* running_code() noexcept {
  const scheduler::thread_context* self = scheduler::this_thread();
  return self == nullptr ? nullptr : static_cast<process*>(self->current());
}

namespace {
thread_local message::code_use* works_for = nullptr;
}

working_for::working_for(message::code_use& code) noexcept { works_for = &code; }
working_for::~working_for() { works_for = nullptr; }

message::code_use* maker_here() noexcept {
  const process* here = running_code();
  return here == nullptr ? works_for : &here->group();
}

std::string pid_text(pb_pid pid) {
  return "<0." + std::to_string(static_cast<std::uint32_t>(pid)) + "." + std::to_string(generation_of(pid)) + ">";
}

port::steady_time deadline_after(milliseconds timeout) {
  // Beyond a century a timeout is for ever, and adding it would overflow.
  constexpr milliseconds century = std::chrono::hours{24 * 36525};
  return timeout > century ? port::steady_time::max() : scheduler::now() + timeout;
}

bool system::parts::push(process& to, std::uint32_t generation, message::envelope* what) {
  switch (to.inbox.push(generation, what)) {
    case mailbox::pushed::closed:
      delete what;
      return false;
    case mailbox::pushed::schedule:
      count(to);
      scheduler.submit(to);
      return true;
    case mailbox::pushed::queued:
      count(to);
      return true;
  }
  return true;
}

bool system::parts::push(pb_pid to, message::envelope* what) {
  process* receiver = table.slot(to);
  if (receiver == nullptr) {
    delete what;
    return false;
  }
  return push(*receiver, generation_of(to), what);
}

pb_pid system::parts::resolve(const pb_target& to) const {
  return to.pid != 0 ? to.pid : where(message::view(to.name));
}

std::string system::parts::no_form_for(std::uint32_t request_id) const {
  return "undef_message: the code that runs now has no reply of " + types.name(request_id) + " in the form that came";
}

bool system::parts::deliver(std::uint64_t tag, delivery&& what) {
  pb_pid owner = 0;
  if (replies.deliver(tag, std::move(what), owner) == reply_table::fate::dropped) return false;
  if (owner == 0) return true;
  push(owner, new message::response(tag));
  if (process* waiting = table.slot(owner)) {
    announce(*waiting);
    alarm(*waiting);
  }
  return true;
}

void system::parts::alarm(process& napper) {
  if (napper.nap_.exchange(process::alarmed, std::memory_order_seq_cst) == process::napping) scheduler.submit(napper);
}

void system::parts::alarm_at(process& napper, flight& handler) {
  handler.timer = 0;
  if (handler.deadline == port::steady_time::max()) return;
  handler.timer = scheduler.timer_queue().add(handler.deadline, [this, pid = napper.pid()] {
    if (process* waiting = table.slot(pid)) alarm(*waiting);
  });
}

bool system::parts::ready(process& napper, flight& handler) {
  if (handler.looks_itself) return true;
  if (handler.awaits != 0) {
    const reply_slot* slot = replies.find(handler.awaits);
    if (slot == nullptr || slot->delivered()) return true;
  }
  if (scheduler::now() < handler.deadline) return false;
  // A call's deadline shifts by the time that a swap held gates closed, as wait_for_reply has it; a sleep keeps its own.
  const auto frozen =
      handler.awaits == 0 ? std::chrono::nanoseconds{0} : scheduler.frozen_time() - handler.frozen_before;
  if (frozen.count() <= 0) return true;
  handler.frozen_before += frozen;
  handler.deadline += std::chrono::duration_cast<std::chrono::steady_clock::duration>(frozen);
  alarm_at(napper, handler);
  return false;
}

void system::parts::count_awaited(reply_slot& slot, process& asked) {
  asked.awaited.fetch_add(1, std::memory_order_seq_cst);
  slot.awaits.store(&asked, std::memory_order_seq_cst);
}

void system::parts::await_asked(reply_slot& slot) {
  if (slot.asked == 0 || slot.awaits.load(std::memory_order_seq_cst) != nullptr) return;
  process* asked = table.slot(slot.asked);
  if (asked == nullptr) return;
  // Where the answer comes meanwhile, and the deliverer saw no count to lower, the owner lowers it when it closes the slot.
  count_awaited(slot, *asked);
  recall(*asked);
}

void system::parts::nap(process& napper, scheduler::thread_context& self) {
  // First away from it: whoever wakes it may run it at once. What is left to do here touches only the slot's nap_.
  self.leave();
  std::uint8_t expected = process::awake;
  if (!napper.nap_.compare_exchange_strong(expected, process::napping, std::memory_order_seq_cst)) {
    scheduler.submit(napper);
  }
}

void system::parts::release(process& held, scheduler::thread_context& self) {
  if (held.waits()) return nap(held, self);
  const bool released = held.inbox.try_release();
  self.leave();
  if (!released) scheduler.submit(held);
}

system::system(system_options options, message::type_registry& types)
    : parts_(std::make_unique<parts>(std::move(options), types, *this)) {}

system::~system() { stop(); }

void system::start() { parts_->scheduler.start(); }

void system::stop() {
  if (parts_->stopping.exchange(true)) return;
  // Whoever waits in a call gets an answer, so that its worker can end.
  parts_->replies.fail_all(PB_E_SHUTTING_DOWN, "shutdown");
  parts_->made_room();
  parts_->pool.stop();
  parts_->table.each_slot([this](process& p) { parts_->announce(p); });
  parts_->scheduler.stop();
  // Nobody else runs any more: every token that was queued is this thread's.
  scheduler::attached_thread attached(parts_->scheduler);
  parts_->table.each_slot([&](process& p) {
    if (!p.inbox.live(p.generation()) || p.group_ == nullptr) return;
    if (!attached.context().enter(p)) return;
    p.stop({PB_EXIT_KILLED, {}}, false);
    p.end()->run_terminate = false;
    p.end()->why = reason::shutdown();
    lifecycle(*this).end(p, attached.context());
  });
}

scheduler::scheduler& system::scheduler() noexcept { return parts_->scheduler; }
message::type_registry& system::types() const noexcept { return parts_->types; }

spawned system::spawn(const spawn_request& request) {
  if (refused_in_code_change()) return {0, 0, {PB_E_IN_CODE_CHANGE, reason::failure("in_code_change"), 0}, 0};
  if (!request.watch) return lifecycle(*this).begin(request, 0);
  reply_slot* slot = parts_->replies.open();
  if (slot == nullptr) return {0, 0, {PB_E_OVERLOADED, reason::failure("overloaded"), 0}, 0};
  spawned made = lifecycle(*this).begin(request, reply_table::tag(*slot));
  if (made) {
    made.watch = reply_table::tag(*slot);
  } else {
    parts_->replies.close(*slot);
  }
  return made;
}

pb_pid system::whereis(std::string_view name) const { return parts_->where(name); }
std::vector<std::pair<std::string, pb_pid>> system::registered() const {
  auto all = parts_->local_names.all();
  for (auto& each : parts_->registered.via_names()) all.push_back(std::move(each));
  return all;
}

bool system::alive(pb_pid pid) const noexcept {
  const process* p = parts_->table.slot(pid);
  return p != nullptr && p->inbox.live(generation_of(pid));
}

pb_pid system::self() const noexcept {
  const process* here = running_process();
  return here == nullptr ? 0 : here->pid();
}

process* system::find(pb_pid pid) const noexcept { return alive(pid) ? parts_->table.slot(pid) : nullptr; }

process_info system::parts::look(const process& p, pb_pid pid) const {
  const label names = module_labels.get(p.label_.load(std::memory_order_relaxed));
  process_info seen;
  seen.pid = pid;
  seen.application = names.application;
  seen.module = names.module;
  seen.version = names.version;
  seen.generation = names.generation;
  const std::uint32_t handled = p.handled_.load(std::memory_order_relaxed);
  seen.handled = handled + p.calls_inline_.load(std::memory_order_relaxed);
  const std::uint32_t queued = p.sent_.load(std::memory_order_relaxed) - handled;
  // Read without stopping anybody: what was handled between the two reads would make the difference negative.
  seen.queued = queued > 0x7FFFFFFF ? 0 : queued;
  return seen;
}

std::optional<process_info> system::info(pb_pid pid) const {
  const process* p = find(pid);
  if (p == nullptr) return std::nullopt;
  process_info seen = parts_->look(*p, pid);
  for (auto& [name, holder] : registered()) {
    if (holder == pid && seen.name.empty()) seen.name = std::move(name);
  }
  return seen;
}

std::vector<process_info> system::processes() const {
  std::unordered_map<pb_pid, std::string> names;
  for (auto& [name, pid] : registered()) names.emplace(pid, name);  // the local one comes first, and stays
  std::vector<process_info> list;
  parts_->table.each_slot([&](const process& p) {
    const pb_pid pid = p.pid();
    if (!p.inbox.live(generation_of(pid))) return;
    auto seen = parts_->look(p, pid);
    if (const auto named = names.find(pid); named != names.end()) seen.name = named->second;
    list.push_back(std::move(seen));
  });
  return list;
}

void system::answer(std::uint64_t tag, message::payload content) {
  if (process* here = running_process(); here != nullptr && here->observed())
    message_loop::show_reply(*this, *here, content);
  parts_->deliver(tag, {PB_OK, 0, {}, std::move(content)});
}

void system::refuse(std::uint64_t tag, pb_status status, std::string text) {
  parts_->deliver(tag, {status, 0, std::move(text), {}});
}

void system::leave_unanswered(process& self, std::uint64_t tag) {
  remember(self.ties().unanswered, parts_->replies, tag);
}

void system::arm_idle(process& self, milliseconds after) { lifecycle(*this).arm_idle(self, after); }

std::uint64_t system::start_timer(const process& self, port::steady_time when, std::uint64_t number) {
  parts* everything = parts_.get();
  return parts_->scheduler.timer_queue().add(
      when, [everything, pid = self.pid(), number] { everything->push(pid, new message::timer(number)); });
}

void system::stop_timer(std::uint64_t timer) { parts_->scheduler.timer_queue().cancel(timer); }

void system::begin_flight(process& self) noexcept { self.group().gate().begin_flight(self); }
void system::end_flight(process& self) noexcept { self.group().gate().end_flight(self); }

void system::run_after_init(process& self, std::function<void(process*)> what) {
  begin_flight(self);
  auto* first = new system_message([this, what = std::move(what)](process* begun) {
    // It runs now, which a freeze waits for as well; what it begins may be in flight of its own.
    if (begun != nullptr) end_flight(*begun);
    what(begun);
  });
  self.sent_.fetch_add(1, std::memory_order_relaxed);
  self.queue_.append({first, first});
}

void system::await(process& self, std::uint64_t request, milliseconds limit) {
  flight& handler = *self.ties().handler;
  handler.awaits = request;
  handler.deadline = deadline_after(limit);
  handler.frozen_before = parts_->scheduler.frozen_time();
  parts_->alarm_at(self, handler);
}

void system::parts::recall(process& asked) {
  scheduler::gate* door = asked.door.load(std::memory_order_seq_cst);
  if (door != nullptr && door->shut() && door->recall(asked)) scheduler.submit(asked);
  if (asked.hears_awaited_.load(std::memory_order_seq_cst)) alarm(asked);
}

std::uint32_t system::label_of(const module& code) { return parts_->module_labels.of(code); }

std::size_t system::process_count() const noexcept { return parts_->table.live(); }

void system::drop(std::string text, pb_pid receiver) {
  parts_->dropped.fetch_add(1, std::memory_order_relaxed);
  log(PB_LOG_WARNING, std::move(text) + ": dropped", receiver);
}
std::uint64_t system::dropped() const noexcept { return parts_->dropped.load(std::memory_order_relaxed); }

void system::log(std::uint32_t level, std::string text, pb_pid pid) const {
  report line;
  line.level = level;
  line.pid = pid;
  line.text = std::move(text);
  tell(std::move(line));
}

const message::redactions& system::hidden() const noexcept { return parts_->options.hidden; }

void system::tell(report what) const {
  if (!parts_->options.log) return;
  const process* about = what.pid == 0 ? nullptr : parts_->table.slot(what.pid);
  if (about != nullptr && about->pid() == what.pid) {
    label names = parts_->module_labels.get(about->label_.load(std::memory_order_relaxed));
    what.application = std::move(names.application);
    what.module = std::move(names.module);
    what.version = std::move(names.version);
    what.generation = std::move(names.generation);
    // Name and request are the token's holder's to read.
    if (about == running_process()) {
      what.request = about->request().tag;
      if (const bonds* ties = about->ties_if_any()) what.name = ties->name;
    }
  }
  parts_->options.log(what);
}

}  // namespace patchbay::process
