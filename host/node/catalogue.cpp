#include "node/catalogue.hpp"

#include <utility>

namespace patchbay::node {
namespace {

// Far more than the types of two generations; a host that has seen so many upgrades starts anew.
constexpr std::size_t max_cached = 4096;

}  // namespace

outcome<void> catalogue::add(const code::plugin_facts& facts) {
  std::vector<std::pair<key, std::shared_ptr<const known_messages>>> added;
  for (const auto& module : facts.modules) {
    known_messages messages;
    for (const auto& each : module.messages) {
      if (each.type.name.empty() || each.kind > PB_KIND_INFO) continue;
      auto schema = message::parse_schema(each.type.schema);
      if (!schema) return schema.failure();
      auto shared = std::make_shared<const message::schema>(std::move(*schema));
      const auto dot = each.type.name.rfind('.');
      std::string short_name = dot == std::string::npos ? each.type.name : each.type.name.substr(dot + 1);
      const auto fingerprint = shared->fingerprint;
      messages.push_back({each.kind, std::move(short_name), each.type.name, fingerprint, std::move(shared)});
    }
    added.emplace_back(key{facts.application, facts.version, module.name},
                       std::make_shared<const known_messages>(std::move(messages)));
  }
  const std::unique_lock lock(mutex_);
  for (auto& [where, messages] : added) modules_.insert_or_assign(std::move(where), std::move(messages));
  return {};
}

std::shared_ptr<const known_messages> catalogue::find(const std::string& application, const std::string& version,
                                                      const std::string& module) const {
  const std::shared_lock lock(mutex_);
  const auto it = modules_.find(key{application, version, module});
  return it == modules_.end() ? nullptr : it->second;
}

outcome<std::shared_ptr<const message::schema>> schema_cache::get(const std::string& text) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = parsed_.find(text); it != parsed_.end()) return it->second;
  }
  auto schema = message::parse_schema(text);
  if (!schema) return schema.failure();
  auto shared = std::make_shared<const message::schema>(std::move(*schema));
  const std::unique_lock lock(mutex_);
  if (parsed_.size() >= max_cached) parsed_.clear();
  parsed_.insert_or_assign(text, shared);
  return shared;
}

}  // namespace patchbay::node
