#pragma once
// A supervisor: a struct with `static sup_spec init(const args&)`; dynamic_sup_spec and partition_sup_spec make it a DynamicSupervisor or a
// PartitionSupervisor.
#include <string_view>

#include <patchbay/abi.h>
#include <patchbay/args.hpp>
#include <patchbay/child_spec.hpp>
#include <patchbay/children.hpp>
#include <patchbay/partitions.hpp>
#include <patchbay/table/supervisor_module.hpp>
#include <patchbay/visibility.hpp>

/// Makes a struct a supervisor module of this plugin. Stands in the global namespace or in the struct's own.
#define PATCHBAY_SUPERVISOR(type)                                                          \
  extern "C" PATCHBAY_HIDDEN const pb_module* patchbay_module_##type(::std::string_view) { \
    return ::patchbay::detail::supervisor_module<type>::table(#type);                      \
  }
