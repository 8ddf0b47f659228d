#pragma once
// What a plugin's note must say before any code of it runs.
#include <map>
#include <string>

#include "port/outcome.hpp"

namespace patchbay::code {

/// The compile-time facts in which a plugin and its host must agree.
struct build_facts {
  unsigned abi_major = 0;
  unsigned abi_minor = 0;
  std::string cxx11_abi;  ///< "0" or "1"
  std::string debug;
  std::string sanitizer;  ///< none, address, thread

  /// Of the code that this function was compiled into.
  static build_facts own();
};

/// Checks a plugin's note against the host's facts and the application that the release says it is (empty: any). A plain C plugin leaves
/// cxx11_abi and debug out. Errors: wrong_abi, wrong_toolchain, wrong_application, wrong_version, bad_note; `where` names the file.
outcome<void> check_note(const std::map<std::string, std::string>& note, const build_facts& host,
                         const std::string& application, const std::string& version, const std::string& where);

}  // namespace patchbay::code
