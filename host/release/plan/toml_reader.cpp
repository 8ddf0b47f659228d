#include "release/plan/toml_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>

#include "release/plan/names.hpp"

namespace patchbay::release {
namespace {

constexpr std::size_t largest_file = 1U << 20;

const char* word(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a float";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
    case toml::node_type::none:
      break;
  }
  return "nothing";
}

// Arguments are what pb_value can hold: no dates, no floats that JSON lacks.
nlohmann::json to_json(toml_source& source, const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return integer->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get();
  if (const auto* number = node.as_floating_point()) {
    if (std::isfinite(number->get())) return number->get();
    source.fail("bad_value", node.source(), "nan and inf cannot be passed to a plugin");
    return nullptr;
  }
  if (const auto* list = node.as_array()) {
    auto out = nlohmann::json::array();
    for (const auto& element : *list) out.push_back(to_json(source, element));
    return out;
  }
  if (const auto* table = node.as_table()) {
    auto out = nlohmann::json::object();
    for (const auto& [key, value] : *table) out[std::string(key.str())] = to_json(source, value);
    return out;
  }
  source.fail("wrong_type", node.source(),
              std::string(word(node.type())) + " cannot be passed to a plugin; write it as a string");
  return nullptr;
}

}  // namespace

toml_source::toml_source(const std::filesystem::path& file) : name_(file.string()) {
  std::error_code why;
  const auto status = std::filesystem::status(file, why);
  if (status.type() == std::filesystem::file_type::not_found) {
    failure_ = error{"no_such_file", name_ + ": no such file"};
    return;
  }
  if (status.type() != std::filesystem::file_type::regular) {
    failure_ = error{"io", name_ + ": " + (why ? why.message() : "not a regular file")};
    return;
  }
  std::ifstream in(file, std::ios::binary);
  std::string text(largest_file + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.eof() && !in.good()) {
    failure_ = error{"io", name_ + ": cannot be read: " + std::generic_category().message(errno)};
    return;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > largest_file) {
    failure_ = error{"bad_value", name_ + ": larger than 1 MiB; no file of this kind is"};
    return;
  }
  try {
    root_ = toml::parse(text, name_);
  } catch (const toml::parse_error& bad) {
    const auto at = bad.source().begin;
    failure_ = error{"bad_toml", name_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                                     std::string(bad.description())};
  }
}

void toml_source::fail(std::string code, const toml::source_region& at, const std::string& text) {
  if (failure_) return;
  failure_ = error{std::move(code), name_ + ":" + std::to_string(at.begin ? at.begin.line : 1U) + ": " + text};
}

table_reader::table_reader(toml_source& source, const toml::table& table, std::string what,
                           std::vector<std::string> known)
    : source_(&source), table_(&table), what_(std::move(what)) {
  // toml++ keeps tables sorted by key; the first wrong line of the file is what a person wants to see.
  const toml::key* first = nullptr;
  for (const auto& [key, value] : table) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    if (first == nullptr || key.source().begin < first->source().begin) first = &key;
  }
  if (first == nullptr) return;
  source.fail("unknown_key", first->source(),
              "unknown key \"" + std::string(first->str()) + "\"" + (what_.empty() ? "" : " in " + what_) +
                  hint(first->str(), known));
}

const toml::node* table_reader::node(std::string_view key, presence p, toml::node_type wanted) {
  const toml::node* found = table_->get(key);
  if (found == nullptr) {
    if (p == presence::needed) {
      source_->fail("missing_key", table_->source(),
                    "\"" + std::string(key) + "\" is missing" + (what_.empty() ? "" : " in " + what_));
    }
    return nullptr;
  }
  if (found->type() == wanted) return found;
  refuse(key, "wrong_type", std::string("is ") + word(found->type()) + ", must be " + word(wanted));
  return nullptr;
}

std::string table_reader::text(std::string_view key, presence p) {
  const auto* found = node(key, p, toml::node_type::string);
  return found == nullptr ? std::string() : found->as_string()->get();
}

std::string table_reader::name(std::string_view key, presence p) {
  auto value = text(key, p);
  if (source_->ok() && has(key) && !valid_name(value)) {
    refuse(key, "bad_value",
           "\"" + value + "\" is not a name; names are lower-case letters, digits and _, and begin with a letter");
  }
  return value;
}

std::string table_reader::version(std::string_view key, presence p) {
  auto value = text(key, p);
  if (source_->ok() && has(key) && !valid_version(value)) {
    refuse(key, "bad_value",
           "\"" + value + "\" is not a version; write letters, digits and . _ + ~ - only, such as \"1.0.0\"");
  }
  return value;
}

std::uint64_t table_reader::number(std::string_view key, std::uint64_t absent, std::uint64_t least,
                                   std::uint64_t most) {
  const auto* found = node(key, presence::optional, toml::node_type::integer);
  if (found == nullptr) return absent;
  const auto value = found->as_integer()->get();
  if (value >= 0 && std::cmp_greater_equal(value, least) && std::cmp_less_equal(value, most)) {
    return static_cast<std::uint64_t>(value);
  }
  refuse(key, "bad_value",
         std::to_string(value) + " is out of range; it must be from " + std::to_string(least) + " to " +
             std::to_string(most));
  return absent;
}

std::vector<std::string> table_reader::texts(std::string_view key, presence p) {
  std::vector<std::string> out;
  const auto* found = node(key, p, toml::node_type::array);
  if (found == nullptr) return out;
  for (const auto& element : *found->as_array()) {
    if (const auto* value = element.as_string()) {
      out.push_back(value->get());
      continue;
    }
    source_->fail("wrong_type", element.source(),
                  std::string(key) + ": an element is " + word(element.type()) + ", must be a string");
  }
  return out;
}

std::vector<std::string> table_reader::names(std::string_view key, presence p) {
  auto out = texts(key, p);
  std::set<std::string_view> seen;
  for (const auto& value : out) {
    if (!valid_name(value)) {
      refuse(key, "bad_value",
             "\"" + value + "\" is not a name; names are lower-case letters, digits and _, and begin with a letter");
    } else if (!seen.insert(value).second) {
      refuse(key, "bad_value", "\"" + value + "\" is listed twice");
    }
  }
  return out;
}

nlohmann::json table_reader::object(std::string_view key) {
  const auto* found = node(key, presence::optional, toml::node_type::table);
  return found == nullptr ? nlohmann::json::object() : to_json(*source_, *found);
}

const toml::table* table_reader::table(std::string_view key, presence p) {
  const auto* found = node(key, p, toml::node_type::table);
  return found == nullptr ? nullptr : found->as_table();
}

std::vector<const toml::table*> table_reader::tables(std::string_view key, presence p) {
  std::vector<const toml::table*> out;
  const auto* found = node(key, p, toml::node_type::array);
  if (found == nullptr) return out;
  for (const auto& element : *found->as_array()) {
    if (const auto* value = element.as_table()) {
      out.push_back(value);
      continue;
    }
    source_->fail("wrong_type", element.source(),
                  std::string(key) + ": an element is " + word(element.type()) + ", must be a table");
  }
  return out;
}

void table_reader::refuse(std::string_view key, std::string code, const std::string& text) {
  const auto* found = table_->get(key);
  source_->fail(std::move(code), found == nullptr ? table_->source() : found->source(), std::string(key) + ": " + text);
}

void table_reader::refuse(std::string code, const std::string& text) {
  source_->fail(std::move(code), table_->source(), what_.empty() ? text : what_ + ": " + text);
}

outcome<std::string> application_of(const std::filesystem::path& file, std::string_view ending) {
  auto name = file.filename().string();
  if (name.size() > ending.size() && name.ends_with(ending)) {
    name.resize(name.size() - ending.size());
    if (valid_name(name)) return name;
  }
  return error{"bad_value", file.string() + ": the file's name must be NAME" + std::string(ending) +
                                ", where NAME is lower-case letters, digits and _, and begins with a letter"};
}

}  // namespace patchbay::release
