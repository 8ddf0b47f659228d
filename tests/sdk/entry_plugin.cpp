// What patchbay_add_plugin() generates.
#include <patchbay/entry.hpp>

extern "C" patchbay::module_factory patchbay_module_greeter;
extern "C" patchbay::module_factory patchbay_module_greeter_sup;
PATCHBAY_PLUGIN_ENTRY("greeting", "1.2.3", patchbay_module_greeter, patchbay_module_greeter_sup)
