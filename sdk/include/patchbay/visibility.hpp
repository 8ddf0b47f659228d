#pragma once
// Plugins export their entry and nothing else.
#ifdef _WIN32
#define PATCHBAY_HIDDEN
#else
#define PATCHBAY_HIDDEN __attribute__((visibility("hidden")))
#endif
