#include "sample.hpp"
PATCHBAY_NOTE("sample", "3.0.0")
extern "C" PB_EXPORT const pb_plugin* patchbay_plugin(const pb_host*, const pb_sink*) {
  return patchbay::sample::table("3.0.0");
}
