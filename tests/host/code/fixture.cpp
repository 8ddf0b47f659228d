#include "fixture.hpp"

#include <stdlib.h>

#include "code/elf/elf_file.hpp"
#include "code/entry/entry_host.hpp"
#include "code/entry/run_entry.hpp"
#include "port/digest.hpp"
#include "port/dylib.hpp"
#include "port/files.hpp"
#include "port/memory.hpp"

namespace patchbay::code {
namespace {

/// What the table of every sample plugin says, read from the good one.
plugin_facts sample_facts() {
  const std::filesystem::path good = std::filesystem::path(CASES_DIR) / "good.so";
  auto library = port::dylib::open(good);
  EXPECT_TRUE(library) << library.failure().text;
  const auto table = run_entry(*library, entry_host(), good.string());
  EXPECT_TRUE(table) << table.failure().text;
  auto facts = facts_of(**table, "");
  EXPECT_TRUE(facts) << facts.failure().text;
  return std::move(facts.value());
}

}  // namespace

code_server_fixture::code_server_fixture() {
  std::string name = (std::filesystem::temp_directory_path() / "patchbay-code.XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  directory_ = name;
  restart(options());
}

code_server_fixture::~code_server_fixture() {
  server_.reset();
  EXPECT_TRUE(nothing_mapped());
  std::filesystem::remove_all(directory_);
}

code_server_options code_server_fixture::options() const {
  code_server_options chosen;
  chosen.generations_dir = generations_dir();
  chosen.libexec_dir = LIBEXEC_DIR;
  chosen.probe_timeout = std::chrono::seconds(30);
  return chosen;
}

void code_server_fixture::restart(code_server_options options) {
  server_.reset();
  server_ = std::make_unique<code_server>(std::move(options), types_, entry_host());
}

load_request code_server_fixture::request_file(const std::filesystem::path& library, const std::string& version) {
  load_request made;
  made.library = library;
  made.application = "sample";
  made.version = version;
  auto facts = sample_facts();
  facts.version = version;
  if (const auto file = elf_file::open(library)) {
    facts.build_id = file->build_id();
    facts.sha256 = port::sha256_hex(file->bytes());
  }
  made.facts = directory_ / ("facts" + std::to_string(++facts_made_) + ".json");
  EXPECT_TRUE(port::write_file_atomic(made.facts, to_json(facts)));
  return made;
}

load_request code_server_fixture::request(const std::string& name, const std::string& version) {
  return request_file(std::filesystem::path(CASES_DIR) / (name + ".so"), version);
}

generation* code_server_fixture::load(const std::string& name, const std::string& version) {
  auto loaded = server_->load(request(name, version));
  EXPECT_TRUE(loaded) << loaded.failure().code << ": " << loaded.failure().text;
  return loaded ? loaded.value() : nullptr;
}

bool code_server_fixture::nothing_mapped() const {
  const auto mappings = port::read_mappings();
  EXPECT_TRUE(mappings);
  for (const auto& each : *mappings) {
    if (each.name.starts_with(generations_dir().string())) return false;
  }
  return true;
}

std::vector<std::string> code_server_fixture::copies() const {
  std::vector<std::string> names;
  if (!std::filesystem::exists(generations_dir())) return names;
  for (const auto& each : std::filesystem::directory_iterator(generations_dir())) {
    if (each.path().filename() != "by-build-id") names.push_back(each.path().filename());
  }
  return names;
}

}  // namespace patchbay::code
