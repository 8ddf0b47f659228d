/* Patchbay's C ABI in one include: types, the host's table, the plugin's table. Plain C11. */
#ifndef PATCHBAY_ABI_H
#define PATCHBAY_ABI_H

#include "abi/application.h"
#include "abi/event.h"
#include "abi/host.h"
#include "abi/names.h"
#include "abi/plugin.h"
#include "abi/statem.h"
#include "abi/supervisor.h"
#include "abi/sys.h"
#include "abi/types.h"
#include "abi/work.h"

#endif
