// Its table says another version than its note and facts file.
#include "sample.hpp"
PATCHBAY_NOTE("sample", "1.0.0")
extern "C" PB_EXPORT const pb_plugin* patchbay_plugin(const pb_host*, const pb_sink*) {
  return patchbay::sample::table("9.9.9");
}
