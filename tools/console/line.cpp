#include "line.hpp"

#include "message/codec.hpp"

namespace console {
namespace {

using patchbay::error;

bool blank(char c) { return c == ' ' || c == '\t'; }

/// Past the value that begins at `at`: a quoted text, or brackets with all that is inside. npos: it does not end.
std::size_t end_of_value(std::string_view line, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (; at < line.size(); ++at) {
    const char c = line[at];
    if (quoted) {
      if (c == '\\') {
        ++at;
      } else if (c == '"') {
        quoted = false;
        if (depth == 0) return at + 1;
      }
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

json value_of(const std::string& text) {
  const auto parsed = patchbay::message::parse_json(text);
  return parsed ? *parsed : json(text);
}

}  // namespace

outcome<std::vector<std::string>> split(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < line.size();) {
    if (blank(line[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < line.size() && !blank(line[at])) {
      const char c = line[at];
      if (c != '{' && c != '[' && c != '"') {
        ++at;
        continue;
      }
      const std::size_t end = end_of_value(line, at);
      if (end == std::string_view::npos) {
        return error{"bad_line", "`" + std::string(line.substr(at)) + "` is not closed; write for example {\"by\": 2}"};
      }
      at = end;
    }
    words.emplace_back(line.substr(begin, at - begin));
  }
  return words;
}

outcome<json> fields(const std::vector<std::string>& words, std::size_t from) {
  if (from >= words.size()) return json::object();
  if (words[from].starts_with('{')) {
    if (words.size() != from + 1) {
      return error{"bad_line", "`" + words[from + 1] + "` stands behind the object; everything belongs inside it"};
    }
    return patchbay::message::parse_json(words[from]);
  }
  json object = json::object();
  for (; from < words.size(); ++from) {
    const auto sign = words[from].find('=');
    if (sign == std::string::npos || sign == 0) {
      return error{"bad_line", "`" + words[from] + "` is no field; write name=value, or one object like {\"by\": 2}"};
    }
    std::string name = words[from].substr(0, sign);
    if (object.contains(name)) return error{"bad_line", "field `" + name + "` stands there twice"};
    object[std::move(name)] = value_of(words[from].substr(sign + 1));
  }
  return object;
}

}  // namespace console
