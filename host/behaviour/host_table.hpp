#pragma once
// The host's table, as plugins see it (sdk/abi/patchbay/abi/host.h).
#include <functional>
#include <string_view>

#include <patchbay/abi.h>

#include "behaviour/sys.hpp"
#include "process/system.hpp"

namespace patchbay::behaviour {

/// Fixed address: plugins keep a pointer to it. Outlives every plugin. Thread: any.
class host_table {
 public:
  /// Finds a module as spawn_request::find_module does, by `module` or `application/module`.
  using module_finder = std::function<const process::module*(std::string_view name, std::string_view application)>;

  host_table();
  host_table(const host_table&) = delete;
  host_table& operator=(const host_table&) = delete;

  /// REQUIRES: before the first process.
  void bind(process::system& owner, module_finder find_module, code_changer change = nullptr);

  /// What its `sys` asks with.
  [[nodiscard]] sys& system_messages() noexcept { return sys_; }
  [[nodiscard]] const pb_host& table() const noexcept { return raw_.table; }
  /// Whose table this is, for the functions of its sub-tables.
  [[nodiscard]] static host_table& of(const pb_host* table) noexcept {
    return *reinterpret_cast<const raw*>(table)->self;
  }
  [[nodiscard]] process::system& system() const noexcept { return *system_; }

 private:
  friend struct host_functions;
  friend struct sys_functions;
  // The table is the first member of a standard-layout struct: a plugin's pb_host* leads back to this object.
  struct raw {
    pb_host table;
    host_table* self;
  };
  raw raw_{};
  process::system* system_ = nullptr;
  module_finder find_module_;
  sys sys_;
};

/// host_table_sys.cpp's functions.
const pb_sys_api& sys_table() noexcept;

}  // namespace patchbay::behaviour
