#pragma once
// What a release's libraries are, as files: none of their code runs.
#include <functional>

#include "code/library/load_request.hpp"
#include "release/plan/plan.hpp"

namespace patchbay::release {

/// The files of one application, as the code server takes them.
code::load_request request_for(const application_view& application);

/// All that can be said against a library without running it: code::verify, with the libraries that patchbay.toml allows.
using library_check = std::function<outcome<void>(const code::load_request&)>;

/// Each library of a release. Errors: the check's, of the first that does not pass.
outcome<void> check_libraries(const release_view& release, const library_check& check);

/// make_plan, and what an install would refuse of the libraries of `to`: then there is no plan. What is wrong with those of `from`, whose
/// copies run, only a way back meets: it is refused in the plan. Errors: make_plan's and the check's.
outcome<plan> plan_with_libraries(const release_view& from, const release_view& to, const library_check& check);

}  // namespace patchbay::release
