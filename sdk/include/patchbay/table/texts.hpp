#pragma once
// Texts that the plugin's tables point to.
#include <forward_list>
#include <string>
#include <string_view>

#include <patchbay/abi.h>

namespace patchbay::detail {

/// Keeps texts until the plugin is unmapped. Written only while the entry runs.
class text_store {
 public:
  pb_str keep(std::string text) {
    texts_.push_front(std::move(text));
    return {texts_.front().data(), texts_.front().size()};
  }

 private:
  std::forward_list<std::string> texts_;
};

inline text_store texts;

constexpr pb_str to_str(std::string_view text) noexcept { return {text.data(), text.size()}; }
constexpr std::string_view to_view(pb_str text) noexcept {
  return text.size == 0 ? std::string_view() : std::string_view(text.data, text.size);
}

}  // namespace patchbay::detail
