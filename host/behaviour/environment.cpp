#include "behaviour/environment.hpp"

#include <mutex>
#include <utility>

namespace patchbay::behaviour {

using nlohmann::json;

env_difference difference(const json& before, const json& after) {
  env_difference found;
  for (const auto& [key, value] : after.items()) {
    const auto old = before.find(key);
    if (old == before.end()) {
      found.added[key] = value;
    } else if (*old != value) {
      found.changed[key] = value;
    }
  }
  for (const auto& [key, value] : before.items()) {
    if (!after.contains(key)) found.removed.push_back(key);
  }
  return found;
}

environment::snapshot environment::all(std::string_view application) const {
  snapshot released;
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = released_.find(application); found != released_.end()) released = found->second;
  }
  return all(application, released);
}

environment::snapshot environment::all(std::string_view application, const snapshot& released) const {
  snapshot base = released != nullptr ? released : std::make_shared<const json>(json::object());
  const std::shared_lock lock(mutex_);
  const auto over = set_.find(application);
  if (over == set_.end()) return base;
  json merged = *base;
  for (const auto& [key, value] : over->second) {
    if (value.is_null()) {
      merged.erase(key);
    } else {
      merged[key] = value;
    }
  }
  return std::make_shared<const json>(std::move(merged));
}

void environment::describe(const std::string& application, json env) {
  auto made = std::make_shared<const json>(std::move(env));
  const std::unique_lock lock(mutex_);
  released_.insert_or_assign(application, std::move(made));
}

void environment::forget(std::string_view application) {
  const std::unique_lock lock(mutex_);
  if (const auto found = released_.find(application); found != released_.end()) released_.erase(found);
}

void environment::set(std::string_view application, const std::string& key, json value) {
  const std::unique_lock lock(mutex_);
  set_.try_emplace(std::string(application)).first->second.insert_or_assign(key, std::move(value));
}

void environment::exchange(table& next) noexcept {
  const std::unique_lock lock(mutex_);
  released_.swap(next);
}

}  // namespace patchbay::behaviour
