#pragma once
// Writes release directories for tests of file operations: whole for read_release, though their libraries are no libraries.
#include <filesystem>
#include <fstream>
#include <string>

#include "code/facts/facts.hpp"

namespace patchbay::release {

inline void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

/// A release of one library application without modules.
inline void write_release(const std::filesystem::path& directory, const std::string& name, const std::string& vsn,
                          const std::string& library = "no ELF file") {
  code::plugin_facts facts;
  facts.abi_major = PB_ABI_MAJOR;
  facts.application = name;
  facts.version = vsn;
  facts.toolchain = "test";
  facts.build_id = "00112233445566778899aabbccddeeff00112233";
  const auto lib = directory / "lib" / (name + "-" + vsn);
  write(directory / "release.toml", "name = \"" + name + "\"\nvsn = \"" + vsn + "\"\napplications = [{name = \"" +
                                        name + "\", vsn = \"" + vsn + "\", type = \"permanent\"}]\n");
  write(lib / (name + ".app.toml"),
        "description = \"a test\"\nvsn = \"" + vsn + "\"\nmodules = []\nregistered = []\napplications = []\n");
  write(lib / (name + ".facts.json"), code::to_json(facts));
  write(lib / (name + ".so"), library);
}

/// A directory of its own, removed in the end.
struct scratch {
  scratch() {
    std::string pattern = std::filesystem::temp_directory_path() / "patchbay-store-XXXXXX";
    path = ::mkdtemp(pattern.data());
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace patchbay::release
