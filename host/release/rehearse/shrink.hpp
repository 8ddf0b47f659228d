#pragma once
// From a value that fails to a small one that still does.
#include <functional>
#include <nlohmann/json.hpp>

namespace patchbay::release {

/// Tries simpler values place by place (numbers nearer to 0, shorter texts and lists, nothing for something) as long as `fails` says yes, for a
/// bounded number of trials. Knows no schema: `fails` says no to what does not fit one.
nlohmann::json shrink(nlohmann::json failing, const std::function<bool(const nlohmann::json&)>& fails);

}  // namespace patchbay::release
