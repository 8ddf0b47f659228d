// Compiled without -fno-gnu-unique, with default visibility and without a version script.
#include "sample.hpp"
SAMPLE_PLUGIN
template <class T>
struct shared_box {
  static inline T value{};
};
int* touch() { return &shared_box<int>::value; }
