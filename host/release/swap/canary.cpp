#include "release/swap/canary.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "port/message_socket.hpp"
#include "release/swap/routes.hpp"

namespace patchbay::release {
namespace {

using clock = std::chrono::steady_clock;

// Memory files that wait for the canary hold what they were made of once more; so many bytes at most, but for one that is larger.
constexpr std::size_t most_under_way = std::size_t{64} << 20U;
// Of what it printed, the end is kept.
constexpr std::size_t most_said = 16 * 1024;
// Until it has loaded both generations, which the probe has seen to end.
constexpr std::chrono::milliseconds start_limit{10'000};

std::size_t library_of(canary_task& task, const code::generation& each, const application_view* view) {
  for (std::size_t i = 0; i < task.libraries.size(); ++i) {
    if (task.libraries[i].path == each.copy.string()) return i;
  }
  task.libraries.push_back(
      {each.copy.string(), each.application, each.version, view == nullptr ? json::object() : view->env});
  return task.libraries.size() - 1;
}

canary_task task_for(const std::vector<swap_application>& set, const routes& ways) {
  canary_task task;
  for (const planned_route* each : ways.in_order()) {
    const swap_application& of = set.at(each->application);
    canary_way way;
    way.from = library_of(task, *of.from, of.from_view);
    way.to = library_of(task, *of.to, of.to_view);
    way.module = each->way.module;
    way.up = each->way.up;
    way.advanced = each->way.how == route::way::code_change;
    for (const module_plan& module : of.plan->modules) {
      if (module.module == way.module) way.lossy = module.lossy;
    }
    task.ways.push_back(std::move(way));
  }
  return task;
}

error failed(const std::string& why) {
  return {"canary_failed", why + "; the states cannot be rehearsed, and nothing was changed"};
}

/// The last lines of what it printed: a crash's stack stands there.
std::string last_words(const std::string& said) {
  const auto report = said.rfind("patchbay-canary: SIG");
  std::string words = report == std::string::npos ? said : said.substr(report);
  while (!words.empty() && words.back() == '\n') words.pop_back();
  constexpr std::size_t most = 1200;
  if (words.size() > most)
    words = report == std::string::npos ? "…" + words.substr(words.size() - most) : words.substr(0, most) + "…";
  return words.empty() ? "" : " (it said: " + words + ")";
}

}  // namespace

outcome<std::unique_ptr<canary>> canary::start(const canary_options& options, const std::vector<swap_application>& set,
                                               const routes& ways) {
  std::unique_ptr<canary> made(new canary(options));
  auto ends = port::make_message_sockets();
  if (!ends) return failed(ends.failure().text);
  auto page = port::shared_memory::make("patchbay-canary-page", sizeof(canary_page));
  if (!page) return failed(page.failure().text);
  made->page_ = std::move(*page);
  new (made->page_.data()) canary_page;
  canary_task task = task_for(set, ways);
  task.memory_bytes = options.memory_bytes;
  const auto text = port::make_memory_file("patchbay-canary-task", to_text(task));
  if (!text) return failed(text.failure().text);
  auto child = port::child::spawn(options.program, {}, std::move(ends->second));
  if (!child) return failed(child.failure().text);
  made->child_.emplace(std::move(*child));
  made->socket_ = std::move(ends->first);
  if (auto sent = port::send_message(made->socket_, canary_task_word, {made->page_.file().get(), text->get()}); !sent) {
    // It has gone already: how says more than that.
    return failed("the canary process was " + made->child_->wait(options.state_limit).words() +
                  " before it took its task (" + sent.failure().text + ")");
  }
  made->moved_ = clock::now();
  try {
    made->ears_ = std::thread([&self = *made] { self.listen(); });
  } catch (const std::system_error& none) {
    return failed(std::string("no thread could be started for its answers: ") + none.what());
  }
  return made;
}

canary::~canary() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
    changed_.notify_all();
  }
  // Its answers end; the thread that reads them, and alone has to do with it, kills it.
  ::shutdown(socket_.get(), SHUT_RDWR);
  if (ears_.joinable()) ears_.join();
}

std::uint64_t canary::send(canary_batch& batch) {
  auto file = port::make_memory_file("patchbay-canary-states", batch.records_);
  std::unique_lock lock(mutex_);
  const auto room = [&] {
    std::size_t bytes = 0;
    for (const auto& [number, each] : under_way_) bytes += each.bytes;
    return refusal_ || bytes == 0 || bytes + batch.bytes() <= most_under_way;
  };
  changed_.wait(lock, room);
  const std::uint64_t number = ++batches_;
  sent_batch& sent = under_way_[number];
  sent.first = states_ + 1;
  sent.bytes = batch.bytes();
  sent.servers = std::move(batch.servers_);
  states_ += sent.servers.size();
  batch.clear();
  if (refusal_) return number;
  outcome<void> gone = file ? port::send_message(socket_, canary_states_word, {file->get()}) : file.failure();
  // Where it has ended, who reads its answers knows why.
  if (!gone && !file) refuse({"canary_failed", gone.failure().text, 0, {}, 0}, 0);
  if (file) sent.records = std::move(*file);
  return number;
}

bool canary::wait(std::uint64_t batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return refusal_ || done_ >= batch; });
  return done_ >= batch;
}

void canary::expect(std::uint64_t states) {
  const std::lock_guard lock(mutex_);
  expected_ = std::max(expected_, states);
}

std::optional<canary_refusal> canary::refusal() const {
  const std::lock_guard lock(mutex_);
  return refusal_;
}

std::uint64_t canary::new_bytes() const {
  const std::lock_guard lock(mutex_);
  return new_bytes_;
}

std::uint64_t canary::uncompared() const {
  const std::lock_guard lock(mutex_);
  return uncompared_;
}

void canary::name_state(std::uint64_t number, canary_refusal& refusal) const {
  for (const auto& [batch, each] : under_way_) {
    if (number < each.first || number >= each.first + each.servers.size()) continue;
    refusal.server = each.servers[number - each.first];
    port::descriptor again(::dup(each.records.get()));
    auto view = port::memory_view::map(std::move(again));
    if (!view) return;
    std::string_view rest = view->bytes();
    for (std::uint64_t at = each.first;; ++at) {
      const auto record = take_record(rest);
      if (!record) return;
      if (at != number) continue;
      refusal.way = record->way;
      refusal.state = record->state;
      return;
    }
  }
}

void canary::refuse(canary_refusal why, std::uint64_t state) {
  if (refusal_) return;
  if (state != 0) name_state(state, why);
  refusal_ = std::move(why);
  changed_.notify_all();
}

void canary::listen() {
  auto& output = child_->output;
  auto& errors = child_->errors;
  const auto tick = std::clamp(options_.state_limit / 4, std::chrono::milliseconds(1), std::chrono::milliseconds(500));
  for (;;) {
    std::array<pollfd, 3> watched{pollfd{socket_.get(), POLLIN, 0}, pollfd{output.get(), POLLIN, 0},
                                  pollfd{errors.get(), POLLIN, 0}};
    const int ready = ::poll(watched.data(), watched.size(), static_cast<int>(tick.count()));
    if (ready < 0 && errno != EINTR) break;
    if (ready <= 0) {
      progress_or_kill();
      continue;
    }
    for (std::size_t i = 1; i < watched.size(); ++i) {
      if (watched[i].revents == 0) continue;
      port::read_some(i == 1 ? output : errors, said_, 2 * most_said);
      if (said_.size() > most_said) said_.erase(0, said_.size() - most_said);
    }
    if (watched[0].revents != 0 && !hear()) break;
  }
  say_how_it_ended();
}

bool canary::hear() {
  const auto got = port::receive_message(socket_);
  if (!got || !*got) return false;
  const json answer = json::parse((*got)->bytes, nullptr, false);
  if (!answer.is_object()) return false;
  const std::lock_guard lock(mutex_);
  if (answer.contains("failed")) {
    const json& what = answer["failed"];
    const std::string way = what.value("way", std::string());
    refuse({way == "round" ? "not_reversible" : "code_change_failed",
            what.value("why", std::string("no reason given")),
            0,
            {},
            0},
           what.value("state", std::uint64_t{0}));
    return true;
  }
  done_ = answer.value("done", done_);
  new_bytes_ = answer.value("new_bytes", new_bytes_);
  uncompared_ = answer.value("uncompared", uncompared_);
  look_at_memory();
  under_way_.erase(under_way_.begin(), under_way_.upper_bound(done_));
  changed_.notify_all();
  return true;
}

/// REQUIRES: mutex_, before the batches that are done are forgotten.
void canary::look_at_memory() {
  if (!left_ || expected_ == 0) return;
  const auto next = under_way_.upper_bound(done_);
  const std::uint64_t seen = next == under_way_.end() ? states_ : next->second.first - 1;
  // Servers are not alike: from a quarter of them on, the others are taken to be as these. States that were sent again are counted twice on both sides.
  const bool enough = seen >= expected_ / 4 && seen != 0;
  const double all = static_cast<double>(std::max(expected_, seen));
  const double bytes = static_cast<double>(new_bytes_) * (enough ? all / static_cast<double>(seen) : 1.0);
  const double room = static_cast<double>(left_->bytes) - static_cast<double>(options_.reserve_bytes);
  if (bytes <= room) return;
  constexpr double mib = 1024 * 1024;
  const auto in_mib = [](double amount) {
    return std::to_string(static_cast<std::int64_t>(std::max(0.0, amount) / mib)) + " MiB";
  };
  refuse({"not_enough_memory",
          "the new states need about " + in_mib(bytes) + " beside the old ones, and " +
              in_mib(static_cast<double>(left_->bytes)) + " are left of " + left_->whose + ", of which " +
              in_mib(static_cast<double>(options_.reserve_bytes)) +
              " are to stay free (reserve_mb of [canary] in patchbay.toml); give the host more, or have it hold less",
          0,
          {},
          0},
         0);
}

/// One that has work and has neither begun another state nor another step of one for the whole limit is stuck.
void canary::progress_or_kill() {
  const auto& page = *static_cast<const canary_page*>(page_.data());
  const std::pair now{page.begun.load(), page.step.load()};
  const std::lock_guard lock(mutex_);
  if (now != seen_ || under_way_.empty()) {
    seen_ = now;
    moved_ = clock::now();
    return;
  }
  const auto limit = now.first == 0 ? std::max(options_.state_limit, start_limit) : options_.state_limit;
  if (refusal_ || clock::now() - moved_ < limit) return;
  const auto step = static_cast<canary_step>(now.second);
  refuse({now.first == 0 ? "canary_failed" : "code_change_timeout",
          (now.first == 0 ? "starting the canary process" : std::string(word(step))) + " did not end within " +
              std::to_string(limit.count()) + " ms",
          0,
          {},
          0},
         now.first);
  child_->kill();
}

void canary::say_how_it_ended() {
  {
    const std::lock_guard lock(mutex_);
    if (leaving_ || refusal_) child_->kill();
  }
  const auto end = child_->wait(std::max(options_.state_limit, start_limit));
  for (port::descriptor* each : {&child_->output, &child_->errors}) {
    // Somebody that it started may hold these open: what is there, and no more.
    pollfd there{each->get(), POLLIN, 0};
    while (*each && ::poll(&there, 1, 0) > 0) {
      port::read_some(*each, said_, said_.size() + most_said);
      there.fd = each->get();
    }
  }
  const std::lock_guard lock(mutex_);
  if (leaving_ || refusal_) return;
  const auto& page = *static_cast<const canary_page*>(page_.data());
  const std::uint64_t at = page.begun.load();
  if (at == 0 || under_way_.empty()) {
    return refuse({"canary_failed",
                   "the canary process " + end.words() + " before it had seen a state" + last_words(said_),
                   0,
                   {},
                   0},
                  0);
  }
  const auto step = static_cast<canary_step>(page.step.load());
  refuse({"canary_crashed",
          "the canary process was " + end.words() + " in " + std::string(word(step)) + last_words(said_),
          0,
          {},
          0},
         at);
}

}  // namespace patchbay::release
