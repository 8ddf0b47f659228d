#include "two_versions.hpp"

#include <stdexcept>
#include <thread>

#include <patchbay/table/server_module.hpp>

namespace patchbay::test {

controls* control = nullptr;

namespace {

void misbehave(std::int64_t total) {
  if (control->fail_at != total) return;
  if (control->how == "throw") throw std::runtime_error("cannot carry " + std::to_string(total));
  if (control->how == "impure") {
    try_call<bump>("other", 1);
  }
  if (control->how == "loop") {
    ++control->entered;
    while (!control->let_go) std::this_thread::yield();
  }
  if (control->how == "slow") {
    const auto until = std::chrono::steady_clock::now() + slow_change;
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    ++control->slow_changes;
  }
}

/// Counts its instances: a state that is lost or destroyed twice shows.
struct counted {
  counted() { ++control->alive; }
  counted(const counted&) { ++control->alive; }
  counted(counted&&) noexcept { ++control->alive; }
  counted& operator=(const counted&) = default;
  counted& operator=(counted&&) = default;
  ~counted() { --control->alive; }
  void serialize(auto&) {}
};

}  // namespace

namespace v1 {
struct counter {
  using calls = messages<bump, version, wait_here>;
  struct state {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  static state init(const args& a) { return {a.get<std::int64_t>("start_at", 0)}; }
  static std::int64_t handle_call(const bump& m, from, state& s) { return s.total += m.by; }
  static std::int64_t handle_call(const version&, from, state&) { return 1; }
  static std::int64_t handle_call(const wait_here&, from, state& s) {
    ++control->entered;
    while (!control->let_go) std::this_thread::yield();
    return s.total;
  }
};
/// Opaque: its state goes through bytes.
struct keeper {
  using calls = messages<keep>;
  struct state {
    std::int64_t total = 0;
    counted life;
    void serialize(auto& ar) {
      while (control->serialise_loops != 0 && total == control->serialise_loops) std::this_thread::yield();
      ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(life));
    }
  };
  static state init(const args& a) {
    state s;
    s.total = a.get<std::int64_t>("start_at", 0);
    return s;
  }
  static std::int64_t handle_call(const keep& m, from, state& s) { return s.total += m.by; }
};
struct walker {
  using calls = messages<walk, walker_version>;
  struct state {
    std::int64_t walked = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(walked)); }
  };
  static state init() { return {}; }
  static task<std::int64_t> handle_call(const walk& m, from, state& s) {
    const frame_mark mark;
    ++control->walking;
    std::int64_t last = 0;
    for (std::int64_t i = 0; i < m.steps; ++i) {
      if (m.sleep_ms != 0) co_await co::sleep(std::chrono::milliseconds(m.sleep_ms));
      last = co_await co::call<bump>(with_timeout(m.counter, 30s), 1);
      ++s.walked;
    }
    --control->walking;
    co_return last;
  }
  static std::int64_t handle_call(const walker_version&, from, state&) { return 1; }
};
struct sup {
  static sup_spec init(const args& a) {
    auto& answers = control->supervisors;
    const std::lock_guard lock(answers.mutex);
    answers.args.push_back(a.json());
    return answers.one;
  }
};
struct dynamic_sup {
  static dynamic_sup_spec init() { return control->supervisors.dynamic_one; }
};
struct partition_sup {
  static partition_sup_spec init() { return control->supervisors.partition_one; }
};
}  // namespace v1

namespace v2 {
struct counter {
  using calls = messages<bump, version, wait_here>;
  using continues = messages<log_it>;
  struct state_v1 {
    std::int64_t total = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total)); }
  };
  struct state {
    std::int64_t total = 0;
    std::int64_t largest = 0;
    void serialize(auto& ar) { ar(PATCHBAY_FIELD(total), PATCHBAY_FIELD(largest)); }
  };
  static state init(const args& a) { return {a.get<std::int64_t>("start_at", 0), 0}; }
  static std::int64_t handle_call(const bump& m, from, state& s) { return s.total += m.by; }
  static std::int64_t handle_call(const version&, from, state&) { return 2; }
  static std::int64_t handle_call(const wait_here&, from, state& s) { return s.total; }
  static void handle_continue(const log_it&, state& s) {
    ++control->continued;
    s.total += 1000;
  }
  static ok_answer<state> code_change(upgrade<1>, const state_v1& old) {
    misbehave(old.total);
    state s{old.total, old.total};
    if (control->fail_at == old.total && control->how == "continue") return ok(s, then(log_it{"up"}));
    return ok(s);
  }
  static state_v1 code_change(downgrade<1>, const state& now) {
    misbehave(now.total);
    return {now.total};
  }
};
struct keeper {
  using calls = messages<keep>;
  using state = v1::keeper::state;
  static state init(const args& a) { return v1::keeper::init(a); }
  static std::int64_t handle_call(const keep& m, from, state& s) { return s.total += m.by; }
};
struct walker {
  using calls = messages<walk, walker_version>;
  using state = v1::walker::state;
  static state init() { return {}; }
  static task<std::int64_t> handle_call(const walk& m, from who, state& s) {
    return v1::walker::handle_call(m, who, s);
  }
  static std::int64_t handle_call(const walker_version&, from, state&) { return 2; }
};
struct sup {
  static std::optional<sup_spec> init(const args& a) {
    auto& answers = control->supervisors;
    const std::lock_guard lock(answers.mutex);
    answers.args.push_back(a.json());
    if (answers.how_two == "throw") throw std::runtime_error("no children of mine");
    if (answers.how_two == "ignore") return std::nullopt;
    if (answers.how_two == "impure") try_call<bump>("other", 1);
    if (answers.how_two == "loop") {
      while (!control->let_go) std::this_thread::yield();
    }
    return answers.two;
  }
};
struct dynamic_sup {
  static dynamic_sup_spec init() { return control->supervisors.dynamic_two; }
};
struct partition_sup {
  static partition_sup_spec init() { return control->supervisors.partition_two; }
};
}  // namespace v2

release::swap_options last_moment(const std::function<void()>& what) {
  release::swap_options options;
  options.progress = [what](std::string_view phase, std::string_view) {
    if (phase == "freeze") what();
  };
  return options;
}

two_versions::two_versions(const more_modules& more) {
  control = &words;
  directory_ = std::filesystem::temp_directory_path() / ("patchbay-swap-" + std::to_string(getpid()));
  code_ = std::make_unique<code::code_server>(code::code_server_options{directory_, {}, 1s, {}, 16}, host->types(),
                                              host.table());
  std::vector<const pb_module*> first = {detail::server_module<v1::counter, 1>::table("app", "counter"),
                                         detail::server_module<v1::keeper, 1>::table("app", "keeper"),
                                         detail::server_module<v1::walker, 1>::table("app", "walker"),
                                         detail::supervisor_module<v1::sup>::table("sup"),
                                         detail::supervisor_module<v1::dynamic_sup>::table("dynamic_sup"),
                                         detail::supervisor_module<v1::partition_sup>::table("partition_sup")};
  std::vector<const pb_module*> second = {detail::server_module<v2::counter, 2>::table("app", "counter"),
                                          detail::server_module<v2::keeper, 1>::table("app", "keeper"),
                                          detail::server_module<v2::walker, 1>::table("app", "walker"),
                                          detail::supervisor_module<v2::sup>::table("sup"),
                                          detail::supervisor_module<v2::dynamic_sup>::table("dynamic_sup"),
                                          detail::supervisor_module<v2::partition_sup>::table("partition_sup")};
  first.insert(first.end(), more.one.begin(), more.one.end());
  second.insert(second.end(), more.two.begin(), more.two.end());
  for (const pb_module* each : more.one) more_.emplace_back(message::view(each->name));
  fill(one, "1.0.0", 1, first);
  fill(two, "2.0.0", 2, second);
  two.group.share_gate(one.group.gate());
  host.also_find([this](std::string_view name) { return find_serving(std::string(name)); });
}

two_versions::~two_versions() {
  words.let_go = true;
  host->stop();
  std::filesystem::remove_all(directory_);
}

void two_versions::fill(code::generation& made, std::string of, std::uint64_t number,
                        std::vector<const pb_module*> tables) {
  made.number = number;
  made.application = "app";
  made.version = of;
  made.group.label = "g" + std::to_string(number);
  made.table = &table_;
  for (const pb_module* each : tables) {
    host.adopt(*each);
    made.modules.push_back(std::make_unique<process::module>(*each, "app", of, made.group));
  }
}

const process::module* two_versions::find_serving(const std::string& module) {
  // Between the switch and the end of swap() this is superseded, and asked again.
  code::generation& now = *serving_;
  const process::module* found = now.find(module);
  if (found != nullptr) now.group.need();
  return found;
}

pid two_versions::spawn(const std::string& module, std::int64_t start_at, const std::string& name) {
  process::spawn_request request;
  request.find_module = [this, module] { return find_serving(module); };
  request.name = name;
  request.args_json = R"({"start_at":)" + std::to_string(start_at) + "}";
  const process::spawned made = host->spawn(request);
  EXPECT_TRUE(made) << made.failure.why.words();
  return static_cast<pid>(made.pid);
}

std::vector<pid> two_versions::spawn_many(int count) {
  std::vector<pid> servers;
  for (int i = 0; i < count; ++i) servers.push_back(spawn("counter", i));
  return servers;
}

outcome<release::swap_report> two_versions::swap(release::direction way, release::swap_options options) {
  const bool up = way == release::direction::up;
  plan_ = {};
  plan_.application = "app";
  plan_.from_version = up ? "1.0.0" : "2.0.0";
  plan_.to_version = up ? "2.0.0" : "1.0.0";
  plan_.way = way;
  release::module_plan counter;
  counter.module = "counter";
  counter.action = release::module_action::advanced;
  release::module_plan keeper;
  keeper.module = "keeper";
  release::module_plan walker;
  walker.module = "walker";
  release::module_plan sup;
  sup.module = "sup";
  sup.supervisor = true;
  release::module_plan dynamic_sup = sup;
  dynamic_sup.module = "dynamic_sup";
  release::module_plan partition_sup = sup;
  partition_sup.module = "partition_sup";
  plan_.modules = {counter, keeper, walker, sup, dynamic_sup, partition_sup};
  for (const std::string& each : more_) {
    release::module_plan advanced = counter;
    advanced.module = each;
    // Of the first version alone: deleted on the way up.
    if (two.find(each) == nullptr) advanced.action = up ? release::module_action::remove : release::module_action::add;
    plan_.modules.push_back(advanced);
  }
  code::generation& from = up ? one : two;
  code::generation& to = up ? two : one;
  to.group.reinstate();
  auto done = release::swap(*host, *code_, {{&plan_, nullptr, &from, &to}}, options);
  if (done) serving_ = &to;
  return done;
}

}  // namespace patchbay::test
