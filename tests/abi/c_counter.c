/* A plugin in plain C11, on the ABI headers alone: a counter that takes the call `add` and the cast `reset`.
 * Without a layout its state and messages always go through bytes; schemas and their fingerprints are written by hand. */
#include <patchbay/abi.h>
#include <string.h>

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }
#define SCHEMA_TOTAL "{\"struct\":[[\"total\",\"i64\"]]}"
#define SCHEMA_BY "{\"struct\":[[\"by\",\"i64\"]]}"
#define SCHEMA_NUMBER "\"i64\""
#define SCHEMA_NOTHING "{\"struct\":[]}"

/* ---- Types: one int64, little-endian, or nothing ------------------------------------------------------------------------ */

static void put(const pb_sink* sink, const char* text) { sink->write(sink->context, text, strlen(text)); }

static pb_status number_encode(const void* object, const pb_sink* out, const pb_sink* error) {
  uint64_t bits;
  unsigned char bytes[8];
  (void)error;
  memcpy(&bits, object, sizeof bits);
  for (int i = 0; i < 8; ++i) bytes[i] = (unsigned char)(bits >> (8 * i));
  out->write(out->context, bytes, sizeof bytes);
  return PB_OK;
}
static pb_status number_decode(pb_bytes in, void* storage, const pb_sink* error) {
  uint64_t bits = 0;
  const unsigned char* bytes = in.data;
  if (in.size != 8) {
    put(error, "a number has 8 bytes");
    return PB_E_DECODE;
  }
  for (int i = 0; i < 8; ++i) bits |= (uint64_t)bytes[i] << (8 * i);
  memcpy(storage, &bits, sizeof bits);
  return PB_OK;
}
static pb_status number_copy(const void* object, void* storage, const pb_sink* error) {
  (void)error;
  memcpy(storage, object, sizeof(int64_t));
  return PB_OK;
}
static void number_move(void* object, void* storage) { memcpy(storage, object, sizeof(int64_t)); }

static pb_status nothing_encode(const void* object, const pb_sink* out, const pb_sink* error) {
  (void)object, (void)out, (void)error;
  return PB_OK;
}
static pb_status nothing_decode(pb_bytes in, void* storage, const pb_sink* error) {
  (void)storage;
  if (in.size == 0) return PB_OK;
  put(error, "reset carries nothing");
  return PB_E_DECODE;
}
static pb_status nothing_copy(const void* object, void* storage, const pb_sink* error) {
  (void)object, (void)storage, (void)error;
  return PB_OK;
}
static void nothing_move(void* object, void* storage) { (void)object, (void)storage; }
static void nothing_destroy(void* object) { (void)object; }

#define NUMBER_TYPE(type_name, type_version, text)                                                                    \
  {                                                                                                                   \
    .struct_size = sizeof(pb_type), .name = TEXT(type_name), .version = type_version, .size = 8, .align = 8,          \
    .schema = TEXT(text), .encode = number_encode, .decode = number_decode, .copy = number_copy, .move = number_move, \
    .destroy = nothing_destroy                                                                                        \
  }

static pb_type state_type = NUMBER_TYPE("c_counter", 1, SCHEMA_TOTAL);
static pb_type add_type = NUMBER_TYPE("c_counter/c_counter.add", 0, SCHEMA_BY);
static pb_type add_reply_type = NUMBER_TYPE("c_counter/c_counter.add.reply", 0, SCHEMA_NUMBER);
static pb_type reset_type = {.struct_size = sizeof(pb_type),
                             .name = TEXT("c_counter/c_counter.reset"),
                             .size = 1,
                             .align = 1,
                             .schema = TEXT(SCHEMA_NOTHING),
                             .encode = nothing_encode,
                             .decode = nothing_decode,
                             .copy = nothing_copy,
                             .move = nothing_move,
                             .destroy = nothing_destroy};

static uint64_t fingerprint(pb_str text) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (size_t i = 0; i < text.size; ++i) hash = (hash ^ (unsigned char)text.data[i]) * 0x100000001b3u;
  return hash;
}

/* ---- The server --------------------------------------------------------------------------------------------------------- */

static pb_status init(const pb_args* args, void* state, pb_result* result) {
  const int64_t zero = 0;
  (void)args, (void)result;
  memcpy(state, &zero, sizeof zero);
  return PB_OK;
}

static pb_status handle_add(void* state, void* object, const pb_from* from, void* reply, pb_result* result) {
  int64_t* total = state;
  int64_t by;
  (void)from;
  memcpy(&by, object, sizeof by);
  if ((by > 0 && *total > INT64_MAX - by) || (by < 0 && *total < INT64_MIN - by)) {
    put(result->reason_text, "overflow");
    return PB_E_EXCEPTION;
  }
  *total += by;
  memcpy(reply, total, sizeof *total);
  result->action = PB_ACTION_REPLY;
  return PB_OK;
}

static pb_status handle_reset(void* state, void* object, const pb_from* from, void* reply, pb_result* result) {
  (void)object, (void)from, (void)reply, (void)result;
  *(int64_t*)state = 0;
  return PB_OK;
}

static pb_message add = {.struct_size = sizeof(pb_message),
                         .kind = PB_KIND_CALL,
                         .type = &add_type,
                         .reply = &add_reply_type,
                         .handle = handle_add};
static pb_message reset = {
    .struct_size = sizeof(pb_message), .kind = PB_KIND_CAST, .type = &reset_type, .handle = handle_reset};
static pb_message* const messages[] = {&add, &reset};

static const pb_module counter = {.struct_size = sizeof(pb_module),
                                  .behaviour = PB_BEHAVIOUR_GEN_SERVER,
                                  .name = TEXT("c_counter"),
                                  .state = &state_type,
                                  .messages = messages,
                                  .message_count = 2,
                                  .init = init};
static const pb_module* const modules[] = {&counter};

static const pb_plugin plugin = {.struct_size = sizeof(pb_plugin),
                                 .abi_major = PB_ABI_MAJOR,
                                 .abi_minor = PB_ABI_MINOR,
                                 .module_count = 1,
                                 .capabilities_required = PB_CAP_GEN_SERVER,
                                 .capabilities_offered = PB_CAP_GEN_SERVER,
                                 .application = TEXT("c_counter"),
                                 .version = TEXT("1.0.0"),
                                 .modules = modules};

const pb_plugin* patchbay_plugin(const pb_host* host, const pb_sink* error) {
  pb_type* const types[] = {&state_type, &add_type, &add_reply_type, &reset_type};
  if (host->abi_major != PB_ABI_MAJOR) {
    put(error, "c_counter is built for ABI 1");
    return NULL;
  }
  for (size_t i = 0; i < sizeof types / sizeof types[0]; ++i) types[i]->schema_fp = fingerprint(types[i]->schema);
  return &plugin;
}

/* ---- The note ------------------------------------------------------------------------------------------------------------ */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define SANITIZER "thread"
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define SANITIZER "thread"
#endif
#ifndef SANITIZER
#define SANITIZER "none"
#endif
#define NOTE "abi=1.0\napplication=c_counter\nversion=1.0.0\nsanitizer=" SANITIZER "\n"

struct note {
  uint32_t name_size, text_size, type;
  char name[12]; /* padded to four bytes */
  char text[sizeof NOTE];
};
__attribute__((section(PB_NOTE_SECTION), used, aligned(4))) static const struct note note = {
    sizeof PB_NOTE_NAME, sizeof NOTE, PB_NOTE_TYPE, PB_NOTE_NAME, NOTE};
