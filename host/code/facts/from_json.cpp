#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "code/facts/facts.hpp"
#include "code/facts/words.hpp"
#include "message/codec.hpp"
#include "port/text.hpp"

namespace patchbay::code {
namespace {

using nlohmann::json;

constexpr std::uint64_t format = 1;
constexpr std::uintmax_t max_file = 64u << 20;

// Each member reads one kind of value at `path`, or records the failure and answers false.
class file_reader {
 public:
  explicit file_reader(const std::string& where) : where_(where) {}

  bool plugin(const json& in, plugin_facts& out) {
    std::uint64_t given = 0;
    return keys(in, "$",
                {"facts", "application", "version", "abi_major", "abi_minor", "capabilities_required", "toolchain",
                 "build_id", "sha256", "modules"}) &&
           number(in["facts"], "$.facts", given) &&
           (given == format || fail("$.facts", "format " + std::to_string(given) + "; this program reads 1")) &&
           text(in["application"], "$.application", out.application) && text(in["version"], "$.version", out.version) &&
           number(in["abi_major"], "$.abi_major", out.abi_major) &&
           number(in["abi_minor"], "$.abi_minor", out.abi_minor) &&
           number(in["capabilities_required"], "$.capabilities_required", out.capabilities_required) &&
           text(in["toolchain"], "$.toolchain", out.toolchain) && text(in["build_id"], "$.build_id", out.build_id) &&
           text(in["sha256"], "$.sha256", out.sha256) &&
           each(in["modules"], "$.modules", out.modules, &file_reader::module);
  }

  error failure;

 private:
  bool fail(const std::string& path, const std::string& what) {
    failure = {"bad_facts", where_ + ": " + path + ": " + what};
    return false;
  }

  // Just these keys.
  bool keys(const json& in, const std::string& path, std::initializer_list<std::string_view> known) {
    const std::span all(known.begin(), known.size());
    if (!in.is_object()) return fail(path, std::string("expected an object, not ") + in.type_name());
    for (const auto& [key, unused] : in.items())
      if (std::find(all.begin(), all.end(), key) == all.end())
        return fail(path, "unknown key \"" + key + "\"" + port::did_you_mean(key, all) +
                              " (known: " + port::list_names(all) + ")");
    for (const auto name : all)
      if (!in.contains(name)) return fail(path, "key \"" + std::string(name) + "\" is missing");
    return true;
  }

  bool text(const json& in, const std::string& path, std::string& out) {
    if (!in.is_string()) return fail(path, std::string("expected a text, not ") + in.type_name());
    out = in.get<std::string>();
    return true;
  }

  template <class Number>
  bool number(const json& in, const std::string& path, Number& out) {
    if (!in.is_number_unsigned() || in.get<std::uint64_t>() > std::numeric_limits<Number>::max())
      return fail(path, "expected a whole number from 0 to " + std::to_string(std::numeric_limits<Number>::max()));
    out = in.get<Number>();
    return true;
  }

  bool boolean(const json& in, const std::string& path, bool& out) {
    if (!in.is_boolean()) return fail(path, "expected true or false");
    out = in.get<bool>();
    return true;
  }

  bool word(const json& in, const std::string& path, std::optional<std::uint32_t> (*of)(std::string_view),
            std::span<const std::string_view> known, std::uint32_t& out) {
    std::string given;
    if (!text(in, path, given)) return false;
    const auto found = of(given);
    if (!found)
      return fail(path, "unknown word \"" + given + "\"" + port::did_you_mean(given, known) +
                            " (known: " + port::list_names(known) + ")");
    out = *found;
    return true;
  }

  template <class Facts>
  bool each(const json& in, const std::string& path, std::vector<Facts>& out,
            bool (file_reader::*read)(const json&, const std::string&, Facts&)) {
    if (!in.is_array()) return fail(path, std::string("expected an array, not ") + in.type_name());
    for (std::size_t i = 0; i < in.size(); ++i)
      if (!(this->*read)(in[i], path + "[" + std::to_string(i) + "]", out.emplace_back())) return false;
    return true;
  }

  // null: there is none.
  bool type(const json& in, const std::string& path, type_facts& out) {
    if (in.is_null()) return true;
    return keys(in, path, {"name", "version", "flags", "schema", "layout"}) &&
           text(in["name"], path + ".name", out.name) &&
           (!out.name.empty() || fail(path + ".name", "empty; where there is no type stands null")) &&
           number(in["version"], path + ".version", out.version) && number(in["flags"], path + ".flags", out.flags) &&
           text(in["schema"], path + ".schema", out.schema) && text(in["layout"], path + ".layout", out.layout);
  }

  bool message(const json& in, const std::string& path, message_facts& out) {
    return keys(in, path, {"kind", "type", "reply"}) &&
           word(in["kind"], path + ".kind", kind_of, kind_words(), out.kind) &&
           type(in["type"], path + ".type", out.type) && type(in["reply"], path + ".reply", out.reply);
  }

  bool migration(const json& in, const std::string& path, migration_facts& out) {
    return keys(in, path, {"version", "old_state", "up", "down"}) &&
           number(in["version"], path + ".version", out.version) &&
           type(in["old_state"], path + ".old_state", out.old_state) && boolean(in["up"], path + ".up", out.up) &&
           boolean(in["down"], path + ".down", out.down);
  }

  bool module(const json& in, const std::string& path, module_facts& out) {
    return keys(in, path, {"name", "behaviour", "state", "status", "messages", "imports", "migrations"}) &&
           text(in["name"], path + ".name", out.name) &&
           word(in["behaviour"], path + ".behaviour", behaviour_of, behaviour_words(), out.behaviour) &&
           type(in["state"], path + ".state", out.state) && type(in["status"], path + ".status", out.status) &&
           each(in["messages"], path + ".messages", out.messages, &file_reader::message) &&
           each(in["imports"], path + ".imports", out.imports, &file_reader::message) &&
           each(in["migrations"], path + ".migrations", out.migrations, &file_reader::migration);
  }

  const std::string& where_;
};

}  // namespace

outcome<plugin_facts> facts_from_json(std::string_view text, const std::string& where) {
  const auto document = message::parse_json(text);
  if (!document) return error{"bad_facts", where + ": " + document.failure().text};
  plugin_facts out;
  file_reader reader(where);
  if (!reader.plugin(*document, out)) return std::move(reader.failure);
  return out;
}

outcome<plugin_facts> read_facts(const std::filesystem::path& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return error{"bad_facts", file.string() + ": " + failed.message()};
  if (size > max_file)
    return error{"bad_facts", file.string() + ": " + std::to_string(size) + " bytes; a facts file has at most 64 MiB"};
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || (size != 0 && !(text << in.rdbuf())))
    return error{"bad_facts", file.string() + ": cannot be read: " + std::strerror(errno)};
  return facts_from_json(text.str(), file.string());
}

}  // namespace patchbay::code
