#pragma once
// What processes do with registries and groups.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <patchbay/abi.h>

#include "process/pg.hpp"
#include "process/registry.hpp"

namespace patchbay::process {

class process;
class system;

/// names.h, over one system. "In a handler" is the running process, PB_E_NO_PROCESS outside. All but the readers answer PB_E_IN_CODE_CHANGE
/// there.
class naming {
 public:
  explicit naming(system& owner) : system_(owner) {}

  pb_status new_registry(std::string_view registry, std::uint32_t kind);
  pb_status put_meta(std::string_view registry, std::string_view key, std::string value);
  pb_status join(std::string_view scope, std::string_view group, std::span<const pb_pid> processes);
  pb_status part(std::string_view scope, std::string_view group, std::span<const pb_pid> processes);
  [[nodiscard]] const registries& entries() const noexcept;
  [[nodiscard]] const groups& all_groups() const noexcept;

  // In a handler.
  pb_status enter(std::string_view registry, std::string_view key, std::string value, pb_pid& owner);
  pb_status leave(std::string_view registry, std::string_view key);
  pb_status update(std::string_view registry, std::string_view key, std::string value);
  pb_status listen(std::string_view registry, const pb_type& change, pb_ref& out);
  pb_status monitor_group(std::string_view scope, std::string_view group, const pb_type& change, pb_ref& out,
                          std::vector<group_member>& members);
  pb_status demonitor(pb_ref monitor);

 private:
  pb_status begin(process*& here) const;
  pb_status begin_listening(process*& here, const pb_type& change, const std::string& schema, listener& made);
  system& system_;
};

}  // namespace patchbay::process
