// The TOML files that people write: the first byte says which.
#include "input.hpp"
#include "release/plan/files.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace patchbay;
  if (size == 0) return 0;
  const auto text = fuzz::text_of(data + 1, size - 1);
  static const fuzz::file_input app("box.app.toml");
  static const fuzz::file_input appup("box.appup.toml");
  static const fuzz::file_input file("release.toml");
  static const fuzz::file_input config("patchbay.toml");
  switch (data[0] % 4) {
    case 0:
      (void)release::read_app(app.with(text));
      break;
    case 1:
      (void)release::read_appup(appup.with(text));
      break;
    case 2:
      (void)release::read_release_file(file.with(text));
      break;
    default:
      (void)release::read_host_config(config.with(text));
      break;
  }
  return 0;
}
