#include <algorithm>
#include <utility>

#include <patchbay/testing/host.hpp>

namespace patchbay::testing {
namespace {

template <class T>
T taken(outcome<T> answer) {
  if (!answer) throw failure(answer.failure().text);
  return std::move(*answer);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return "[" + text + "]";
}

pb_sink sink_of(std::string& text) {
  return {&text, [](void* context, const void* bytes, std::size_t size) {
            static_cast<std::string*>(context)->append(static_cast<const char*>(bytes), size);
          }};
}

}  // namespace

host::host(std::initializer_list<module_factory*> modules, host_options options)
    : engine_({.seed = options.seed, .max_steps = options.max_steps}) {
  std::string why;
  const pb_sink error = sink_of(why);
  // The names are kept with the program's: the plugin's table refers to them.
  const auto& application = detail::texts.keep(std::move(options.application));
  const auto& version = detail::texts.keep(std::move(options.version));
  const pb_plugin* plugin =
      detail::enter(&engine_.table(), &error, detail::to_view(application), detail::to_view(version), modules);
  if (plugin == nullptr) throw failure(why);
  if (auto loaded = engine_.load(*plugin); !loaded) throw failure(loaded.failure().text);
}

pid host::start(std::string_view module, std::string_view name, std::string_view args_json) {
  return static_cast<pid>(taken(engine_.start(module, name, args_json)));
}

void host::kill(pid process) { engine_.kill(static_cast<pb_pid>(process)); }
pid host::whereis(std::string_view name) const { return static_cast<pid>(engine_.whereis(name)); }
bool host::alive(pid process) const { return engine_.alive(static_cast<pb_pid>(process)); }
std::string host::state(pid process) { return taken(engine_.state(static_cast<pb_pid>(process))); }
bool host::step() { return engine_.step(); }
std::size_t host::run_until_idle() { return taken(engine_.run_until_idle()); }

void host::advance(std::chrono::milliseconds by) {
  if (auto moved = engine_.advance(by); !moved) throw failure(moved.failure().text);
}

std::vector<std::string> host::handled(std::string_view process) const {
  std::vector<std::string> names;
  for (const handled_message& each : engine_.handled()) {
    if (each.name == process || to_text(static_cast<pid>(each.process)) == process) names.push_back(each.message);
  }
  return names;
}

std::vector<std::string> host::trace() const {
  std::vector<std::string> lines;
  for (const handled_message& each : engine_.handled()) {
    std::string line = each.name + ' ' + each.kind;
    if (each.message != each.kind) line += ' ' + each.message;
    if (!each.value.empty()) line += ' ' + each.value;
    lines.push_back(std::move(line));
  }
  return lines;
}

void host::expect_handled(std::string_view process, const std::vector<std::string>& messages) const {
  const auto seen = handled(process);
  if (seen == messages) return;
  const auto [wanted, got] = std::mismatch(messages.begin(), messages.end(), seen.begin(), seen.end());
  throw failure(std::string(process) + " handled " + listed(seen) + ", expected " + listed(messages) +
                "; they part at message " + std::to_string(wanted - messages.begin() + 1) + ": " +
                (got == seen.end() ? "nothing came" : *got) + ", expected " +
                (wanted == messages.end() ? "nothing" : *wanted));
}

bool host::logged(std::string_view part) const {
  const auto& lines = log();
  return std::any_of(lines.begin(), lines.end(),
                     [part](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace patchbay::testing
