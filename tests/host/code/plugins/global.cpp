#include "sample.hpp"
SAMPLE_PLUGIN
namespace orders {
int total = 1;
__attribute__((used)) int next() {
  static int calls = 1;
  return ++total + ++calls;
}
}  // namespace orders
