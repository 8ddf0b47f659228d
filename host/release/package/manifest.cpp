#include "release/package/manifest.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "message/codec.hpp"
#include "port/text.hpp"

namespace patchbay::release {
namespace {

using nlohmann::json;

constexpr int format = 1;
constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_path = 1000;

error bad(const std::string& what) {
  return {"bad_manifest", "manifest.json of the package: " + what + "; packages are made by `relup pack`"};
}

bool is_text(const json& in, const char* key) { return in.contains(key) && in.at(key).is_string(); }

bool is_hash(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == '+' || c == '~';
  };
  return !name.empty() && name.size() <= longest_name && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), plain);
}

bool is_plain_path(std::string_view path) {
  if (path.size() > longest_path) return false;
  for (;;) {
    const auto slash = path.find('/');
    if (!is_plain_name(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string to_text(const manifest& made) {
  json files = json::object();
  for (const auto& [path, file] : made.files) files[path] = {{"size", file.size}, {"sha256", file.sha256}};
  // Its keys are sorted.
  return json{{"format", format}, {"name", made.name}, {"vsn", made.vsn}, {"files", std::move(files)}}.dump(1) + "\n";
}

outcome<manifest> parse_manifest(std::string_view text) {
  // Nobody has vouched for it yet: it may be nested as deep as its size allows.
  const auto parsed = message::parse_json(text);
  if (!parsed) return bad("it is " + parsed.failure().text);
  const json& all = *parsed;
  if (!all.is_object() || !is_text(all, "name") || !is_text(all, "vsn") || !all.contains("files") ||
      !all.at("files").is_object() || !all.contains("format")) {
    return bad("it is not an object of format, name, vsn and files");
  }
  if (all.at("format") != format) {
    const bool number = all.at("format").is_number_integer();
    return error{"bad_manifest", "the package has " +
                                     (number ? "format " + all.at("format").dump() : "another format") +
                                     ", and this Patchbay reads format 1; update Patchbay"};
  }
  manifest read{all.at("name"), all.at("vsn"), {}};
  if (!is_plain_name(read.id())) return bad("`" + port::shortened(read.id()) + "` is no name and version of a release");
  for (const auto& [path, file] : all.at("files").items()) {
    if (!is_plain_path(path)) return bad("`" + port::shortened(path) + "` is no path of a release's file");
    if (!file.is_object() || !is_text(file, "sha256") || !is_hash(file.at("sha256")) || !file.contains("size") ||
        !file.at("size").is_number_unsigned()) {
      return bad(path + " has no size and sha256");
    }
    read.files[path] = {file.at("size"), file.at("sha256")};
  }
  return read;
}

}  // namespace patchbay::release
