/* Patchbay ABI: what a plugin answers with. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_PLUGIN_H
#define PATCHBAY_ABI_PLUGIN_H

#include "host.h"
#include "statem.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Answers of a handler ---------------------------------------------------------------------------------------------- */

enum {
  PB_ACTION_NOREPLY = 0,    /* {noreply, State}; for init: {ok, State} */
  PB_ACTION_REPLY = 1,      /* {reply, Reply, State}: the reply was constructed in reply storage */
  PB_ACTION_STOP = 2,       /* {stop, Reason, State}; for init: {stop, Reason} (logged) */
  PB_ACTION_STOP_REPLY = 3, /* {stop, Reason, Reply, State}: terminate runs before the reply goes out */
  PB_ACTION_ERROR = 4,      /* init only: {error, Reason} (silent) */
  PB_ACTION_IGNORE = 5,     /* init only */
  PB_ACTION_AWAIT = 6       /* a coroutine handler is not done; only from messages flagged PB_MESSAGE_COROUTINE */
};
enum {
  PB_NEXT_INFINITY = 0,
  PB_NEXT_TIMEOUT = 1, /* info `timeout` after timeout_ms without a message */
  PB_NEXT_CONTINUE = 2 /* handle_continue before any queued message */
};
/* Filled by a handler; the host zeroes it before (action NOREPLY, next INFINITY) and sets struct_size and reason_text. */
struct pb_result {
  uint32_t struct_size;
  uint32_t action;
  uint32_t next;
  uint32_t reason_kind;       /* PB_EXIT_*, with STOP, STOP_REPLY, ERROR */
  const pb_sink *reason_text; /* the text of that reason, and of an exception */
  uint64_t timeout_ms;
  uint32_t continue_message; /* index in the module's messages, kind PB_KIND_CONTINUE */
  uint32_t reserved;
  void *continue_object; /* storage from allocate(), constructed; the host destroys and releases it */
  /* With PB_ACTION_AWAIT: resumed when the response of that request has come, or after that long, whichever is first. */
  void *coroutine;   /* passed to resume and destroy */
  pb_ref await_ref;  /* of send_request or blocking; 0: only the time counts */
  uint64_t await_ms; /* PB_INFINITY: no limit */
  /* gen_statem: what its callbacks return in place of action and what follows it; set by the host. NULL for other behaviours. */
  pb_statem_result *statem;
};

/* ---- Messages ------------------------------------------------------------------------------------------------------------ */

enum {
  PB_KIND_CALL = 1,
  PB_KIND_CAST = 2,
  PB_KIND_INFO = 3,
  PB_KIND_CONTINUE = 4,
  PB_KIND_RESPONSE = 5, /* of send_request; type is the request's, reply the reply's; object is a pb_response */
  PB_KIND_EXIT = 6,     /* {'EXIT', Pid, Reason} while trapping exits; object is a pb_exit; no type */
  PB_KIND_DOWN = 7,     /* {'DOWN', Ref, process, Pid, Reason}; object is a pb_down; no type */
  PB_KIND_TIMEOUT = 8   /* the idle timeout; object is NULL; no type */
};
typedef struct pb_exit {
  pb_pid pid;
  pb_reason reason;
} pb_exit;
typedef struct pb_down {
  pb_ref monitor;
  pb_pid pid;
  pb_reason reason;
} pb_down;
typedef struct pb_response {
  pb_ref request;
  pb_status status; /* PB_OK: reply is set */
  void *reply;      /* may be moved from */
  pb_str error;
} pb_response;

/* PB_MESSAGE_COROUTINE: handle may answer PB_ACTION_AWAIT. Never run inline. */
enum { PB_MESSAGE_COROUTINE = 1u };
/* One message that a module accepts. */
typedef struct pb_message {
  uint32_t struct_size;
  uint32_t kind;
  pb_type *type;  /* NULL for EXIT, DOWN, TIMEOUT */
  pb_type *reply; /* for CALL and RESPONSE */
  /* [handler] `object` may be moved from and stays the host's to destroy; `from` is NULL but for CALL; `reply` is storage for one reply
   * object, NULL but for CALL. PB_OK: *result is the answer. PB_E_EXCEPTION: the process ends with that reason; the state is as the
   * handler left it; no reply was constructed. */
  pb_status (*handle)(void *state, void *object, const pb_from *from, void *reply, pb_result *result);
  uint32_t flags; /* PB_MESSAGE_* */
  uint32_t reserved;
  /* With PB_MESSAGE_COROUTINE. [handler] Goes on with a coroutine that answered PB_ACTION_AWAIT. State, object and reply storage are those of
   * `handle`, where they were; the process handles nothing else in between. The answer as of handle. */
  pb_status (*resume)(void *coroutine, pb_result *result);
  /* [handler] Ends a coroutine that will not be resumed: its process ends. */
  void (*destroy)(void *coroutine);
} pb_message;

/* A message of another module that this one sends. */
typedef struct pb_import {
  uint32_t struct_size;
  uint32_t kind;
  pb_type *type;
  pb_type *reply;
} pb_import;

/* ---- Migrations ------------------------------------------------------------------------------------------------------------- */

enum { PB_UP = 0, PB_DOWN = 1 };
typedef struct pb_code_change {
  uint32_t struct_size;
  uint32_t direction;
  uint32_t from_version; /* of the state */
  uint32_t to_version;
  const pb_args *config; /* the new release's env of this application */
} pb_code_change;
/* How this module's state is carried from an older version and back. Both functions are code of the newer plugin.
 * [migration, pure] They construct *new_state in storage of the output type; the old state is not changed. result may ask for a
 * continue (next = PB_NEXT_CONTINUE, upward only), which runs once in the new version before any queued message. NULL where that direction
 * is missing. */
typedef struct pb_migration {
  uint32_t struct_size;
  uint32_t version;   /* the older state's version */
  pb_type *old_state; /* the older shape, as this plugin declares it */
  pb_status (*up)(const pb_code_change *what, const void *old_state, void *new_state, pb_result *result);
  pb_status (*down)(const pb_code_change *what, const void *state, void *old_state, pb_result *result);
} pb_migration;

/* ---- Modules and the plugin --------------------------------------------------------------------------------------------------- */

/* GEN_STATEM: statem.h. GEN_EVENT: a handler of an event manager, event.h. APPLICATION: application.h. */
enum {
  PB_BEHAVIOUR_GEN_SERVER = 1,
  PB_BEHAVIOUR_SUPERVISOR = 2,
  PB_BEHAVIOUR_GEN_STATEM = 3,
  PB_BEHAVIOUR_GEN_EVENT = 4,
  PB_BEHAVIOUR_APPLICATION = 5
};
typedef struct pb_module {
  uint32_t struct_size;
  uint32_t behaviour;
  pb_str name;
  pb_type *state;  /* NULL for a supervisor */
  pb_type *status; /* what format_status makes; NULL: the state is shown as it is */
  pb_message *const *messages;
  size_t message_count;
  pb_import *const *imports;
  size_t import_count;
  const pb_migration *const *migrations;
  size_t migration_count;
  /* gen_server, gen_statem. [handler] Constructs the state in storage when action is NOREPLY (that is {ok, State}) and only then. */
  pb_status (*init)(const pb_args *args, void *state, pb_result *result);
  /* [handler] May be NULL. The state is as the last handler left it; the host destroys it afterwards. */
  pb_status (*terminate)(const pb_reason *reason, void *state, const pb_sink *error);
  /* [handler] May be NULL. Constructs an object of `status` in storage. */
  pb_status (*format_status)(const void *state, void *status, const pb_sink *error);
  /* supervisor. [handler] PB_E_IGNORE: ignore. */
  pb_status (*supervisor_init)(const pb_args *args, const pb_sup_builder *out, const pb_sink *error);
  /* What the behaviour needs beside the above; the one that belongs to it, the others NULL. */
  const pb_statem_callbacks *statem;
  const pb_event_callbacks *event;
  const pb_application_callbacks *application;
  uint64_t max_mailbox; /* messages that may wait; 0: no limit */
} pb_module;

#define PB_CAP_GEN_SERVER (1ull << 0)
#define PB_CAP_SUPERVISOR (1ull << 1)
#define PB_CAP_COROUTINES (1ull << 2)
#define PB_CAP_GEN_STATEM (1ull << 3)
#define PB_CAP_GEN_EVENT (1ull << 4)
#define PB_CAP_APPLICATION (1ull << 5)

typedef struct pb_plugin {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t module_count;
  uint64_t capabilities_required; /* the host must offer them all */
  uint64_t capabilities_offered;
  pb_str application;
  pb_str version;
  pb_str
      toolchain; /* compiler, standard library and ABI macros: types go by pointer only where these texts are equal */
  const pb_module *const *modules;
} pb_plugin;

#ifdef _WIN32
#define PB_EXPORT __declspec(dllexport)
#else
#define PB_EXPORT __attribute__((visibility("default")))
#endif

#define PB_ENTRY_NAME "patchbay_plugin"
/* [init] The one exported symbol. Called once by every process that loads the plugin (the facts tool, the probe, the host), before any
 * other function of it. The host table outlives the plugin. NULL: failed, the error text says why. */
PB_EXPORT const pb_plugin *patchbay_plugin(const pb_host *host, const pb_sink *error);
typedef const pb_plugin *(*pb_entry)(const pb_host *host, const pb_sink *error);

/* ---- The ELF note -------------------------------------------------------------------------------------------------------------- *
 * Section .note.patchbay, name "Patchbay", type PB_NOTE_TYPE; the description is UTF-8 text, one `key=value` a line:
 *   abi=1.0  application=sequence  version=1.0.0  compiler=gcc-12  cxx11_abi=1  sanitizer=none|address|thread  build=...
 * Read before any code of the library runs. */
#define PB_NOTE_SECTION ".note.patchbay"
#define PB_NOTE_NAME "Patchbay"
#define PB_NOTE_TYPE 0x50420001u

#ifdef __cplusplus
}
#endif
#endif
