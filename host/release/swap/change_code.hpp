#pragma once
// sys:change_code: one suspended process moves to the generation that serves, outside of any release operation.
#include <patchbay/abi.h>

#include "behaviour/sys.hpp"
#include "code/code_server.hpp"
#include "process/process.hpp"
#include "process/system.hpp"

namespace patchbay::release {

/// Migrates its state as a swap would (route.hpp), by the version of its module's state: newer is up, older down, the same is carried over. On
/// failure it is as it was: PB_E_CALLBACK_FAILED with the cause, PB_E_UNDEF_MODULE where the serving generation has no such module.
///
/// It needs no freeze: the caller holds the process's token, and whoever looks at a process's code, state or group holds it too, or has closed its
/// gate, which waits for that holder. The new generation is needed from before it is looked at until the process is its resident; the old one
/// until the old state is destroyed.
/// REQUIRES: the process's token, as the running process; it is suspended. A code_change that does not end holds the worker.
behaviour::changed_code change_code(process::process& suspended, process::system& system, const code::code_server& code,
                                    const pb_args* config);
/// The same, to a module that is known. REQUIRES besides: a need() of its group is held.
behaviour::changed_code change_code_to(process::process& suspended, process::system& system, const process::module& to,
                                       const pb_args* config);

}  // namespace patchbay::release
