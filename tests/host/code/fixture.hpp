#pragma once
// A code server of its own in a directory of its own, and the plugins of plugins/.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "code/code_server.hpp"
#include "message/type_registry.hpp"

namespace patchbay::code {

class code_server_fixture : public ::testing::Test {
 protected:
  code_server_fixture();
  ~code_server_fixture() override;

  /// A request for a plugin of the tests: its library, with the facts of `like` (the good one) under the library's own build-id.
  load_request request(const std::string& name, const std::string& version = "1.0.0");
  /// The same for any file.
  load_request request_file(const std::filesystem::path& library, const std::string& version = "1.0.0");
  generation* load(const std::string& name, const std::string& version = "1.0.0");

  /// True where nothing from the generations directory is mapped or listed by the loader.
  [[nodiscard]] bool nothing_mapped() const;
  /// Names of the files in the generations directory, but for the kept ones.
  [[nodiscard]] std::vector<std::string> copies() const;

  [[nodiscard]] std::filesystem::path generations_dir() const { return directory_ / "data/generations"; }
  void restart(code_server_options options);
  [[nodiscard]] code_server_options options() const;

  std::filesystem::path directory_;
  message::type_registry types_;
  std::unique_ptr<code_server> server_;
  int facts_made_ = 0;
};

}  // namespace patchbay::code
