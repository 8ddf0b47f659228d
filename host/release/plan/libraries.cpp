#include "release/plan/libraries.hpp"

namespace patchbay::release {
namespace {

outcome<void> check_all(const release_view& release, const library_check& check) {
  for (const auto& application : release.applications) {
    if (auto good = check(request_for(application)); !good) return good;
  }
  return {};
}

}  // namespace

code::load_request request_for(const application_view& application) {
  return {.library = application.library(),
          .facts = application.facts_file(),
          .application = application.app.name,
          .version = application.app.vsn,
          .globals = application.app.globals,
          .rebuild = {}};
}

outcome<plan> plan_with_libraries(const release_view& from, const release_view& to, const library_check& check) {
  auto planned = make_plan(from, to);
  if (!planned) return planned;
  if (const auto good = check_all(to, check); !good) return good.failure();
  if (!planned->way_back) return planned;
  if (const auto good = check_all(from, check); !good) {
    planned->way_back = false;
    planned->way_back_refusal = good.failure().text;
    planned->way_back_drops.clear();
  }
  return planned;
}

}  // namespace patchbay::release
