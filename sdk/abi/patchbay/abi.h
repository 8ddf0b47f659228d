/* Patchbay's C ABI in one include: types, the host's table, the plugin's table. Plain C11. */
#ifndef PATCHBAY_ABI_H
#define PATCHBAY_ABI_H

#include "abi/host.h"
#include "abi/plugin.h"
#include "abi/types.h"

#endif
