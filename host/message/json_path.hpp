#pragma once
// Where in a value a codec stands: `$.orders[3].price`.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace patchbay::message {

/// Costs two words a step; the text is made only for an error. Names must outlive the path.
class json_path {
 public:
  void enter(std::string_view name) { steps_.push_back({name, 0}); }
  void enter(std::size_t index) { steps_.push_back({{}, index}); }
  void leave() { steps_.pop_back(); }
  [[nodiscard]] std::string text() const {
    std::string out = "$";
    for (const auto& passed : steps_) {
      if (passed.name.data() == nullptr) {
        out += "[" + std::to_string(passed.index) + "]";
      } else {
        out += ".";
        out += passed.name;
      }
    }
    return out;
  }

 private:
  struct step {
    std::string_view name;  // without data: an index
    std::size_t index;
  };
  std::vector<step> steps_;
};

}  // namespace patchbay::message
