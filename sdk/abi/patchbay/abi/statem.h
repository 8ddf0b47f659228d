/* Patchbay ABI: gen_statem, OTP.md section 2. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_STATEM_H
#define PATCHBAY_ABI_STATEM_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_result pb_result; /* plugin.h */

/* A gen_statem's pb_module.state is one type that holds state and data together, so that code_change migrates both. Its messages have the kinds
 * CALL, CAST, INFO, EXIT, DOWN, RESPONSE, INTERNAL and, for the contents of timeouts, EVENT_TIMEOUT, STATE_TIMEOUT, GENERIC_TIMEOUT. Their
 * `handle` gets no reply storage; what it returns stands in the pb_result's `statem`, but for the reason of a stop or an error, which stands where
 * a gen_server's does. pb_module.init and terminate are as a gen_server's. */
enum { PB_KIND_INTERNAL = 9, PB_KIND_EVENT_TIMEOUT = 10, PB_KIND_STATE_TIMEOUT = 11, PB_KIND_GENERIC_TIMEOUT = 12 };

enum {
  PB_STATEM_KEEP = 0,   /* keep_state; the data may have changed */
  PB_STATEM_NEXT = 1,   /* next_state: `changed` says whether it is another one */
  PB_STATEM_REPEAT = 2, /* repeat_state */
  PB_STATEM_STOP = 3,   /* stop; replies of stop_and_reply go through the actions */
  PB_STATEM_IGNORE = 4, /* init only */
  PB_STATEM_ERROR = 5   /* init only */
};
/* Called in the order of the actions. Objects come in storage of allocate() and become the host's. */
typedef struct pb_statem_actions {
  void *context;
  void (*postpone)(void *context);
  void (*reply)(void *context, const pb_from *to, const pb_type *type, void *object);
  /* `message` is an index in the module's messages: kind INTERNAL, CAST, INFO, or CALL with `from`. */
  void (*next_event)(void *context, uint32_t message, const pb_from *from, void *object);
  /* kind PB_KIND_*_TIMEOUT; name: of generic ones. ms relative, or with `absolute` in pb_work_api.now_ms; PB_INFINITY cancels. The
   * content is an object of that message. */
  void (*timeout)(void *context, uint32_t kind, pb_str name, uint64_t ms, uint32_t absolute, uint32_t message,
                  void *object);
  void (*cancel_timeout)(void *context, uint32_t kind, pb_str name);
  /* Changes the content of a running one, or where none runs starts one of 0. */
  void (*update_timeout)(void *context, uint32_t kind, pb_str name, uint32_t message, void *object);
} pb_statem_actions;
/* What a callback of a gen_statem returns. The host zeroes it before and sets struct_size, name and actions. */
typedef struct pb_statem_result {
  uint32_t struct_size;
  uint32_t outcome; /* PB_STATEM_* */
  uint32_t changed; /* with PB_STATEM_NEXT. 1: the state is another one than before */
  uint32_t reserved;
  pb_str name; /* of the generic timeout that is handled */
  /* With `changed`, where the module has enter calls: the state before, for enter, then for forget. */
  void *old_state;
  const pb_statem_actions *actions; /* to be called for each action, in their order, before the callback returns */
} pb_statem_result;

enum { PB_STATEM_STATE_FUNCTIONS = 0, PB_STATEM_HANDLE_EVENT_FUNCTION = 1 };
/* What a gen_statem's pb_module has beside init, terminate and messages. */
typedef struct pb_statem_callbacks {
  uint32_t struct_size;
  uint32_t mode;        /* shown by get_status; both are dispatched on the plugin's side */
  uint32_t state_enter; /* 1: enter is called */
  uint32_t reserved;
  /* [handler] The enter call. `old_state` is what the handler left there; NULL: the same state as now (at the start, and for repeat_state). May
   * not postpone, insert events or change the state. NULL where state_enter is 0. */
  pb_status (*enter)(const void *old_state, void *state, pb_result *result);
  /* [handler] Destroys what a handler left in old_state. NULL where state_enter is 0. */
  void (*forget)(void *old_state);
  /* [any] The state's name as text (`locked`), for logs and get_status. */
  void (*state_name)(const void *state, const pb_sink *out);
} pb_statem_callbacks;

#ifdef __cplusplus
}
#endif
#endif
