#include "sample.hpp"
SAMPLE_PLUGIN
namespace patchbay::sample {
__attribute__((tls_model("initial-exec"))) thread_local int counter = 1;
__attribute__((used)) int touch() { return ++counter; }
}  // namespace patchbay::sample
