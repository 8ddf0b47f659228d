/* Patchbay ABI: applications, OTP.md section 2. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_APPLICATION_H
#define PATCHBAY_ABI_APPLICATION_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PB_APPLICATION_TEMPORARY = 0, PB_APPLICATION_TRANSIENT = 1, PB_APPLICATION_PERMANENT = 2 };
/* The callback module of an application: a module with behaviour APPLICATION, named by `mod` in NAME.app.toml. All but start may be NULL. */
typedef struct pb_application_callbacks {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] application:start/2. Writes the module of the top supervisor and its args (JSON), which the host then starts. */
  pb_status (*start)(const pb_args *args, const pb_sink *module, const pb_sink *args_json, const pb_sink *error);
  /* [any] start_phase/3, after the tree has started, for each phase of the app file in its order. */
  pb_status (*start_phase)(pb_str phase, const pb_args *args, const pb_sink *error);
  /* [any] Before the tree stops, and after it has. */
  void (*prep_stop)(void);
  void (*stop)(void);
  /* [any] After an upgrade. Each is a table of keys (removed: a list of names). */
  void (*config_change)(const pb_args *changed, const pb_args *added, const pb_args *removed);
} pb_application_callbacks;

typedef struct pb_application_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] application:get_env: writes the value as JSON. PB_E_NOT_FOUND; application empty: the caller's own. */
  pb_status (*get_env)(const pb_host *host, pb_str application, pb_str key, const pb_sink *json);
  pb_status (*set_env)(const pb_host *host, pb_str application, pb_str key, pb_str value_json);
  /* [any] Not from a process of that application. start: errors PB_E_NOT_STARTED (the text names the dependency), _ALREADY_STARTED,
   * _NOT_FOUND. */
  pb_status (*start)(const pb_host *host, pb_str application, uint32_t type, uint32_t with_dependencies,
                     const pb_sink *error);
  pb_status (*stop)(const pb_host *host, pb_str application, const pb_sink *error);
  /* [any] JSON: an array of {name, vsn, description, type}, those that run. */
  pb_status (*which)(const pb_host *host, const pb_sink *json);
} pb_application_api;

#ifdef __cplusplus
}
#endif
#endif
