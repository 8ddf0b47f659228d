/* Patchbay ABI: gen_event, OTP.md section 2. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_EVENT_H
#define PATCHBAY_ABI_EVENT_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a handler answers; fills pb_event_result. */
enum {
  PB_EVENT_OK = 0,           /* {ok, State} */
  PB_EVENT_REPLY = 1,        /* handle_call only: the reply was constructed */
  PB_EVENT_REMOVE = 2,       /* remove_handler */
  PB_EVENT_REMOVE_REPLY = 3, /* {remove_handler, Reply} */
  PB_EVENT_SWAP = 4,         /* {swap_handler, Args1, State, Handler2, Args2} */
  PB_EVENT_SWAP_REPLY = 5
};
/* Texts are written, not returned; the host zeroes the rest before. */
typedef struct pb_event_result {
  uint32_t struct_size;
  uint32_t action;
  const pb_sink *reason_text;  /* of an exception */
  const pb_sink *swap_args1;   /* JSON for this handler's terminate */
  const pb_sink *swap_handler; /* `application/module` or `module`, then `:id` where there is one */
  const pb_sink *swap_args2;   /* JSON for the new handler's init */
} pb_event_result;
/* Why a handler's terminate runs. */
enum {
  PB_EVENT_STOP = 1,    /* the manager ends */
  PB_EVENT_EXIT = 2,    /* {stop, Reason}: the process that added it with add_sup_handler has ended */
  PB_EVENT_REMOVED = 3, /* it answered remove_handler */
  PB_EVENT_ERROR = 4,   /* {error, {'EXIT', Reason}}: it failed */
  PB_EVENT_ARGS = 5     /* delete_handler and swaps: args */
};
typedef struct pb_event_why {
  uint32_t struct_size;
  uint32_t kind;
  pb_reason reason;    /* PB_EVENT_EXIT, PB_EVENT_ERROR */
  const pb_args *args; /* PB_EVENT_ARGS */
} pb_event_why;
/* A handler: a module with behaviour GEN_EVENT. Its messages are the events (PB_KIND_CAST), calls and infos that it takes, and EXIT and DOWN of what the
 * manager is linked to or monitors; their `handle` gets a pb_event_result in place of the pb_result, and no `from`. `object` belongs to all handlers:
 * it is neither changed nor moved from. An event that a handler does not list passes it by. The handlers act as their manager: self(), links, monitors,
 * timers and requests are that process's. */
typedef struct pb_event_callbacks {
  uint32_t struct_size;
  uint32_t reserved;
  /* [handler] Constructs the state. `replaced` is what the terminate of the handler that this one replaces answered: its table, or {"answer": …} around
   * any other JSON, "ok" for an empty answer and "error" where there was no such handler; NULL: it replaces none. PB_E_INIT, PB_E_EXCEPTION: refused,
   * the text says why. */
  pb_status (*init)(const pb_args *args, const pb_args *replaced, void *state, const pb_sink *error);
  /* [handler] May be NULL. Its answer as JSON, empty: ok. The host destroys the state afterwards. */
  pb_status (*terminate)(const pb_event_why *why, void *state, const pb_sink *answer, const pb_sink *error);
} pb_event_callbacks;

enum { PB_EVENT_ADD = 1, PB_EVENT_ADD_SUP = 2, PB_EVENT_DELETE = 3, PB_EVENT_SWAP_HANDLER = 4, PB_EVENT_SWAP_SUP = 5 };
/* Handlers are named `application/module` (or `module` of the caller's application), with `:id` behind where a module is there more than once. */
typedef struct pb_event_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any; the SUP kinds in a handler] By PB_EVENT_*; `other` and `other_args` are the new handler of a swap. What a deleted handler's terminate answered
   * is written as JSON. Errors: PB_E_MODULE_NOT_FOUND, _UNDEF_MODULE, _INIT, _NO_PROCESS (SUP outside a handler), _BADARG (no event manager), and those of
   * pb_host.call. They wait without limit, as in OTP. */
  pb_status (*handler)(const pb_host *host, const pb_target *manager, uint32_t what, pb_str handler, pb_str args_json,
                       pb_str other, pb_str other_args_json, const pb_sink *answer, const pb_sink *error);
  /* [any] notify; with sync it returns when every handler has handled it. */
  pb_status (*notify)(const pb_host *host, const pb_target *manager, const pb_type *type, void *event, uint32_t sync,
                      const pb_sink *error);
  /* [any] gen_event:call of one handler. PB_E_BAD_MODULE: it is not there. PB_E_EXCEPTION: {'EXIT', Reason}, it failed and has been removed. */
  pb_status (*call)(const pb_host *host, const pb_target *manager, pb_str handler, const pb_type *request_type,
                    void *request, const pb_type *reply_type, void *reply_storage, uint64_t timeout_ms,
                    const pb_sink *error);
  /* [any] The handlers' names, `application/module` or `application/module:id`, newest first, each with a line feed behind it. */
  pb_status (*which_handlers)(const pb_host *host, const pb_target *manager, const pb_sink *names,
                              const pb_sink *error);
} pb_event_api;

#ifdef __cplusplus
}
#endif
#endif
