#include "sample_table.hpp"

#include <cstring>
#include <string_view>

#include "message/fingerprint.hpp"

namespace patchbay::code {
namespace {

pb_str str(std::string_view text) { return {text.data(), text.size()}; }

// An i64 in plain C: real functions, though no test of the table calls them.
pb_status encode(const void* object, const pb_sink* out, const pb_sink*) {
  out->write(out->context, object, 8);
  return PB_OK;
}
pb_status decode(pb_bytes in, void* storage, const pb_sink*) {
  if (in.size != 8) return PB_E_DECODE;
  std::memcpy(storage, in.data, 8);
  return PB_OK;
}
pb_status copy(const void* object, void* storage, const pb_sink*) {
  std::memcpy(storage, object, 8);
  return PB_OK;
}
void move(void* object, void* storage) { std::memcpy(storage, object, 8); }
void destroy(void*) {}

pb_status handle(void*, void*, const pb_from*, void*, pb_result*) { return PB_OK; }
pb_status init(const pb_args*, void* state, pb_result*) {
  std::memset(state, 0, 8);
  return PB_OK;
}
pb_status migrate(const pb_code_change*, const void* from, void* to, pb_result*) {
  std::memcpy(to, from, 8);
  return PB_OK;
}
pb_status supervisor_init(const pb_args*, const pb_sup_builder*, const pb_sink*) { return PB_OK; }

pb_type type(std::string_view name, std::uint32_t version, std::string_view schema, std::string_view layout) {
  pb_type out = {};
  out.struct_size = sizeof out;
  out.flags = PB_TYPE_TRANSPARENT;
  out.name = str(name);
  out.version = version;
  out.size = 8;
  out.align = 8;
  out.schema = str(schema);
  out.layout = str(layout);
  out.schema_fp = message::fnv1a_64(schema);
  out.layout_fp = layout.empty() ? 0 : message::fnv1a_64(layout);
  out.encode = encode;
  out.decode = decode;
  out.copy = copy;
  out.move = move;
  out.destroy = destroy;
  return out;
}

}  // namespace

sample_table::sample_table()
    : state(type("counter", 2, R"({"struct":[["total","i64"]]})", "8 8 0 x")),
      old_state(type("counter", 1, R"({"struct":[["n","i64"]]})", "8 8 0 x")),
      bump(type("counter/counter.bump", 0, R"({"struct":[["by","i64"]]})", "8 8 0 x")),
      bump_reply(type("counter/counter.bump.reply", 0, R"("i64")", "x")),
      reset(type("counter/counter.reset", 0, R"({"struct":[]})", "")),
      stash(type("stash/stash.get", 0, R"({"struct":[]})", "")),
      stash_reply(type("stash/stash.get.reply", 0, R"("i64")", "x")),
      call{sizeof call, PB_KIND_CALL, &bump, &bump_reply, handle, 0, 0, nullptr, nullptr},
      cast{sizeof cast, PB_KIND_CAST, &reset, nullptr, handle, 0, 0, nullptr, nullptr},
      timeout{sizeof timeout, PB_KIND_TIMEOUT, nullptr, nullptr, handle, 0, 0, nullptr, nullptr},
      messages{&call, &cast, &timeout},
      import{sizeof import, PB_KIND_CALL, &stash, &stash_reply},
      imports{&import},
      migration{sizeof migration, 1, &old_state, migrate, migrate},
      migrations{&migration},
      server{},
      supervisor{},
      modules{&server, &supervisor},
      plugin{} {
  server.struct_size = sizeof server;
  server.behaviour = PB_BEHAVIOUR_GEN_SERVER;
  server.name = str("counter");
  server.state = &state;
  server.messages = messages;
  server.message_count = 3;
  server.imports = imports;
  server.import_count = 1;
  server.migrations = migrations;
  server.migration_count = 1;
  server.init = init;
  supervisor.struct_size = sizeof supervisor;
  supervisor.behaviour = PB_BEHAVIOUR_SUPERVISOR;
  supervisor.name = str("counter_sup");
  supervisor.supervisor_init = supervisor_init;
  plugin.struct_size = sizeof plugin;
  plugin.abi_major = PB_ABI_MAJOR;
  plugin.abi_minor = PB_ABI_MINOR;
  plugin.module_count = 2;
  plugin.capabilities_required = PB_CAP_GEN_SERVER | PB_CAP_SUPERVISOR;
  plugin.application = str("counter");
  plugin.version = str("2.0.0");
  plugin.toolchain = str("gcc-12 libstdc++");
  plugin.modules = modules;
}

}  // namespace patchbay::code
