#include <cxxabi.h>

#include <cctype>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "code/elf/lint.hpp"

namespace patchbay::code {

std::string demangle(const std::string& symbol) {
  struct release {
    void operator()(char* text) const noexcept { std::free(text); }
  };
  if (!symbol.starts_with("_Z")) return symbol;
  int status = 0;
  const std::unique_ptr<char, release> text(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status));
  return status == 0 && text ? text.get() : symbol;
}

// Read from the mangled form: a demangled function-local static begins with its function's return type.
std::string outermost_name(const std::string& symbol) {
  std::string_view rest(symbol);
  if (!rest.starts_with("_Z")) return {};
  rest.remove_prefix(2);
  for (const std::string_view special : {"GV", "GR", "TV", "TT", "TI", "TS"}) {
    if (rest.starts_with(special)) {
      rest.remove_prefix(special.size());
      break;
    }
  }
  // Z: local to a function, N: nested, K V r R O: qualifiers of a member function, L: internal linkage.
  while (!rest.empty() && std::string_view("ZNKVrROL").find(rest.front()) != std::string_view::npos)
    rest.remove_prefix(1);
  if (rest.size() >= 2 && rest.front() == 'S' && std::string_view("tabsiod").find(rest[1]) != std::string_view::npos)
    return "std";
  std::size_t length = 0;
  while (!rest.empty() && std::isdigit(static_cast<unsigned char>(rest.front())) != 0 && length < symbol.size()) {
    length = length * 10 + static_cast<std::size_t>(rest.front() - '0');
    rest.remove_prefix(1);
  }
  return length <= rest.size() ? std::string(rest.substr(0, length)) : std::string();
}

}  // namespace patchbay::code
