/* Patchbay ABI: supervisors, OTP.md section 2. See types.h for the rules and the meaning of the tags. */
#ifndef PATCHBAY_ABI_SUPERVISOR_H
#define PATCHBAY_ABI_SUPERVISOR_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { PB_RESTART_PERMANENT = 0, PB_RESTART_TRANSIENT = 1, PB_RESTART_TEMPORARY = 2 };
enum { PB_CHILD_WORKER = 0, PB_CHILD_SUPERVISOR = 1 };
enum {
  PB_STRATEGY_ONE_FOR_ONE = 0,
  PB_STRATEGY_ONE_FOR_ALL = 1,
  PB_STRATEGY_REST_FOR_ONE = 2,
  PB_STRATEGY_SIMPLE_ONE_FOR_ONE = 3
};
enum {
  PB_AUTO_SHUTDOWN_NEVER = 0,
  PB_AUTO_SHUTDOWN_ANY_SIGNIFICANT = 1,
  PB_AUTO_SHUTDOWN_ALL_SIGNIFICANT = 2,
  PB_AUTO_SHUTDOWN_UNKNOWN = 3 /* check_childspecs only: OTP's check_childspecs/1 */
};
typedef struct pb_sup_flags {
  uint32_t struct_size;
  uint32_t strategy;
  uint32_t intensity;     /* restarts allowed … */
  uint32_t period_s;      /* … within this many seconds */
  uint32_t auto_shutdown; /* PB_AUTO_SHUTDOWN_* */
  uint32_t dynamic;       /* 1: a DynamicSupervisor: no children from init, each start_child brings its whole spec */
  uint64_t max_children;  /* of a dynamic one; PB_INFINITY */
  pb_str
      extra_args_json; /* of a dynamic one: a JSON object that every child's args are merged into, the child's own keys winning */
  uint32_t
      partitions; /* 1: a PartitionSupervisor: the children that init gives are its partitions, with the ids 0, 1, 2 … */
  uint32_t reserved;
} pb_sup_flags;
typedef struct pb_child_spec {
  uint32_t struct_size;
  uint32_t restart;
  uint32_t type;
  uint32_t significant;
  pb_str id;
  pb_str module; /* `module` of this application or `application/module` */
  pb_str name;   /* local name, or empty */
  pb_str args_json;
  uint64_t shutdown_ms; /* 0: brutal_kill; PB_INFINITY */
} pb_child_spec;
/* What a supervisor's init fills; the host copies at once. */
typedef struct pb_sup_builder {
  void *context;
  void (*flags)(void *context, const pb_sup_flags *flags);
  void (*child)(void *context, const pb_child_spec *spec);
} pb_sup_builder;

enum { PB_CHILD_TERMINATE = 1, PB_CHILD_RESTART = 2, PB_CHILD_DELETE = 3 };
/* One child, as which_children and get_childspec tell. The texts are valid until the function that is given it returns. */
typedef struct pb_child_info {
  uint32_t struct_size;
  uint32_t restarting; /* 1: a restart failed and will be tried again */
  pb_pid pid;          /* 0: undefined */
  pb_child_spec
      spec; /* id `undefined` where children have none; module as `application/module`; args_json by get_childspec only */
} pb_child_info;
typedef struct pb_child_reader {
  void *context;
  void (*child)(void *context, const pb_child_info *info);
} pb_child_reader;
typedef struct pb_child_counts {
  uint32_t struct_size;
  uint32_t reserved;
  uint64_t specs;
  uint64_t active;
  uint64_t supervisors;
  uint64_t workers;
} pb_child_counts;
/* [any] All calls wait for the supervisor (OTP: infinity); none may be made from a child's init or terminate, which that supervisor waits for. */
typedef struct pb_supervisor_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* supervisor:start_child. Of a simple_one_for_one supervisor only args_json is read, merged over the args of its one spec. *out is 0 where
   * init answered ignore (PB_OK). Errors: PB_E_ALREADY_PRESENT, _ALREADY_STARTED (*out is that child), _MAX_CHILDREN, _BADARG (a bad spec),
   * _INIT and the other failures of a start, _NOPROC. */
  pb_status (*start_child)(const pb_host *host, const pb_target *supervisor, const pb_child_spec *spec, pb_pid *out,
                           const pb_sink *error);
  /* terminate_child, restart_child, delete_child, by PB_CHILD_*. The child by id, or where id is empty by pid (simple_one_for_one and dynamic).
   * *out is the pid after a restart, may be NULL. Errors: PB_E_NOT_FOUND, _RUNNING, _RESTARTING, _SIMPLE_ONE_FOR_ONE. */
  pb_status (*child)(const pb_host *host, const pb_target *supervisor, uint32_t what, pb_str id, pb_pid child,
                     pb_pid *out, const pb_sink *error);
  /* Newest first. */
  pb_status (*which_children)(const pb_host *host, const pb_target *supervisor, const pb_child_reader *out,
                              const pb_sink *error);
  pb_status (*count_children)(const pb_host *host, const pb_target *supervisor, pb_child_counts *out,
                              const pb_sink *error);
  /* By id, or where that is empty by pid. PB_E_NOT_FOUND. */
  pb_status (*get_childspec)(const pb_host *host, const pb_target *supervisor, pb_str id, pb_pid child,
                             const pb_child_reader *out, const pb_sink *error);
  /* `application/module`. */
  pb_status (*get_callback_module)(const pb_host *host, const pb_target *supervisor, const pb_sink *out,
                                   const pb_sink *error);
  /* supervisor:check_childspecs/1,2. PB_OK, or PB_E_BADARG with what is wrong. */
  pb_status (*check_childspecs)(const pb_host *host, const pb_child_spec *specs, size_t count, uint32_t auto_shutdown,
                                const pb_sink *error);
  /* [any, pure] erlang:system_info(schedulers_online): how many workers this host has; the default number of partitions. */
  uint64_t (*schedulers_online)(const pb_host *host);
  /* [any] How many partitions keys are spread over. 0: the name or pid is no PartitionSupervisor's. Waits for nobody. */
  uint64_t (*partitions)(const pb_host *host, const pb_target *supervisor);
  /* [any] Who runs as that partition, 0: nobody does now. Waits for nobody. */
  pb_pid (*partition)(const pb_host *host, const pb_target *supervisor, uint64_t number);
  /* PartitionSupervisor.resize!: stops those from `partitions` on, or starts them again. PB_E_BADARG: it was not started with so many. */
  pb_status (*resize_partitions)(const pb_host *host, const pb_target *supervisor, uint64_t partitions,
                                 const pb_sink *error);
} pb_supervisor_api;

#ifdef __cplusplus
}
#endif
#endif
