#include "process/module.hpp"

#include <algorithm>
#include <string_view>

#include "message/envelope.hpp"

namespace patchbay::process {

module::module(const pb_module& table, std::string application, std::string version,
               process_group& group) :table_(&table),
    group_(&group), name_(message::view(table.name)), application_(std::move(application)),
    version_(std::move(version)) {
  std::uint32_t highest = 0;
  for (std::size_t i = 0; i < table.message_count; ++i) {
    if (const pb_type* type = table.messages[i]->type) highest = std::max(highest, type->host_id);
  }
  slots_.resize(std::size_t{highest} + 1);
  for (std::size_t i = 0; i < table.message_count; ++i) {
    const pb_message& entry = *table.messages[i];
    if (entry.type != nullptr) {
      slots_[entry.type->host_id].by_kind[entry.kind] = static_cast<std::uint16_t>(i + 1);
    } else {
      builtins_[entry.kind] = &entry;
    }
  }
  group.learn(table);
}

const pb_message* module::by_name(std::uint32_t kind, std::string_view short_name) const {
  for (std::size_t i = 0; i < table_->message_count; ++i) {
    const pb_message* entry = table_->messages[i];
    if (entry->kind == kind && entry->type != nullptr &&
        short_message_name(message::view(entry->type->name)) == short_name) {
      return entry;
    }
  }
  return nullptr;
}

std::uint32_t limit_of(const module& code) noexcept {
  // What a process counts has 32 bits, of which one tells a difference below zero.
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(code.table().max_mailbox, 0x7FFFFFFF));
}

std::string_view short_message_name(std::string_view qualified) {
  const auto slash = qualified.find('/');
  const auto dot = qualified.find('.', slash == std::string_view::npos ? 0 : slash);
  return dot == std::string_view::npos ? qualified : qualified.substr(dot + 1);
}

}  // namespace patchbay::process
