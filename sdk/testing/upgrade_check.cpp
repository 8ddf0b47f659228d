#include <patchbay/testing/upgrade_check.hpp>

namespace patchbay::testing {

std::size_t upgrade_check(module_factory* module, const rehearsal_options& options) {
  // A code_change may log; the host that takes it runs nothing.
  const manual_host engine;
  std::string why;
  const pb_sink error{&why, [](void* context, const void* bytes, std::size_t size) {
                        static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), size);
                      }};
  const pb_plugin* plugin = detail::enter(&engine.table(), &error, "test", "1.0.0", {module});
  if (plugin == nullptr) throw failure(why);
  const pb_module& table = *plugin->modules[0];
  const auto report = rehearse(table, options);
  if (!report) throw failure(report.failure().text);
  if (!report->passed()) throw failure(in_words(*report, std::string(detail::to_view(table.name))));
  return report->states;
}

}  // namespace patchbay::testing
