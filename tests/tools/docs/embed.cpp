// The README's program with a host inside: RELEASE_DIR DATA_DIR.
#include <iostream>
#include <patchbay/host.hpp>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  // README: embed
  patchbay::host_options options;
  options.release_dir = argv[1];
  options.data_dir = argv[2];
  options.allow_unsigned = true;
  auto started = patchbay::host::start(options);
  if (!started) {
    std::cerr << started.failure().text << '\n';
    return 1;
  }
  auto& host = **started;
  auto total = host.call("counter", "inc");  // the JSON text `1`
  host.stop();
  // README end
  if (!total) std::cerr << total.failure().text << '\n';
  return total && *total == "1" ? 0 : 1;
}
