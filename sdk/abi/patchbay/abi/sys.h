/* Patchbay ABI: sys, OTP.md section 4. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_SYS_H
#define PATCHBAY_ABI_SYS_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
  PB_SYS_SUSPEND = 1,
  PB_SYS_RESUME = 2,
  PB_SYS_GET_STATE = 3,     /* answer: the state as JSON */
  PB_SYS_REPLACE_STATE = 4, /* argument: the new state as JSON; answer: the same */
  PB_SYS_GET_STATUS = 5,    /* answer: an object */
  PB_SYS_TRACE = 6,         /* argument: true or false */
  PB_SYS_LOG = 7,           /* argument: true, false, a number, "get"; answer of "get": an array of events */
  PB_SYS_STATISTICS = 8,    /* argument: true, false, "get" */
  PB_SYS_NO_DEBUG = 9,
  PB_SYS_TERMINATE = 10,   /* argument: the reason's text */
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
} pb_sys_api;

#ifdef __cplusplus
}
#endif
#endif
