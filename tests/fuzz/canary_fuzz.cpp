// What a canary is told.
#include "input.hpp"
#include "release/rehearse/canary_wire.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace patchbay;
  const auto bytes = fuzz::text_of(data, size);
  if (const auto task = release::read_task(bytes)) fuzz::check(release::read_task(release::to_text(*task)).ok());
  std::size_t left = bytes.size() + 1;
  for (std::string_view rest = bytes; !rest.empty();) {
    fuzz::check(rest.size() < left);
    left = rest.size();
    if (!release::take_record(rest)) break;
  }
  return 0;
}
