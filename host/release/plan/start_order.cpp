#include "release/plan/start_order.hpp"

#include <algorithm>
#include <optional>

#include "release/plan/names.hpp"

namespace patchbay::release {
namespace {

// Depth first, in listed order. The path is also the cycle, when one is found.
class visitor {
 public:
  explicit visitor(const std::vector<start_node>& nodes) : nodes_(nodes), marks_(nodes.size(), mark::untouched) {}

  std::optional<error> visit(std::size_t index) {
    if (marks_[index] == mark::done) return std::nullopt;
    path_.push_back(index);
    if (marks_[index] == mark::open) return cycle();
    marks_[index] = mark::open;
    for (const auto& need : nodes_[index].needs) {
      const auto at = find(need);
      const auto& optional = nodes_[index].optional;
      if (!at && std::find(optional.begin(), optional.end(), need) != optional.end()) continue;
      if (!at) return missing(nodes_[index].name, need);
      if (auto failed = visit(*at)) return failed;
    }
    marks_[index] = mark::done;
    path_.pop_back();
    order.push_back(index);
    return std::nullopt;
  }
  std::vector<std::size_t> order;

 private:
  enum class mark { untouched, open, done };

  [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].name == name) return i;
    }
    return std::nullopt;
  }
  [[nodiscard]] error missing(const std::string& who, const std::string& need) const {
    std::vector<std::string> known;
    for (const auto& node : nodes_) known.push_back(node.name);
    return {"undefined_applications", "application " + who + " needs " + need +
                                          ", which is not in the release; add it to " + "release.toml" +
                                          hint(need, known)};
  }
  [[nodiscard]] error cycle() const {
    std::vector<std::string> names;
    for (const auto index : path_) {
      // The path may lead into the cycle; the cycle begins where its last member stood first.
      if (!names.empty() || index == path_.back()) names.push_back(nodes_[index].name);
    }
    return {"circular_dependencies",
            "applications need each other: " + join(names, " -> ") + "; remove one of these dependencies"};
  }

  const std::vector<start_node>& nodes_;
  std::vector<mark> marks_;
  std::vector<std::size_t> path_;
};

}  // namespace

outcome<std::vector<std::size_t>> start_order(const std::vector<start_node>& nodes) {
  visitor all(nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (auto failed = all.visit(i)) return *failed;
  }
  return std::move(all.order);
}

}  // namespace patchbay::release
