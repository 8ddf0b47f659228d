#include "release/manager/newcomers.hpp"

#include <utility>

#include "port/text.hpp"

namespace patchbay::release {
namespace {

// Nothing of a generation that never served lives longer than the destructors that run now.
constexpr std::chrono::milliseconds unload_patience{1000};

code::load_request request_for(const application_view& application) {
  return {.library = application.library(),
          .facts = application.facts_file(),
          .application = application.app.name,
          .version = application.app.vsn,
          .globals = application.app.globals,
          .rebuild = {},
          .sha256 = application.library_sha256};
}

}  // namespace

outcome<code::generation*> release_manager::newcomers::load(const application_view& application,
                                                            const std::string& rebuild) {
  auto request = request_for(application);
  request.rebuild = rebuild;
  auto loaded = rooms_->code->load(request);
  if (!loaded) return loaded;
  loaded_.push_back(*loaded);
  if (auto known = rooms_->loaded(**loaded); !known) return known.failure();
  return loaded;
}

outcome<void> release_manager::newcomers::examine(const plan& planned, const release_view& next) const {
  for (const auto& name : planned.unchanged) {
    if (auto good = rooms_->code->examine(request_for(*next.find(name))); !good) return good;
  }
  return {};
}

std::vector<code::purge_report> release_manager::newcomers::unload() {
  const std::vector<code::generation*> newest_first(loaded_.rbegin(), loaded_.rend());
  loaded_.clear();
  for (code::generation* each : newest_first) rooms_->code->abandon(*each);
  auto reports = rooms_->code->purge(newest_first, unload_patience);
  for (const auto& report : reports) {
    if (report.unmapped) continue;
    rooms_->log(PB_LOG_WARNING, report.label + " never served and stays mapped, held by " +
                                    port::list_names(report.pinned_by) + "; `relup purge` tries again");
  }
  return reports;
}

error with_pins(error failure, const std::vector<code::purge_report>& reports) {
  for (const auto& report : reports) {
    if (report.unmapped) continue;
    failure.text += "; " + report.label + " stays mapped, held by " + port::list_names(report.pinned_by);
  }
  return failure;
}

}  // namespace patchbay::release
