/* Patchbay ABI: names beyond the local ones: Elixir's Registry, via, pg. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_NAMES_H
#define PATCHBAY_ABI_NAMES_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Wherever a pb_target, a pb_start or a child specification takes a name, the text `{via, REGISTRY, KEY}` is one too: looked up in, or put
 * into, that unique registry. A registry's name is at most 255 bytes and holds no comma, a key is 1 to 255 bytes. */
enum { PB_REGISTRY_UNIQUE = 1, PB_REGISTRY_DUPLICATE = 2 };

/* Functions answer PB_E_NOT_FOUND where there is no such registry. What a process has in registries and groups goes when it ends, before its
 * links and monitors hear of that. `each` is called after everything has been collected, on the calling thread. */
typedef struct pb_names_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] A registry lives until the host stops. PB_E_ALREADY_STARTED: there is one of that name; PB_E_BADARG: its name or kind. */
  pb_status (*new_registry)(const pb_host *host, pb_str registry, uint32_t kind);
  /* [handler] Registers the running process with a value (JSON; empty: null). Errors: PB_E_ALREADY_REGISTERED (of a unique registry; *owner,
   * which may be NULL, is who has the key, the running process included), _BADARG. */
  pb_status (*enter)(const pb_host *host, pb_str registry, pb_str key, pb_str value_json, pb_pid *owner);
  /* [handler] Takes every entry of the key out that is the running process's; PB_OK also where there is none. */
  pb_status (*leave)(const pb_host *host, pb_str registry, pb_str key);
  /* [handler] Of a unique registry: replaces the running process's value. PB_E_NOT_FOUND: it has none under that key; PB_E_BADARG: the registry
   * is a duplicate one. */
  pb_status (*update)(const pb_host *host, pb_str registry, pb_str key, pb_str value_json);
  /* [any] Calls `each` for every entry of a key, in the order of registration; an empty key: of all keys, in their order. */
  pb_status (*lookup)(const pb_host *host, pb_str registry, pb_str key, void *context,
                      void (*each)(void *context, pb_str key, pb_pid pid, pb_str value_json));
  /* [any] The registry's metadata, JSON; put with an empty value takes it out. meta: PB_E_NOT_FOUND where there is none under the key. */
  pb_status (*put_meta)(const pb_host *host, pb_str registry, pb_str key, pb_str value_json);
  pb_status (*meta)(const pb_host *host, pb_str registry, pb_str key, const pb_sink *value_json);
  /* [handler] From now on sends the running process an info of that type for each entry that comes or goes. Its fields, in this order:
   * monitor: enum of u64, registry: string, key: string, process: enum of u64, value: string, registered: bool. PB_E_BADARG: other fields. */
  pb_status (*listen)(const pb_host *host, pb_str registry, const pb_type *change, pb_ref *out);

  /* pg. scope: empty for the default one.
   * [any] Each process joins once for each time that it stands in the list, and leaves as often. The dead do not join. PB_E_BADARG: the group
   * is empty; part: PB_E_NOT_FOUND where none of them was in it (not_joined). */
  pb_status (*join)(const pb_host *host, pb_str scope, pb_str group, const pb_pid *processes, size_t count);
  pb_status (*part)(const pb_host *host, pb_str scope, pb_str group, const pb_pid *processes, size_t count);
  /* [any] `each` is called once for each time that a process has joined. */
  pb_status (*members)(const pb_host *host, pb_str scope, pb_str group, void *context,
                       void (*each)(void *context, pb_str group, pb_pid process));
  /* [any] The names of the groups that have members. */
  pb_status (*groups)(const pb_host *host, pb_str scope, void *context, void (*each)(void *context, pb_str group));
  /* [handler] pg:monitor, with an empty group pg:monitor_scope: tells who the members are, and sends the running process an info of that type
   * for every join and leave that comes after. Its fields, in this order: monitor: enum of u64, group: string, processes: list of enum of u64,
   * joined: bool. PB_E_BADARG: other fields. */
  pb_status (*monitor_group)(const pb_host *host, pb_str scope, pb_str group, const pb_type *change, pb_ref *out,
                             void *context, void (*each)(void *context, pb_str group, pb_pid process));
  /* [handler] Ends monitor_group and listen: nothing of this monitor is handled any more. PB_E_NOT_FOUND: there is none. */
  pb_status (*demonitor_group)(const pb_host *host, pb_ref monitor);
} pb_names_api;

#ifdef __cplusplus
}
#endif
#endif
