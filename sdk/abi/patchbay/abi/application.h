/* Patchbay ABI: applications, OTP.md section 2. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_APPLICATION_H
#define PATCHBAY_ABI_APPLICATION_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PB_APPLICATION_TEMPORARY = 0, PB_APPLICATION_TRANSIENT = 1, PB_APPLICATION_PERMANENT = 2 };

/* What start/2 answers with, all of it text that the host copies: the module of the top process (`module` of this application, or
 * `application/module`) and its args, a JSON object; and the application's state, a JSON object that prep_stop and stop are given. What is not
 * written is empty, that is {}. */
typedef struct pb_application_start {
  uint32_t struct_size;
  uint32_t reserved;
  const pb_sink *module;
  const pb_sink *args_json;
  const pb_sink *state_json;
} pb_application_start;

/* The callback module of an application: a module with behaviour APPLICATION, named by `mod` in NAME.app.toml. All but start may be NULL. They run
 * in no process, one at a time for each application, and as long as they run nothing else of it is started or stopped. */
typedef struct pb_application_callbacks {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] application:start/2. args: the application's env, overlaid with mod.args. Anything but PB_OK: the application is not started. */
  pb_status (*start)(const pb_args *args, const pb_application_start *out, const pb_sink *error);
  /* [any] start_phase/3, after the tree has started, for each phase of the app file in its order. Anything but PB_OK: the tree is stopped
   * and the application is not started. */
  pb_status (*start_phase)(pb_str phase, const pb_args *args, const pb_sink *error);
  /* [any] prep_stop/1, before the tree stops, and stop/1, after it has; both also where the top process ended by itself. What prep_stop writes is the
   * state that stop gets; nothing: the same. A failure is logged. */
  pb_status (*prep_stop)(const pb_args *state, const pb_sink *state_json, const pb_sink *error);
  pb_status (*stop)(const pb_args *state, const pb_sink *error);
  /* [any] config_change/3, in the new version, after an upgrade that changed this application's env. changed and added are tables of keys with their
   * new values, removed is a list of names. A failure is logged. */
  pb_status (*config_change)(const pb_args *changed, const pb_args *added, const pb_args *removed,
                             const pb_sink *error);
} pb_application_callbacks;

/* One line of which_applications. */
typedef struct pb_application_info {
  uint32_t struct_size;
  uint32_t type; /* PB_APPLICATION_* */
  pb_str name;
  pb_str description;
  pb_str version;
} pb_application_info;

/* How start starts what it needs: not at all, one by one, or at the same time what does not need each other. */
enum { PB_APPLICATION_ALONE = 0, PB_APPLICATION_SERIAL = 1, PB_APPLICATION_CONCURRENT = 2 };

/* An empty application name: that of the calling process (PB_E_NO_PROCESS outside of one). */
typedef struct pb_application_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [any] application:get_env: writes the value as JSON. Dots go into tables. PB_E_NOT_FOUND: undefined. */
  pb_status (*get_env)(const pb_host *host, pb_str application, pb_str key, const pb_sink *json);
  /* [any] application:set_env. Holds until unset_env, over stops and upgrades. PB_E_BADARG: the key is empty; PB_E_DECODE: that is no JSON. */
  pb_status (*set_env)(const pb_host *host, pb_str application, pb_str key, pb_str value_json);
  /* [any] application:unset_env: get_env answers undefined from then on. */
  pb_status (*unset_env)(const pb_host *host, pb_str application, pb_str key);
  /* [any] application:get_all_env: calls `read` with the whole env, which is valid until that returns. */
  pb_status (*read_env)(const pb_host *host, pb_str application, void *context,
                        void (*read)(void *context, const pb_args *env));
  /* [any] application:start/2; with PB_APPLICATION_SERIAL or _CONCURRENT ensure_all_started, which is PB_OK for one that runs, and stops what it
   * started where one fails. `started` is called for each that was. Errors: PB_E_NOT_STARTED (the text names the dependency), _ALREADY_STARTED,
   * _NOT_FOUND ("no such file or directory"), _INIT (it did not start), _BADARG (that process's own application), _SHUTTING_DOWN. */
  pb_status (*start)(const pb_host *host, pb_str application, uint32_t type, uint32_t dependencies, void *context,
                     void (*started)(void *context, pb_str name), const pb_sink *error);
  /* [any] application:stop. Errors: PB_E_NOT_STARTED, _BADARG (that process's own application), _SHUTTING_DOWN. */
  pb_status (*stop)(const pb_host *host, pb_str application, const pb_sink *error);
  /* [any] application:load and unload. Errors: PB_E_ALREADY_LOADED, _NOT_FOUND; _NOT_FOUND, _RUNNING. */
  pb_status (*load)(const pb_host *host, pb_str application, const pb_sink *error);
  pb_status (*unload)(const pb_host *host, pb_str application, const pb_sink *error);
  /* [any] application:which_applications: those that run, newest first; with `loaded` loaded_applications: all that are known. */
  pb_status (*which)(const pb_host *host, uint32_t loaded, void *context,
                     void (*each)(void *context, const pb_application_info *info));
} pb_application_api;

#ifdef __cplusplus
}
#endif
#endif
