#include "host/release/plan/fixture.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace patchbay::release::fixture {

namespace fs = std::filesystem;

temp_dir::temp_dir() {
  auto name = (fs::temp_directory_path() / "patchbay-plan-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}
temp_dir::~temp_dir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("write " + file.string());
}
std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

code::module_facts server(const std::string& name, std::uint32_t version, const std::string& schema) {
  code::module_facts out;
  out.name = name;
  out.behaviour = PB_BEHAVIOUR_GEN_SERVER;
  out.state = {name, version, 0, schema, ""};
  return out;
}
code::module_facts supervisor(const std::string& name) {
  code::module_facts out;
  out.name = name;
  out.behaviour = PB_BEHAVIOUR_SUPERVISOR;
  return out;
}
code::migration_facts migration(std::uint32_t version, const std::string& schema, bool up, bool down) {
  return {version, {"old", version, 0, schema, ""}, up, down};
}
code::message_facts message(std::uint32_t kind, const std::string& name, const std::string& schema,
                            const std::string& reply) {
  code::message_facts out{kind, {name, 0, 0, schema, ""}, {}};
  if (!reply.empty()) out.reply = {name + ".reply", 0, 0, reply, ""};
  return out;
}

application_view application(const std::string& name, const std::string& vsn, std::vector<code::module_facts> modules) {
  application_view view;
  view.app.name = name;
  view.app.vsn = vsn;
  for (const auto& module : modules) view.app.modules.push_back(module.name);
  view.facts.abi_major = PB_ABI_MAJOR;
  view.facts.abi_minor = PB_ABI_MINOR;
  view.facts.application = name;
  view.facts.version = vsn;
  view.facts.toolchain = "test";
  for (const char c : name + vsn) {
    constexpr char digits[] = "0123456789abcdef";
    view.facts.build_id += {digits[(c >> 4) & 15], digits[c & 15]};
  }
  view.facts.modules = std::move(modules);
  return view;
}
release_view release(const std::string& vsn, std::vector<application_view> applications) {
  release_view out;
  out.file.name = "bank";
  out.file.vsn = vsn;
  for (const auto& view : applications) out.file.applications.push_back({view.app.name, view.app.vsn, view.type});
  out.applications = std::move(applications);
  return out;
}

application_view sequence_1() {
  return application("sequence", "1.0.0",
                     {server("sequence_server", 1, state_1), server("stash", 1, state_1), supervisor("sequence_sup")});
}
application_view sequence_2() {
  auto view =
      application("sequence", "2.0.0",
                  {server("sequence_server", 2, state_2), server("stash", 1, state_1), supervisor("sequence_sup")});
  view.facts.modules[0].migrations.push_back(migration(1, state_1));
  const instruction up{instruction_kind::update, "sequence_server", change_kind::advanced, {}};
  const instruction down{instruction_kind::update, "sequence_server", change_kind::advanced, {"delta"}};
  view.appup = {"2.0.0", {{"1.0.0", {up}}}, {{"1.0.0", {down}}}};
  return view;
}

namespace {

std::string quoted(const std::vector<std::string>& words) { return json(words).dump(); }

std::string toml(const app_file& app) {
  auto text = "vsn = \"" + app.vsn + "\"\nmodules = " + quoted(app.modules) +
              "\nregistered = " + quoted(app.registered) + "\napplications = " + quoted(app.applications) + "\n";
  if (!app.mod_module.empty()) text += "mod = { module = \"" + app.mod_module + "\" }\n";
  if (!app.env.empty()) text += "[env]\n";
  for (const auto& [key, value] : app.env.items()) text += key + " = " + value.dump() + "\n";
  return text;
}

std::string toml(const appup_file& appup) {
  constexpr const char* kinds[] = {"update", "load_module", "add_module", "delete_module"};
  auto text = "vsn = \"" + appup.vsn + "\"\n";
  const auto entries = [&](const std::vector<appup_file::entry>& list, const std::string& head,
                           const std::string& other) {
    for (const auto& entry : list) {
      text += head + "\n" + other + (entry.is_pattern ? "_pattern" : "") + " = '" + entry.other + "'\ninstructions = [";
      for (const auto& one : entry.instructions) {
        text += "{ " + std::string(kinds[static_cast<int>(one.kind)]) + " = \"" + one.module + "\"";
        if (one.change == change_kind::advanced) text += ", change = \"advanced\", lossy = " + quoted(one.lossy);
        text += " }, ";
      }
      text += "]\n";
    }
  };
  entries(appup.up, "[[up]]", "from");
  entries(appup.down, "[[down]]", "to");
  return text;
}

}  // namespace

void write_release(const fs::path& directory, const release_view& release) {
  auto text = "name = \"" + release.file.name + "\"\nvsn = \"" + release.file.vsn + "\"\napplications = [\n";
  for (const auto& one : release.file.applications)
    text += "  { name = \"" + one.name + "\", vsn = \"" + one.vsn + "\" },\n";
  text += "]\n";
  for (const auto& [application, env] : release.file.env.items()) {
    text += "[env." + application + "]\n";
    for (const auto& [key, value] : env.items()) text += key + " = " + value.dump() + "\n";
  }
  write(directory / "release.toml", text);
  for (const auto& view : release.applications) {
    const auto& name = view.app.name;
    const auto lib = directory / "lib" / (name + "-" + view.app.vsn);
    write(lib / (name + ".app.toml"), toml(view.app));
    write(lib / (name + ".facts.json"), code::to_json(view.facts));
    write(lib / (name + ".so"), "");
    if (!view.appup.vsn.empty()) write(lib / (name + ".appup.toml"), toml(view.appup));
  }
}

}  // namespace patchbay::release::fixture
