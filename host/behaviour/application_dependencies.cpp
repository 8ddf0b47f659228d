// What an application needs, and how all of it is started.
#include <algorithm>
#include <functional>
#include <set>
#include <thread>
#include <utility>

#include "behaviour/application_away.hpp"
#include "behaviour/application_controller.hpp"
#include "port/text.hpp"

namespace patchbay::behaviour {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::optional<application> application_controller::known(const std::string& name) {
  {
    const guard lock(mutex_);
    if (const entry* there = find(name)) return there->what;
  }
  return options_.find_application ? options_.find_application(name) : std::nullopt;
}

outcome<application> application_controller::described(const std::string& name) {
  if (auto what = known(name)) return std::move(*what);
  return error{"no_such_file", "{\"no such file or directory\",\"" + port::shortened(name) +
                                   ".app\"}: the release has no application " + port::shortened(name)};
}

/// Its own, and those of what it includes: their processes run in its tree.
std::vector<application_controller::need> application_controller::needs_of(const application& what) {
  std::vector<need> needs;
  std::set<std::string> seen{what.name};
  const std::function<void(const application&)> add = [&](const application& each) {
    for (const auto& name : each.applications) {
      needs.push_back({name, contains(each.optional_applications, name)});
    }
    for (const auto& name : each.included_applications) {
      if (!seen.insert(name).second) continue;
      if (const auto included = known(name)) add(*included);
    }
  };
  add(what);
  std::erase_if(needs, [&](const need& each) { return seen.contains(each.name); });
  return needs;
}

outcome<void> application_controller::load_included(const application& what) {
  for (const auto& name : what.included_applications) {
    {
      const guard lock(mutex_);
      if (find(name) != nullptr) continue;
    }
    if (auto loaded = start_named(name, application_type::load, {}); !loaded) return loaded;
  }
  return {};
}

outcome<void> application_controller::load(const std::string& name) {
  return away<outcome<void>>([&](std::string_view caller) -> outcome<void> {
    {
      const guard lock(mutex_);
      if (find(name) != nullptr) return error{"already_loaded", "{already_loaded," + name + "}"};
    }
    return start_named(name, application_type::load, caller);
  });
}

/// Those that do not run of what these need, and these themselves, dependencies first.
outcome<std::vector<std::string>> application_controller::missing(const std::vector<std::string>& names) {
  std::vector<std::string> order;
  std::set<std::string> seen;
  const std::function<outcome<void>(const need&)> visit = [&](const need& wanted) -> outcome<void> {
    if (!seen.insert(wanted.name).second) return {};
    {
      const guard lock(mutex_);
      const entry* there = find(wanted.name);
      if (there != nullptr && there->now == stage::running) return {};
    }
    const auto what = described(wanted.name);
    if (!what) {
      if (wanted.optional) return {};
      return error{what.failure().code, "{" + port::shortened(wanted.name) + "," + what.failure().text + "}"};
    }
    for (const auto& each : needs_of(*what)) {
      if (auto done = visit(each); !done) return done;
    }
    order.push_back(wanted.name);
    return {};
  };
  for (const auto& name : names) {
    if (auto done = visit({name, false}); !done) return done.failure();
  }
  return order;
}

outcome<std::vector<std::string>> application_controller::ensure_all_started(const std::vector<std::string>& names,
                                                                             application_type type, start_mode mode) {
  return away<outcome<std::vector<std::string>>>(
      [&](std::string_view caller) { return ensure(names, type, mode, caller); });
}

outcome<std::vector<std::string>> application_controller::ensure(const std::vector<std::string>& names,
                                                                 application_type type, start_mode mode,
                                                                 std::string_view caller) {
  auto order = missing(names);
  if (!order) return order.failure();
  std::vector<std::string> started;
  std::vector<std::string> left = std::move(*order);
  while (!left.empty()) {
    // Dependencies stand first: what needs nothing that is left may start now.
    std::vector<std::string> wave;
    for (const auto& name : left) {
      if (mode == start_mode::serial && !wave.empty()) break;
      const auto what = known(name);
      const auto needs = what ? needs_of(*what) : std::vector<need>{};
      const bool ready =
          std::none_of(needs.begin(), needs.end(), [&](const need& each) { return contains(left, each.name); });
      if (ready) wave.push_back(name);
    }
    if (wave.empty()) wave.push_back(left.front());  // they need each other: the first says so
    std::erase_if(left, [&](const std::string& name) { return contains(wave, name); });
    if (auto done = start_wave(wave, type, caller, started); !done) {
      for (auto name = started.rbegin(); name != started.rend(); ++name) (void)stop_named(*name, caller);
      return done.failure();
    }
  }
  return started;
}

outcome<void> application_controller::start_wave(const std::vector<std::string>& wave, application_type type,
                                                 std::string_view caller, std::vector<std::string>& started) {
  std::vector<outcome<void>> results(wave.size());
  const auto start_one = [&](std::size_t index) { results[index] = start_named(wave[index], type, caller); };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < wave.size(); ++i) others.emplace_back(start_one, i);
  start_one(0);
  for (auto& each : others) each.join();
  outcome<void> all;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    if (results[i]) {
      started.push_back(wave[i]);
    } else if (results[i].failure().code != "already_started" && all) {
      all = error{results[i].failure().code, "{" + port::shortened(wave[i]) + "," + results[i].failure().text + "}"};
    }
  }
  return all;
}

}  // namespace patchbay::behaviour
