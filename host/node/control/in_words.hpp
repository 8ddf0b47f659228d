#pragma once
// What the host's answers about processes say to people. Pure.
#include <string>

#include <nlohmann/json.hpp>

namespace patchbay::node {

using nlohmann::json;

std::string processes_in_words(const json& processes);
std::string tree_in_words(const json& applications);
std::string status_in_words(const json& status);

}  // namespace patchbay::node
