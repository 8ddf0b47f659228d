#pragma once
// The console at the end of a pipe, beside a real host.
#include "../cli/programs.hpp"
#include "node/control/client.hpp"

namespace patchbay::test {

/// Lines in, everything that was printed out.
inline command_result console(const fs::path& data, const std::string& lines, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"console", "--data", data.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto child = port::child::spawn(patchbay_program, arguments);
  if (!child) return {-1, "", child.failure().text};
  const ssize_t written = ::write(child->input.get(), lines.data(), lines.size());
  EXPECT_EQ(written, static_cast<ssize_t>(lines.size()));
  child->input.reset();
  command_result result;
  std::thread errors([&] { result.errors = read_all(child->errors.get()); });
  result.output = read_all(child->output.get());
  errors.join();
  result.code = child->wait(patience).code;
  return result;
}

/// The operation behind `r`, without the build before it: the result, or {"error": {code, text}}.
inline json reload_over_socket(const fs::path& data, const std::string& application, const std::string& folder,
                               bool upgrade) {
  auto client = node::control_client::connect(data / "control.sock");
  if (!client) return {{"error", {{"code", client.failure().code}, {"text", client.failure().text}}}};
  auto answer = client->ask("reload", {{"application", application}, {"folder", folder}, {"upgrade", upgrade}});
  if (!answer) return {{"error", {{"code", answer.failure().code}, {"text", answer.failure().text}}}};
  return *answer;
}

}  // namespace patchbay::test
