#include "sample.hpp"
PATCHBAY_NOTE("sample", "1.0.0")
extern "C" PB_EXPORT const pb_plugin* patchbay_plugin(const pb_host*, const pb_sink* error) {
  error->write(error->context, "not today", 9);
  return nullptr;
}
