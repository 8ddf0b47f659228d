/* Patchbay ABI: plain C11. Values that cross the boundary between a host and its plugins.
 *
 * Rules that hold for every function of this ABI:
 *  - No function throws. Failures are a pb_status and, where a `pb_sink *error` is given, one UTF-8 text written to it.
 *  - Strings are UTF-8, counted, not NUL-terminated, and belong to whoever made them; the other side copies what it keeps.
 *  - Tags: [any] any thread; [handler] only from code that runs under a process's token; [init] while the entry runs;
 *    [migration] a migration thread, possibly several at once; [pure] may call only log and args_* of the host.
 *  - Structs that begin with struct_size grow at the end; a reader uses only the fields that the size covers.
 */
#ifndef PATCHBAY_ABI_TYPES_H
#define PATCHBAY_ABI_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PB_ABI_MAJOR 1u
#define PB_ABI_MINOR 0u

/* A process: slot index in the low half, the slot's generation in the high half. 0 is nobody. Never reused. */
typedef uint64_t pb_pid;
/* A monitor, a timer or a request. Unique in a host's life; 0 is none. */
typedef uint64_t pb_ref;

typedef struct pb_str {
  const char *data;
  size_t size;
} pb_str;

typedef struct pb_bytes {
  const void *data;
  size_t size;
} pb_bytes;

/* Where one side writes bytes or text that the other keeps. `write` may be called many times; it never fails visibly:
 * a sink that ran out of memory remembers it and the caller of the function that was given the sink sees PB_E_NOMEM.
 * Thread: that of the function it was given to, and only until that function returns. */
typedef struct pb_sink {
  void *context;
  void (*write)(void *context, const void *data, size_t size);
} pb_sink;

/* Status of an operation. The words are OTP's where OTP has one; patchbay::error_word() and sdk/abi/errors.md list them. */
typedef int32_t pb_status;
enum {
  PB_OK = 0,
  PB_E_TIMEOUT = 1,             /* timeout: no reply within the limit; a late reply is dropped */
  PB_E_NOPROC = 2,              /* noproc: no such process or name */
  PB_E_CALLING_SELF = 3,        /* calling_self: a process called itself */
  PB_E_EXIT = 4,                /* the callee ended before it replied; the error text is its exit reason */
  PB_E_UNDEF_MESSAGE = 5,       /* undef_message: the receiver's module takes no such message in this form */
  PB_E_NOT_IMPORTED = 6,        /* not_imported: the message is not in this plugin's calls, casts, infos or imports */
  PB_E_OVERLOADED = 7,          /* overloaded: no thread or queue place is left; nothing was sent */
  PB_E_IN_CODE_CHANGE = 8,      /* in_code_change: only log and args are allowed there; the migration fails */
  PB_E_BADARG = 9,              /* badarg: an argument is outside what the function takes */
  PB_E_ALREADY_STARTED = 10,    /* already_started: the name is taken */
  PB_E_IGNORE = 11,             /* ignore: init declined to start */
  PB_E_INIT = 12,               /* init failed; the error text is its reason */
  PB_E_EXCEPTION = 13,          /* an exception left the function; the error text is its what() */
  PB_E_DECODE = 14,             /* bytes that are not what they say they are */
  PB_E_NOMEM = 15,              /* memory could not be had; nothing was done */
  PB_E_SYSTEM_LIMIT = 16,       /* system_limit: the process table is full */
  PB_E_SHUTTING_DOWN = 17,      /* shutdown: the host is stopping */
  PB_E_NO_PROCESS = 18,         /* the calling thread runs no process (self, link, monitor, timers to self need one) */
  PB_E_NO_REPLY = 19,           /* no_reply: the response has not come yet */
  PB_E_UNDEF_MODULE = 20,       /* undef_module: no loaded plugin has that module */
  PB_E_UNSUPPORTED = 21,        /* this host, or this type, does not offer the operation */
  PB_E_ALREADY_PRESENT = 22,    /* already_present: the supervisor knows a child of that id, which does not run */
  PB_E_RUNNING = 23,            /* running: the child runs */
  PB_E_RESTARTING = 24,         /* restarting: the child waits for its next restart */
  PB_E_NOT_FOUND = 25,          /* not_found: no such child, registry, group or key */
  PB_E_SIMPLE_ONE_FOR_ONE = 26, /* simple_one_for_one: not offered by a supervisor of that strategy */
  PB_E_MAX_CHILDREN = 27,       /* max_children: the dynamic supervisor is full */
  PB_E_ALREADY_REGISTERED = 28, /* already_registered: a unique registry has that key; the error text names the owner */
  PB_E_BAD_MODULE = 29,         /* bad_module: the event manager has no such handler (call) */
  PB_E_MODULE_NOT_FOUND = 30,   /* module_not_found: the event manager has no such handler (delete) */
  PB_E_CALLBACK_FAILED = 31,    /* callback_failed: the function given to sys failed; the state is as it was */
  PB_E_UNKNOWN_SYSTEM_MSG = 32, /* unknown_system_msg: change_code of a process that is not suspended */
  PB_E_NOT_STARTED = 33,        /* not_started: that application does not run; the text names it */
  PB_E_ALREADY_LOADED = 34      /* already_loaded */
};

/* Why a process ended. PB_EXIT_ERROR is every other term; its text is what a reader sees in logs. */
enum {
  PB_EXIT_NORMAL = 0,
  PB_EXIT_SHUTDOWN = 1, /* shutdown, or {shutdown, text} where a text is given */
  PB_EXIT_KILL = 2,     /* as sent: cannot be trapped */
  PB_EXIT_KILLED = 3,   /* as seen by links and monitors of a process that was killed */
  PB_EXIT_NOPROC = 4,
  PB_EXIT_ERROR = 5
};
typedef struct pb_reason {
  uint32_t kind;
  pb_str text;
} pb_reason;

/* Whom a message goes to: a pid, or where pid is 0 a locally registered name. */
typedef struct pb_target {
  pb_pid pid;
  pb_str name;
} pb_target;

/* A call that waits for its reply. Copyable by bytes; valid as an argument of reply() for ever (a late reply is dropped). */
typedef struct pb_from {
  pb_pid pid;   /* the caller, 0 for a thread outside the host */
  uint64_t tag; /* the host's */
} pb_from;

/* ---- Types ----------------------------------------------------------------------------------------------------------- */

enum {
  PB_TYPE_TRANSPARENT = 1u, /* made only of what may cross generations by pointer (DESIGN.md section 4) */
  PB_TYPE_MOVE_ONLY = 2u,   /* copy is NULL */
  PB_TYPE_LOCAL =
      4u /* holds code of its generation (a function, a closure): goes by pointer between modules of that one
                               generation only, everybody else answers undef_message; encode and decode are PB_E_UNSUPPORTED */
};

/* One C++ (or C) type as it is serialised (schema) and as it lies in memory (layout).
 * Lives in static storage of the plugin that made it, until that plugin is unmapped.
 * encode writes cereal's portable binary form without any header: little-endian scalars, bool and enums as their underlying
 * integers, uint64 sizes before strings and containers, a byte before optionals' and unique_ptrs' values (optional: 1 = empty, as cereal
 * has it; pointer: 1 = present), int32 index before a variant's value, nothing between the fields of a struct. */
typedef struct pb_type {
  uint32_t struct_size;
  uint32_t flags;
  pb_str name; /* `module` for a state, `application/module.message` for a message, that + `.reply` for its reply */
  uint32_t version;   /* of a state: the number in PATCHBAY_GEN_SERVER; of others 0 */
  uint32_t size;      /* bytes of storage */
  uint32_t align;     /* a power of two, at most 4096 */
  pb_str schema;      /* JSON, see sdk/abi/schema.md; the whole shape, in one line */
  pb_str layout;      /* text; equal texts mean equal memory; empty where the type never goes by pointer */
  uint64_t schema_fp; /* FNV-1a 64 of the schema's bytes */
  uint64_t layout_fp; /* FNV-1a 64 of the layout's bytes, 0 where that is empty */
  /* [any] Writes the encoded object. The object is not changed. */
  pb_status (*encode)(const void *object, const pb_sink *out, const pb_sink *error);
  /* [any] Constructs an object in storage from exactly these bytes; bytes left over or missing are PB_E_DECODE and nothing is
   * constructed. Trusts no length beyond the bytes that remain. */
  pb_status (*decode)(pb_bytes in, void *storage, const pb_sink *error);
  /* [any] Copy-constructs into storage; NULL where the type cannot. */
  pb_status (*copy)(const void *object, void *storage, const pb_sink *error);
  /* [any] Move-constructs into storage; the source stays destroyable. Never fails. */
  void (*move)(void *object, void *storage);
  /* [any] Destroys the object; the storage is the host's. Never fails. */
  void (*destroy)(void *object);
  /* The host's, 0 until it has taken the plugin in. A plugin only passes it along. Written once, before any other thread can
   * see the type. */
  uint32_t host_id;
  uint32_t host_layout_id;
} pb_type;

/* ---- Arguments ------------------------------------------------------------------------------------------------------ */

/* A read-only table of configuration (an application's env, a child's args). Belongs to the host; valid until the function
 * that it was given to returns. Read by the args_* functions of pb_host. */
typedef struct pb_args pb_args;

enum {
  PB_VALUE_NONE = 0,
  PB_VALUE_BOOL = 1,
  PB_VALUE_INT = 2,
  PB_VALUE_FLOAT = 3,
  PB_VALUE_STRING = 4,
  PB_VALUE_TABLE = 5, /* table is set */
  PB_VALUE_LIST = 6   /* table is set; elements by args_at */
};
typedef struct pb_value {
  uint32_t kind;
  uint32_t boolean;
  int64_t integer;
  double number;
  pb_str string; /* valid as long as the args */
  const pb_args *table;
} pb_value;

#define PB_INFINITY UINT64_MAX /* as a time in milliseconds: for ever */

typedef struct pb_host pb_host;

#ifdef __cplusplus
}
#endif
#endif
