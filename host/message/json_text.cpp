#include <nlohmann/json.hpp>
#include <set>

#include "message/codec.hpp"
#include "port/text.hpp"

namespace patchbay::message {
namespace {

using nlohmann::json;

// Builds the document while it watches what the DOM would hide: keys given twice (the DOM keeps one of them) and depth.
class builder : public nlohmann::json_sax<json> {
 public:
  explicit builder(json& root) : dom_(root, false) {}

  bool null() override { return dom_.null(); }
  bool boolean(bool value) override { return dom_.boolean(value); }
  bool number_integer(number_integer_t value) override { return dom_.number_integer(value); }
  bool number_unsigned(number_unsigned_t value) override { return dom_.number_unsigned(value); }
  bool number_float(number_float_t value, const string_t& text) override { return dom_.number_float(value, text); }
  bool string(string_t& value) override { return dom_.string(value); }
  bool binary(binary_t& value) override { return dom_.binary(value); }
  bool start_object(std::size_t size) override {
    keys_.emplace_back();
    return deeper() && dom_.start_object(size);
  }
  bool end_object() override {
    keys_.pop_back();
    --depth_;
    return dom_.end_object();
  }
  bool start_array(std::size_t size) override { return deeper() && dom_.start_array(size); }
  bool end_array() override {
    --depth_;
    return dom_.end_array();
  }
  bool key(string_t& name) override {
    if (!keys_.back().insert(name).second) {
      failure = "key \"" + port::shortened(name) + "\" is given twice in one object";
      return false;
    }
    return dom_.key(name);
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& why) override {
    // «[json.exception.parse_error.101] parse error at line 1, column 8: …»: the first word is the library's, not the reader's.
    const std::string text = why.what();
    const auto end = text.find("] ");
    failure = port::shortened(end == std::string::npos ? text : text.substr(end + 2));
    return false;
  }

  std::string failure;

 private:
  bool deeper() {
    if (++depth_ <= max_value_depth) return true;
    failure = "nested deeper than " + std::to_string(max_value_depth);
    return false;
  }

  nlohmann::detail::json_sax_dom_parser<json> dom_;
  std::vector<std::set<std::string>> keys_;
  std::size_t depth_ = 0;
};

}  // namespace

outcome<json> parse_json(std::string_view text) {
  json document;
  builder reader(document);
  if (!json::sax_parse(text.begin(), text.end(), &reader)) return error{"bad_json", "not JSON: " + reader.failure};
  return document;
}

}  // namespace patchbay::message
