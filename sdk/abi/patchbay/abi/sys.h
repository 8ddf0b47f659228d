/* Patchbay ABI: sys, OTP.md section 4. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_SYS_H
#define PATCHBAY_ABI_SYS_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is asked of a process; sdk/abi/sys.md has arguments and answers. An argument that is empty is null. */
enum {
  PB_SYS_SUSPEND = 1,
  PB_SYS_RESUME = 2,
  PB_SYS_GET_STATE = 3,     /* answer: the state as JSON, secrets left out */
  PB_SYS_REPLACE_STATE = 4, /* argument: the new state as JSON; answer: the same */
  PB_SYS_GET_STATUS = 5,    /* answer: an object */
  PB_SYS_TRACE = 6,         /* argument: true or false */
  PB_SYS_LOG = 7,           /* argument: true, false, a number, "get", "print"; answer of "get": an array of events */
  PB_SYS_STATISTICS = 8,    /* argument: true, false, "get" */
  PB_SYS_NO_DEBUG = 9,
  PB_SYS_TERMINATE = 10,   /* argument: the reason's text, as JSON */
  PB_SYS_CHANGE_CODE = 11, /* of a suspended process: to the newest loaded generation of its module */
  PB_SYS_LOG_TO_FILE = 12  /* argument: a path, or false */
};
/* A debug function of sys:install: called under the process's token for each event, which is one JSON object (sdk/abi/sys.md). Answers 0
 * to be removed. */
typedef struct pb_sys_function {
  void *context;
  uint32_t (*call)(void *context, pb_pid process, pb_str event_json);
  void (*drop)(void *context); /* once, when it is removed or its process ends */
} pb_sys_function;
/* A function that makes a new state from the present one, both in the encoded form of the state's type (schema_fp). Called at most once, under
 * the process's token. Another status than PB_OK: callback_failed, and the state is kept. */
typedef struct pb_sys_change {
  void *context;
  pb_status (*call)(void *context, pb_bytes state, uint64_t schema_fp, const pb_sink *new_state, const pb_sink *error);
  void (*drop)(void *context); /* once, on any thread, also where it was never called */
} pb_sys_change;
typedef struct pb_sys_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] By PB_SYS_*; JSON in, JSON out; timeout 5000 ms in OTP. Errors: PB_E_TIMEOUT, _NOPROC, _CALLING_SELF, _CALLBACK_FAILED,
   * _UNKNOWN_SYSTEM_MSG, _BADARG, _DECODE. */
  pb_status (*request)(const pb_host *host, const pb_target *to, uint32_t what, pb_str argument_json,
                       uint64_t timeout_ms, const pb_sink *answer, const pb_sink *error);
  /* [any] sys:install and remove. The function's generation is held until it is dropped. */
  pb_status (*install)(const pb_host *host, const pb_target *to, pb_str name, const pb_sys_function *function,
                       uint64_t timeout_ms, const pb_sink *error);
  pb_status (*remove)(const pb_host *host, const pb_target *to, pb_str name, uint64_t timeout_ms, const pb_sink *error);
  /* [any] sys:get_state for code: the state encoded, and its schema's fingerprint; with what is secret. PB_E_UNSUPPORTED where the state is the
   * host's own. */
  pb_status (*get_state)(const pb_host *host, const pb_target *to, uint64_t timeout_ms, uint64_t *schema_fp,
                         const pb_sink *state, const pb_sink *error);
  /* [any] sys:replace_state by a function. It is the host's from here on. PB_E_CALLBACK_FAILED. */
  pb_status (*replace_state)(const pb_host *host, const pb_target *to, const pb_sys_change *change, uint64_t timeout_ms,
                             const pb_sink *error);
} pb_sys_api;

#ifdef __cplusplus
}
#endif
#endif
