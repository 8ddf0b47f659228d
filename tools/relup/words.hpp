#pragma once
// What the host's answers to release operations say to people. Pure.
#include <string>

#include <nlohmann/json.hpp>

namespace relup {

using nlohmann::json;

std::string which_in_words(const json& releases);
std::string unpacked_in_words(const json& result);
std::string check_in_words(const json& result);
/// install, rollback.
std::string report_in_words(const json& report);
std::string removed_in_words(const json& result);
std::string permanent_in_words(const json& result);
std::string purges_in_words(const json& reports);

}  // namespace relup
