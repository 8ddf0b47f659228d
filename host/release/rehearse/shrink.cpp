#include "release/rehearse/shrink.hpp"

#include <string>
#include <vector>

namespace patchbay::release {
namespace {

using nlohmann::json;

constexpr std::size_t most_trials = 2000;

/// Simpler values for one place, the simplest first.
std::vector<json> simpler(const json& value) {
  std::vector<json> found;
  if (value.is_boolean()) {
    if (value.get<bool>()) found.emplace_back(false);
  } else if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (number != 0) found.insert(found.end(), {json(0.0), json(number / 2)});
  } else if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number != 0) found.insert(found.end(), {json(0), json(number / 2), json(number - 1)});
  } else if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    if (number != 0) found.insert(found.end(), {json(0), json(number / 2), json(number < 0 ? number + 1 : number - 1)});
  } else if (value.is_string()) {
    const auto text = value.get<std::string>();
    // A piece of a text that is not ASCII may be no UTF-8.
    if (!text.empty()) found.emplace_back("");
    if (text.size() > 1 && static_cast<unsigned char>(text[0]) < 0x80) found.emplace_back(text.substr(0, 1));
  } else if (value.is_array() && !value.empty()) {
    found.emplace_back(json::array());
    for (std::size_t i = 0; i < value.size(); ++i) {
      json without = value;
      without.erase(i);
      found.push_back(std::move(without));
    }
  } else if (value.is_object()) {
    found.emplace_back(nullptr);
  }
  return found;
}

class shrinker {
 public:
  shrinker(json failing, const std::function<bool(const json&)>& fails) : whole_(std::move(failing)), fails_(fails) {}

  json run() {
    while (pass(json::json_pointer())) {
    }
    return std::move(whole_);
  }

 private:
  /// True: something became simpler.
  bool pass(const json::json_pointer& at) {
    bool better = false;
    for (bool again = true; again;) {
      again = false;
      for (json& candidate : simpler(whole_.at(at))) {
        if (trials_++ >= most_trials) return false;
        json next = whole_;
        next[at] = std::move(candidate);
        if (!fails_(next)) continue;
        whole_ = std::move(next);
        better = again = true;
        break;
      }
    }
    const json here = whole_.at(at);
    if (here.is_array()) {
      for (std::size_t i = 0; i < here.size(); ++i) better = pass(at / i) || better;
    } else if (here.is_object()) {
      for (const auto& [key, unused] : here.items()) better = pass(at / key) || better;
    }
    return better;
  }

  json whole_;
  const std::function<bool(const json&)>& fails_;
  std::size_t trials_ = 0;
};

}  // namespace

json shrink(json failing, const std::function<bool(const json&)>& fails) {
  return shrinker(std::move(failing), fails).run();
}

}  // namespace patchbay::release
