#include "code/entry/entry_host.hpp"

#include <cstdint>
#include <cstdio>
#include <new>

namespace patchbay::code {
namespace {

/// Any function of the table that answers with a status.
template <class... Arguments>
pb_status unsupported(const pb_host*, Arguments...) noexcept {
  return PB_E_UNSUPPORTED;
}

pb_pid nobody(const pb_host*) noexcept { return 0; }
pb_pid no_such_name(const pb_host*, pb_str) noexcept { return 0; }

void log(const pb_host*, std::uint32_t, pb_str text) noexcept {
  std::fwrite(text.data, 1, text.size, stderr);
  std::fputc('\n', stderr);
}

void nothing(pb_value* out) noexcept {
  if (out != nullptr) *out = pb_value{};
}
void args_find(const pb_host*, const pb_args*, pb_str, pb_value* out) noexcept { nothing(out); }
void args_at(const pb_host*, const pb_args*, std::size_t, pb_str* key, pb_value* out) noexcept {
  if (key != nullptr) *key = pb_str{};
  nothing(out);
}
std::size_t args_size(const pb_host*, const pb_args*) noexcept { return 0; }
void args_json(const pb_host*, const pb_args*, const pb_sink* out) noexcept { out->write(out->context, "{}", 2); }

void* allocate(const pb_host*, const pb_type* type) noexcept {
  return ::operator new(type->size, std::align_val_t{type->align}, std::nothrow);
}
void release(const pb_host*, const pb_type* type, void* storage) noexcept {
  ::operator delete(storage, std::align_val_t{type->align});
}

pb_host make_table() noexcept {
  pb_host table{};
  table.struct_size = sizeof table;
  table.abi_major = PB_ABI_MAJOR;
  table.abi_minor = PB_ABI_MINOR;
  table.capabilities = PB_CAP_GEN_SERVER | PB_CAP_SUPERVISOR | PB_CAP_COROUTINES | PB_CAP_GEN_STATEM | PB_CAP_GEN_EVENT;
  table.self = nobody;
  table.whereis = no_such_name;
  table.register_name = unsupported;
  table.unregister_name = unsupported;
  table.call = unsupported;
  table.cast = unsupported;
  table.send = unsupported;
  table.send_request = unsupported;
  table.receive_response = unsupported;
  table.reply = unsupported;
  table.send_after = unsupported;
  table.cancel_timer = unsupported;
  table.link = unsupported;
  table.unlink = unsupported;
  table.monitor = unsupported;
  table.demonitor = unsupported;
  table.exit = unsupported;
  table.process_flag = unsupported;
  table.start = unsupported;
  table.stop = unsupported;
  table.log = log;
  table.args_find = args_find;
  table.args_at = args_at;
  table.args_size = args_size;
  table.args_json = args_json;
  table.allocate = allocate;
  table.release = release;
  return table;
}

}  // namespace

const pb_host& entry_host() noexcept {
  static const pb_host table = make_table();
  return table;
}

}  // namespace patchbay::code
