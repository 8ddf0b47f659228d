/* Patchbay ABI: names beyond the local ones: Elixir's Registry, via, pg. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_NAMES_H
#define PATCHBAY_ABI_NAMES_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Wherever a pb_target or pb_start takes a name, `{via, REGISTRY, KEY}` is one too: looked up in, or put into, that registry. */
enum { PB_REGISTRY_UNIQUE = 1, PB_REGISTRY_DUPLICATE = 2 };
typedef struct pb_names_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] A registry lives until the host stops. PB_E_ALREADY_STARTED: there is one of that name (of the other kind: PB_E_BADARG). */
  pb_status (*new_registry)(const pb_host *host, pb_str registry, uint32_t kind);
  /* [handler] Registers the running process with a value (JSON; empty: null); goes when the process ends. Errors: PB_E_ALREADY_REGISTERED,
   * _NOT_FOUND (no such registry). */
  pb_status (*enter)(const pb_host *host, pb_str registry, pb_str key, pb_str value_json, const pb_sink *error);
  pb_status (*leave)(const pb_host *host, pb_str registry, pb_str key);
  /* [handler] Of a unique registry: replaces the running process's value. */
  pb_status (*update)(const pb_host *host, pb_str registry, pb_str key, pb_str value_json);
  /* [any] Calls `each` for every entry of a key, in the order of registration; an empty key: of all keys. */
  pb_status (*lookup)(const pb_host *host, pb_str registry, pb_str key, void *context,
                      void (*each)(void *context, pb_str key, pb_pid pid, pb_str value_json));
  /* [any] The registry's metadata, JSON. */
  pb_status (*put_meta)(const pb_host *host, pb_str registry, pb_str key, pb_str value_json);
  pb_status (*meta)(const pb_host *host, pb_str registry, pb_str key, const pb_sink *value_json);
  /* pg. [any] A process may join a group more than once and leaves as often. scope: empty for the default one. */
  pb_status (*join)(const pb_host *host, pb_str scope, pb_str group, pb_pid pid);
  pb_status (*part)(const pb_host *host, pb_str scope, pb_str group, pb_pid pid);
  /* [any] Group empty: PB_E_BADARG. `each` is called once for each time that a process has joined. */
  pb_status (*members)(const pb_host *host, pb_str scope, pb_str group, void *context,
                       void (*each)(void *context, pb_pid pid));
  /* [any] The names of the groups that have members. */
  pb_status (*groups)(const pb_host *host, pb_str scope, void *context, void (*each)(void *context, pb_str group));
  /* [handler] Sends the running process an info of a type whose only fields are `group: string, pid: uint64, joined: bool` for each join and leave from now on. */
  pb_status (*monitor_group)(const pb_host *host, pb_str scope, pb_str group, const pb_type *change, pb_ref *out);
  pb_status (*demonitor_group)(const pb_host *host, pb_ref monitor);
} pb_names_api;

#ifdef __cplusplus
}
#endif
#endif
