#include "node/control/in_words.hpp"

#include <vector>

#include "node/control/command_line.hpp"

namespace patchbay::node {
namespace {

void add_children(std::string& text, const json& children, const std::string& indent) {
  for (std::size_t i = 0; i < children.size(); ++i) {
    const json& child = children[i];
    const bool last = i + 1 == children.size();
    text += indent + (last ? "└─ " : "├─ ") + plain(child.at("id")) + "  " + plain(child.at("pid")) + "  " +
            plain(child.at("module"));
    if (!child.at("name").is_null()) text += "  " + plain(child.at("name"));
    if (child.at("status") != "running") text += "  " + plain(child.at("status"));
    text += '\n';
    if (const auto below = child.find("children"); below != child.end()) {
      add_children(text, *below, indent + (last ? "   " : "│  "));
    }
  }
}

}  // namespace

std::string processes_in_words(const json& processes) {
  std::vector<std::vector<std::string>> rows{{"PID", "NAME", "MODULE", "GENERATION", "QUEUED", "HANDLED"}};
  for (const auto& each : processes) {
    rows.push_back({plain(each.at("pid")), plain(each.at("name")),
                    plain(each.at("application")) + "/" + plain(each.at("module")), plain(each.at("generation")),
                    plain(each.at("queued")), plain(each.at("handled"))});
  }
  return table(rows);
}

std::string tree_in_words(const json& applications) {
  std::string text;
  for (const auto& application : applications) {
    text += plain(application.at("application")) + " " + plain(application.at("version")) + "\n";
    add_children(text, application.at("children"), "");
  }
  return text;
}

std::string status_in_words(const json& status) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, value] : status.items()) rows.push_back({key, plain(value)});
  return table(rows);
}

}  // namespace patchbay::node
