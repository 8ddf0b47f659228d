/* Patchbay ABI: what the host offers its plugins. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_HOST_H
#define PATCHBAY_ABI_HOST_H

#include "application.h"
#include "event.h"
#include "names.h"
#include "supervisor.h"
#include "sys.h"
#include "types.h"
#include "work.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PB_LOG_TRACE = 0, PB_LOG_DEBUG = 1, PB_LOG_INFO = 2, PB_LOG_WARNING = 3, PB_LOG_ERROR = 4, PB_LOG_CRITICAL = 5 };
enum { PB_FLAG_TRAP_EXIT = 1 };
enum { PB_START_LINK = 1u, PB_START_MONITOR = 2u /* in a handler */ };

/* How to start a process from a loaded module. */
typedef struct pb_start {
  uint32_t struct_size;
  uint32_t flags;      /* PB_START_* */
  pb_str module;       /* `module` of the caller's own application, or `application/module` */
  pb_str name;         /* local name, or `{via, …}` (names.h), to register before init runs; empty: none */
  pb_str args_json;    /* a JSON object, or empty for {} */
  uint64_t timeout_ms; /* for init; PB_INFINITY as in OTP */
  pb_ref *out_monitor; /* with PB_START_MONITOR, set where the start succeeds */
  pb_str debug;        /* sys options at start, comma-separated: trace, log, log:N, statistics; empty: none */
} pb_start;

/* Every function takes the table itself first: a process may hold several hosts. */
struct pb_host {
  uint32_t struct_size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  uint64_t capabilities; /* PB_CAP_* that this host offers */

  /* [any] The process whose handler runs on this thread; 0 outside. */
  pb_pid (*self)(const pb_host *host);
  /* [any] The pid registered under a local name; 0 where there is none. */
  pb_pid (*whereis)(const pb_host *host, pb_str name);
  /* [handler] Registers the running process: PB_E_BADARG where the name is taken, empty or longer than 255 bytes. */
  pb_status (*register_name)(const pb_host *host, pb_str name);
  pb_status (*unregister_name)(const pb_host *host, pb_str name);

  /* [any] gen_server:call. `request` may be moved from; it stays the caller's to destroy. On PB_OK and only then a reply object has
   * been constructed in reply_storage and is the caller's. In a handler this holds the caller's process meanwhile. timeout_ms: 5000
   * in OTP, PB_INFINITY allowed. Errors: PB_E_TIMEOUT, _NOPROC, _CALLING_SELF, _EXIT, _UNDEF_MESSAGE, _NOT_IMPORTED, _OVERLOADED,
   * _IN_CODE_CHANGE, _DECODE, _NOMEM, _SHUTTING_DOWN. */
  pb_status (*call)(const pb_host *host, const pb_target *to, const pb_type *request_type, void *request,
                    const pb_type *reply_type, void *reply_storage, uint64_t timeout_ms, const pb_sink *error);
  /* [any] gen_server:cast; as in OTP sending to nobody is PB_OK. `message` may be moved from. */
  pb_status (*cast)(const pb_host *host, const pb_target *to, const pb_type *type, void *message, const pb_sink *error);
  /* [any] As cast, handled by handle_info. */
  pb_status (*send)(const pb_host *host, const pb_target *to, const pb_type *type, void *message, const pb_sink *error);
  /* [handler] gen_server:send_request. The response comes as PB_KIND_RESPONSE to the module's entry for this message, or is
   * fetched by receive_response. */
  pb_status (*send_request)(const pb_host *host, const pb_target *to, const pb_type *request_type, void *request,
                            const pb_type *reply_type, pb_ref *out_request, const pb_sink *error);
  /* [handler] Waits up to timeout_ms for the response. PB_OK: reply constructed. PB_E_TIMEOUT: with `abandon` the request is given up
   * (receive_response), without it may be waited for again (wait_response). timeout_ms 0 without it is check_response: PB_E_NO_REPLY. */
  pb_status (*receive_response)(const pb_host *host, pb_ref request, uint64_t timeout_ms, uint32_t abandon,
                                void *reply_storage, const pb_sink *error);
  /* [any] gen_server:reply, from any process or thread. `reply` may be moved from. A reply that nobody waits for is dropped: PB_OK. */
  pb_status (*reply)(const pb_host *host, const pb_from *to, const pb_type *reply_type, void *reply,
                     const pb_sink *error);

  /* [any] erlang:send_after as an info. delay in ms. A timer to a pid that has gone is dropped when it fires. */
  pb_status (*send_after)(const pb_host *host, const pb_target *to, uint64_t delay_ms, const pb_type *type,
                          void *message, pb_ref *out_timer, const pb_sink *error);
  /* [any] PB_OK: cancelled, *left_ms is what was left. PB_E_BADARG: it has fired, or never was; *left_ms untouched. */
  pb_status (*cancel_timer)(const pb_host *host, pb_ref timer, uint64_t *left_ms);

  /* [handler] link, unlink, monitor, demonitor. Linking to the dead yields an exit signal noproc; monitoring it a DOWN noproc. */
  pb_status (*link)(const pb_host *host, pb_pid other);
  pb_status (*unlink)(const pb_host *host, pb_pid other);
  pb_status (*monitor)(const pb_host *host, const pb_target *other, pb_ref *out_monitor);
  /* After it no DOWN of this monitor is handled (demonitor with flush). */
  pb_status (*demonitor)(const pb_host *host, pb_ref monitor);
  /* [any] erlang:exit/2. */
  pb_status (*exit)(const pb_host *host, pb_pid other, const pb_reason *reason);
  /* [handler] process_flag. *old may be NULL. */
  pb_status (*process_flag)(const pb_host *host, uint32_t flag, uint32_t value, uint32_t *old);

  /* [any; PB_START_LINK and _MONITOR only in a handler] Starts a process and returns when its init has. Where it fails the process is gone and its
   * name free before this returns, and neither an exit signal nor a DOWN comes besides. PB_E_ALREADY_STARTED: *out_pid has the name. PB_E_TIMEOUT:
   * init took longer; it is not interrupted, but killed after. */
  pb_status (*start)(const pb_host *host, const pb_start *how, pb_pid *out_pid, const pb_sink *error);
  /* [any] gen_server:stop: asks for an orderly end and waits for it. PB_E_NOPROC, PB_E_TIMEOUT (it ends later), PB_E_EXIT (it ended for
   * another reason, which is the text). */
  pb_status (*stop)(const pb_host *host, const pb_target *to, const pb_reason *reason, uint64_t timeout_ms,
                    const pb_sink *error);

  /* [any, pure] One log line, copied; the host adds pid, module, generation. */
  void (*log)(const pb_host *host, uint32_t level, pb_str text);

  /* [any, pure] Looks up a key (dots go into tables). PB_VALUE_NONE where it is absent. */
  void (*args_find)(const pb_host *host, const pb_args *args, pb_str key, pb_value *out);
  /* [any, pure] Element of a list, or key-th entry of a table: its key is put in *out_key where that is not NULL. */
  void (*args_at)(const pb_host *host, const pb_args *args, size_t index, pb_str *out_key, pb_value *out);
  size_t (*args_size)(const pb_host *host, const pb_args *args);
  /* [any, pure] The whole table as JSON text. */
  void (*args_json)(const pb_host *host, const pb_args *args, const pb_sink *out);

  /* [any, pure] Storage for one object of a type that is handed to the host (continue terms, statuses). NULL: no memory. */
  void *(*allocate)(const pb_host *host, const pb_type *type);
  void (*release)(const pb_host *host, const pb_type *type, void *storage);

  /* Tables of their own, each with a struct_size; NULL where the host does not offer them. */
  const pb_supervisor_api *supervisors;   /* supervisor.h */
  const pb_event_api *events;             /* event.h */
  const pb_sys_api *sys;                  /* sys.h */
  const pb_names_api *names;              /* names.h */
  const pb_work_api *work;                /* work.h */
  const pb_application_api *applications; /* application.h */

  /* [handler] As receive_response, of whichever of these requests, which have the same reply type, is answered first; *which is its index.
   * PB_E_NOT_FOUND (no_request): none of them is under way. With `abandon` PB_E_TIMEOUT gives all of them up. */
  pb_status (*receive_any)(const pb_host *host, const pb_ref *requests, size_t count, uint64_t timeout_ms,
                           uint32_t abandon, size_t *which, void *reply_storage, const pb_sink *error);
};

#ifdef __cplusplus
}
#endif
#endif
