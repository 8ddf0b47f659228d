// A program of somebody's own with a host inside: RELEASE_DIR DATA_DIR LIBEXEC_DIR.
#include <iostream>
#include <patchbay/host.hpp>
#include <string>

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  patchbay::host_options options;
  options.release_dir = argv[1];
  options.data_dir = argv[2];
  options.libexec_dir = argv[3];
  options.allow_unsigned = true;
  auto started = patchbay::host::start(options);
  if (!started) {
    std::cerr << started.failure().text << '\n';
    return 1;
  }
  auto& host = **started;
  std::string last;
  for (int call = 0; call < 3; ++call) {
    auto answer = host.call("greeter", "greet", R"({"name":"world"})");
    if (!answer) {
      std::cerr << answer.failure().text << '\n';
      return 1;
    }
    last = *answer;
  }
  host.stop();
  std::cout << last << '\n';
  return last == "\"hello world, number 3\"" ? 0 : 1;
}
