#pragma once
// The least plugin that a host loads, on the C ABI alone: one server that keeps a number. Each case adds what is wrong with it.
#include <patchbay/abi.h>
#include <patchbay/toolchain.hpp>

#include <cstring>
#include <new>
#include <string_view>

namespace patchbay::sample {

constexpr pb_str text(std::string_view words) { return {words.data(), words.size()}; }
constexpr std::uint64_t fingerprint(std::string_view words) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : words) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

inline pb_status encode(const void* object, const pb_sink* out, const pb_sink*) {
  out->write(out->context, object, sizeof(std::int64_t));
  return PB_OK;
}
inline pb_status decode(pb_bytes in, void* storage, const pb_sink*) {
  if (in.size != sizeof(std::int64_t)) return PB_E_DECODE;
  std::memcpy(storage, in.data, in.size);
  return PB_OK;
}
inline pb_status copy(const void* object, void* storage, const pb_sink*) {
  std::memcpy(storage, object, sizeof(std::int64_t));
  return PB_OK;
}
inline void move(void* object, void* storage) { std::memcpy(storage, object, sizeof(std::int64_t)); }
inline void destroy(void*) {}
inline pb_status init(const pb_args*, void* state, pb_result*) {
  new (state) std::int64_t{0};
  return PB_OK;
}

inline constexpr std::string_view schema = R"({"struct":[["total","i64"]]})";
inline constexpr std::string_view layout = "struct 8 8 0:l";
inline pb_type state{.struct_size = sizeof(pb_type),
                     .flags = PB_TYPE_TRANSPARENT,
                     .name = text("sample_server"),
                     .version = 1,
                     .size = sizeof(std::int64_t),
                     .align = alignof(std::int64_t),
                     .schema = text(schema),
                     .layout = text(layout),
                     .schema_fp = fingerprint(schema),
                     .layout_fp = fingerprint(layout),
                     .encode = encode,
                     .decode = decode,
                     .copy = copy,
                     .move = move,
                     .destroy = destroy,
                     .host_id = 0,
                     .host_layout_id = 0};
inline const pb_module server{.struct_size = sizeof(pb_module),
                              .behaviour = PB_BEHAVIOUR_GEN_SERVER,
                              .name = text("sample_server"),
                              .state = &state,
                              .status = nullptr,
                              .messages = nullptr,
                              .message_count = 0,
                              .imports = nullptr,
                              .import_count = 0,
                              .migrations = nullptr,
                              .migration_count = 0,
                              .init = init,
                              .terminate = nullptr,
                              .format_status = nullptr,
                              .supervisor_init = nullptr,
                              .statem = nullptr,
                              .event = nullptr,
                              .application = nullptr,
                              .max_mailbox = 0};
inline const pb_module* const modules[] = {&server};

/// What the entry of every case answers with.
inline const pb_plugin* table(std::string_view version = "1.0.0") {
  static pb_plugin plugin{.struct_size = sizeof(pb_plugin),
                          .abi_major = PB_ABI_MAJOR,
                          .abi_minor = PB_ABI_MINOR,
                          .module_count = 1,
                          .capabilities_required = PB_CAP_GEN_SERVER,
                          .capabilities_offered = PB_CAP_GEN_SERVER,
                          .application = text("sample"),
                          .version = {},
                          .toolchain = text("test"),
                          .modules = modules};
  plugin.version = text(version);
  return &plugin;
}

}  // namespace patchbay::sample

#define SAMPLE_ENTRY                                                                      \
  extern "C" PB_EXPORT const pb_plugin* patchbay_plugin(const pb_host*, const pb_sink*) { \
    return patchbay::sample::table();                                                     \
  }
#define SAMPLE_PLUGIN              \
  PATCHBAY_NOTE("sample", "1.0.0") \
  SAMPLE_ENTRY

/// A note of one's own: its lines, each ending in a backslash and an n.
#define SAMPLE_NOTE(lines)                                  \
  __asm__(                                                  \
      ".pushsection .note.patchbay,\"a\",%note\n"           \
      ".balign 4\n.long 9\n.long 2f-1f\n.long 0x50420001\n" \
      ".asciz \"Patchbay\"\n.balign 4\n"                    \
      "1: .ascii \"" lines "\"\n2: .balign 4\n.popsection");
