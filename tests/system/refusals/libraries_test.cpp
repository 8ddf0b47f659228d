// Plugins that are no plugins, or not the ones they say they are.
#include <fstream>

#include "code/elf/elf_file.hpp"
#include "port/digest.hpp"
#include "refusals.hpp"

namespace patchbay::test {
namespace {

struct bad_libraries : refusals {
  void SetUp() override { start_counting(); }

  /// Neither unpacked nor, where its files became so afterwards, planned, checked or installed.
  void refused(std::string_view code, std::vector<std::string> parts) {
    parts.push_back(wrong.lexically_relative(bad.path()).string());
    says(op.refusal({"unpack", bad.path().string()}, relup_program), code, parts);
    says(op.refusal({"plan", (releases / "sequence-1.0.0").string(), bad.path().string()}, relup_program), code, parts);
    EXPECT_EQ(op.status_of("sequence-2.0.0"), "unknown");

    EXPECT_EQ(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()})["id"], "sequence-2.0.0");
    const auto inside = data.path / "releases/sequence-2.0.0" / wrong.lexically_relative(bad.path());
    bad.write(inside, bad.read(wrong));
    for (const char* command : {"plan", "check", "install"}) {
      says(op.refusal({command, "2.0.0"}, relup_program), code, parts);
      EXPECT_EQ(op.status_of("sequence-2.0.0"), "unpacked");
      serves_as_before();
    }
    upgrades();
  }
  spoilt_release bad{"sequence-2.0.0"};
  fs::path library = bad.lib("sequence-2.0.0", ".so");
  fs::path wrong = library;  ///< the file that is spoilt
};

TEST_F(bad_libraries, no_elf_file) {
  bad.write(library, "#!/bin/sh\necho no library\n");
  refused("not_elf", {});
}

TEST_F(bad_libraries, truncated) {
  bad.write(library, bad.read(library).substr(0, fs::file_size(library) / 2));
  refused("truncated", {});
}

TEST_F(bad_libraries, of_another_abi_major) {
  bad.replace(library, "abi=1.", "abi=2.");
  refused("wrong_abi", {"2.0"});
}

TEST_F(bad_libraries, another_build_than_its_facts) {
  wrong = bad.lib("sequence-2.0.0", ".facts.json");
  bad.replace(wrong, R"("build_id": ")", R"("build_id": "00)");
  refused("facts_differ", {"build_id"});
}

// One bit in the middle of the code, behind which ELF, note, facts and lint are as they were.
TEST_F(bad_libraries, damaged_where_only_its_hash_shows_it) {
  auto bytes = bad.read(library);
  std::uint64_t code = 0;
  for (const auto& symbol : code::elf_file::open(library)->symbols()) {
    if (symbol.name == "patchbay_plugin") code = symbol.address;  // in the first pages, addresses are offsets
  }
  ASSERT_NE(code, 0U);
  ASSERT_LT(code, bytes.size());
  bytes[code] = static_cast<char>(bytes[code] ^ 1);
  bad.write(library, bytes);
  refused("damaged", {"sequence.facts.json", "sha256", "take both from one build"});
}

// The same version cannot mean two libraries, even in a release that is otherwise right.
TEST_F(bad_libraries, the_same_version_with_another_build_id) {
  const auto facts_file = bad.lib("load-1.0.0", ".facts.json");
  const auto id = json::parse(bad.read(facts_file))["build_id"].get<std::string>();
  std::string bytes;
  for (std::size_t n = 0; n < id.size(); n += 2) bytes += static_cast<char>(std::stoi(id.substr(n, 2), nullptr, 16));
  const auto other = (id.front() == '0' ? "1" : "0") + id.substr(1);
  const auto hash = json::parse(bad.read(facts_file))["sha256"].get<std::string>();
  bad.replace(facts_file, id, other);
  library = bad.lib("load-1.0.0", ".so");
  bad.replace(library, bytes, static_cast<char>(std::stoi(other.substr(0, 2), nullptr, 16)) + bytes.substr(1));
  bad.replace(facts_file, hash, port::sha256_hex(bad.read(library)));
  EXPECT_EQ(op.relup_ask({"unpack", bad.path().string()})["id"], "sequence-2.0.0");
  for (const char* command : {"plan", "check", "install"}) {
    says(op.refusal({command, "2.0.0"}, relup_program), "build_id_conflict", {"load 1.0.0", id, other});
    serves_as_before();
  }
  upgrades();
}

// What does not change is not loaded now, but the next start would load it from the new release.
TEST_F(bad_libraries, of_an_application_that_does_not_change) {
  wrong = bad.lib("load-1.0.0", ".so");
  bad.write(wrong, "#!/bin/sh\necho no library\n");
  refused("not_elf", {});
}

// What serves is a private copy: whoever overwrites a release's file under a running host harms only its next load.
TEST(overwritten_library, while_it_is_loaded_harms_nothing_that_runs) {
  scratch data;
  const operator_at op{data.path};
  const running_host host(data.path, {(releases / "sequence-1.0.0").string()});
  EXPECT_EQ(op.ask({"call", "sequence", "set_number", R"({"n":12})"}), 100);
  const fs::path library = data.path / "releases/sequence-1.0.0/lib/sequence-1.0.0/sequence.so";
  const auto good = spoilt_release::read(library);
  // In place, as cp does: the same inode.
  { std::ofstream(library, std::ios::binary | std::ios::trunc) << std::string(good.size(), '\xcc'); }

  EXPECT_EQ(op.ask({"call", "sequence", "factors"}), (json{2, 2, 3})) << "code that had not run before";
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 12);
  static_cast<void>(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()}));
  EXPECT_EQ(op.relup_ask({"plan", "2.0.0"})["plan"]["way_back"], false);
  refusals::says(json{{"code", ""}, {"text", op.relup_ask({"plan", "2.0.0"})["plan"]["way_back_refusal"]}}, "",
                 {library.string(), "not an ELF file"});
  static_cast<void>(op.relup_ask({"install", "2.0.0"}));
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 13);

  refusals::says(op.refusal({"rollback"}, relup_program), "not_elf", {library.string()});
  EXPECT_EQ(op.ask({"status"})["release"], "sequence-2.0.0");
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 14);

  spoilt_release::write(library, good);
  EXPECT_EQ(op.relup_ask({"rollback"})["to"], "sequence-1.0.0");
  EXPECT_EQ(op.ask({"call", "sequence", "next_number"}), 15);
}

}  // namespace
}  // namespace patchbay::test
