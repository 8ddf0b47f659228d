/* Patchbay ABI: work that blocks, beside the workers. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_WORK_H
#define PATCHBAY_ABI_WORK_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_work_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [handler] Runs `work` on a thread of the host's pool for blocking work. When it has returned, or failed, the response of *out comes as that of a
   * request: status PB_OK, or PB_E_EXCEPTION with the text. `drop` runs once after it, or without it where the host stops first. The plugin's
   * code is held meanwhile. The work may call, cast, send and log; it runs as no process. PB_E_OVERLOADED: 1,000 pieces of work wait already.
   * Whatever fails has taken nothing: `context` stays the caller's. */
  pb_status (*blocking)(const pb_host *host, pb_status (*work)(void *context, const pb_sink *error),
                        void (*drop)(void *context), void *context, pb_ref *out, const pb_sink *error);
  /* [handler] Gives a request or a piece of work up; its response is dropped. */
  void (*abandon)(const pb_host *host, pb_ref request);
  /* [any] Milliseconds of the host's monotonic clock, which is virtual under patchbay::testing. */
  uint64_t (*now_ms)(const pb_host *host);
  /* [any] schedulers_online: the workers that run processes. */
  uint32_t (*schedulers_online)(const pb_host *host);
} pb_work_api;

#ifdef __cplusplus
}
#endif
#endif
