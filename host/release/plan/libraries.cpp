#include "release/plan/libraries.hpp"

namespace patchbay::release {

outcome<void> check_libraries(const release_view& release, const library_check& check) {
  for (const auto& application : release.applications) {
    if (auto good = check(request_for(application)); !good) return good;
  }
  return {};
}

code::load_request request_for(const application_view& application) {
  return {.library = application.library(),
          .facts = application.facts_file(),
          .application = application.app.name,
          .version = application.app.vsn,
          .globals = application.app.globals,
          .rebuild = {},
          .sha256 = application.library_sha256};
}

outcome<plan> plan_with_libraries(const release_view& from, const release_view& to, const library_check& check) {
  auto planned = make_plan(from, to);
  if (!planned) return planned;
  if (const auto good = check_libraries(to, check); !good) return good.failure();
  if (!planned->way_back) return planned;
  if (const auto good = check_libraries(from, check); !good) {
    planned->way_back = false;
    planned->way_back_refusal = good.failure().text;
    planned->way_back_drops.clear();
  }
  return planned;
}

}  // namespace patchbay::release
