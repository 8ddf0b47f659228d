#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace patchbay::code {

/// A plugin's files, and what they are expected to be.
struct load_request {
  std::filesystem::path library;  ///< NAME.so
  std::filesystem::path facts;    ///< NAME.facts.json
  std::string application;        ///< as the release names it
  std::string version;
  std::vector<std::string> globals;  ///< writable data symbols that the app file allows
  /// Of a library that was built anew under its old version: `+r1` makes `1.0.0` the generation `1.0.0+r1`. Empty: the version as it is.
  std::string rebuild;
  /// What the private copy must hash to: a package vouches for it. Empty: nothing does.
  std::string sha256 = {};
};

}  // namespace patchbay::code
