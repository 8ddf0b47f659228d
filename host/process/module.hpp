#pragma once
// One module of one generation, made ready for dispatch.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "process/process_group.hpp"

namespace patchbay::process {

class behaviour;

/// Fixed after construction; lives as long as its generation. Thread: any (reads only).
class module {
 public:
  /// REQUIRES: every type of the table has its host_id.
  module(const pb_module& table, std::string application, std::string version, process_group& group);

  [[nodiscard]] const pb_module& table() const noexcept { return *table_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& application() const noexcept { return application_; }
  [[nodiscard]] const std::string& version() const noexcept { return version_; }
  [[nodiscard]] process_group& group() const noexcept { return *group_; }

  /// The entry that takes a message of this type and kind, with its index; nullptr where the module takes none.
  [[nodiscard]] const pb_message* find(std::uint32_t kind, std::uint32_t type_id) const noexcept {
    if (type_id >= slots_.size()) return nullptr;
    const auto index = slots_[type_id].by_kind[kind];
    return index == 0 ? nullptr : table_->messages[index - 1];
  }
  /// The entry for exit, down and timeout; nullptr where the module takes none.
  [[nodiscard]] const pb_message* builtin(std::uint32_t kind) const noexcept { return builtins_[kind]; }
  /// By the short name that people type (`next_number`); nullptr where there is none.
  [[nodiscard]] const pb_message* by_name(std::uint32_t kind, std::string_view short_name) const;

 private:
  struct slot {
    std::uint16_t by_kind[PB_KIND_GENERIC_TIMEOUT + 1] = {};  // 1 + index into messages, by PB_KIND_*
  };
  const pb_module* table_;
  process_group* group_;
  std::string name_;
  std::string application_;
  std::string version_;
  std::vector<slot> slots_;  // by type id
  const pb_message* builtins_[9] = {};
};

/// max_mailbox, 0: none.
std::uint32_t limit_of(const module& code) noexcept;

/// `next_number` of `sequence/sequence_server.next_number`.
std::string_view short_message_name(std::string_view qualified);

}  // namespace patchbay::process
