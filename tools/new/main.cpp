// patchbay-new: what `patchbay new` runs. Writes an application that builds and passes its tests at once.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "node/control/command_line.hpp"
#include "node/control/commands.hpp"
#include "patchbay/version.hpp"
#include "port/files.hpp"

namespace {

using patchbay::error;
using patchbay::outcome;
namespace node = patchbay::node;
namespace fs = std::filesystem;

constexpr std::size_t longest_name = 50;  // with `_server` behind it still a module's name

/// Of those that are lower case: the template makes a namespace of the name.
bool is_cpp_keyword(std::string_view name) {
  static constexpr std::array keywords = std::to_array<std::string_view>(
      {"alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
       "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char8_t",
       "char16_t",    "char32_t", "class",      "co_await",  "co_return", "co_yield",     "compl",
       "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
       "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
       "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
       "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
       "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
       "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
       "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
       "static_cast", "std",      "struct",     "switch",    "template",  "this",         "thread_local",
       "throw",       "true",     "try",        "typedef",   "typeid",    "typename",     "union",
       "unsigned",    "using",    "virtual",    "void",      "volatile",  "wchar_t",      "while",
       "xor",         "xor_eq"});
  return std::find(keywords.begin(), keywords.end(), name) != keywords.end();
}

std::string check_name(const std::string& name) {
  if (is_cpp_keyword(name)) return "`" + name + "` is a word of C++; choose another name";
  const bool plain = !name.empty() && name.size() <= longest_name &&
                     std::islower(static_cast<unsigned char>(name[0])) != 0 &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return std::islower(static_cast<unsigned char>(c)) != 0 ||
                              std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '_';
                     });
  return plain
             ? std::string()
             : "`" + name + "`: an application's name is lower case letters, digits and _, a letter first, at most 50";
}

std::string filled(std::string text, const std::string& name) {
  static constexpr std::string_view mark = "@name@";
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + name.size()))
    text.replace(at, mark.size(), name);
  return text;
}

/// The files written, relative to the folder. Nothing of it is left where it fails.
outcome<std::vector<std::string>> write(const fs::path& templates, const fs::path& folder, const std::string& name) {
  std::error_code failed;
  if (fs::exists(folder, failed))
    return error{"exists", folder.string() + " is there already; choose another --dir or remove it"};
  std::vector<std::string> written;
  for (fs::recursive_directory_iterator it(templates, failed), end; !failed && it != end; it.increment(failed)) {
    if (!it->is_regular_file()) continue;
    // `.in` keeps the C++ ones from being taken for sources of this tree.
    auto relative = filled(fs::relative(it->path(), templates).string(), name);
    if (relative.ends_with(".in")) relative.erase(relative.size() - 3);
    const auto text = patchbay::port::read_file(it->path());
    if (!text) return text.failure();
    fs::create_directories((folder / relative).parent_path(), failed);
    if (const auto done = patchbay::port::write_file_atomic(folder / relative, filled(*text, name)); !done) {
      fs::remove_all(folder, failed);
      return done.failure();
    }
    written.push_back(relative);
  }
  if (failed || written.empty()) {
    return error{"io", templates.string() + ": " + (failed ? failed.message() : "no templates") +
                           "; it is installed with this program"};
  }
  std::sort(written.begin(), written.end());
  return written;
}

}  // namespace

int main(int argc, char** argv) {
  node::command_line how;
  how.program = "patchbay new";
  std::string name;
  std::string folder;
  CLI::App app{
      "Writes a new application: a server, its supervisor, app and appup files, a release, and a test of it all."};
  app.name("patchbay new");
  app.footer(std::string(node::exit_codes_help));
  app.set_version_flag("--version", std::string(patchbay::host_version));
  app.add_option("NAME", name, "The application")->required()->check(check_name);
  app.add_option("--dir", folder, "Where to write it [./NAME]")->check(node::check_path);
  app.add_flag("--json", how.as_json, "One JSON value on stdout, errors too");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& failure) {
    if (failure.get_exit_code() == 0) return app.exit(failure);
    return node::show_usage_error(how, argc, argv, failure.what());
  }
  const fs::path to = folder.empty() ? fs::path(name) : fs::path(folder);
  const auto written = write(node::templates_directory(), to, name);
  if (!written) return node::show_error(how, written.failure());
  return node::show_result(how, {{"directory", to.string()}, {"files", *written}}, [&](const node::json& result) {
    std::string text;
    for (const auto& each : result.at("files")) text += to.string() + "/" + each.get<std::string>() + "\n";
    return text + "Next: cd " + to.string() + " && cat README.md\n";
  });
}
