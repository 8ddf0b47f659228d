#include "code/holders.hpp"

#include <algorithm>

#include "process/system.hpp"

namespace patchbay::code {

std::vector<std::string> holders(const generation& held) {
  std::vector<std::string> all;
  for (const auto pid : held.group.residents()) all.push_back("process " + process::pid_text(pid));
  // Residents first, then needs: a process that ends meanwhile may leave payloads, never the other way round.
  if (const auto needs = held.group.needs(); needs > 0) {
    all.push_back(std::to_string(needs) + (needs == 1 ? " payload or thread" : " payloads or threads"));
  }
  for (auto& pin : held.group.pins()) all.push_back(std::move(pin));
  return all;
}

std::string listed(const std::vector<std::string>& words) {
  constexpr std::size_t most = 10;
  std::string text;
  for (std::size_t i = 0; i < std::min(words.size(), most); ++i) text += (i == 0 ? "" : ", ") + words[i];
  if (words.size() > most) text += " and " + std::to_string(words.size() - most) + " more";
  return text;
}

}  // namespace patchbay::code
