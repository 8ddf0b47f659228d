// Signed packages from end to end: relup makes them, a host without --allow-unsigned runs them and nothing else.
#include <fstream>

#include "node/control/client.hpp"
#include "programs.hpp"

namespace patchbay::test {
namespace {

struct packages_test : ::testing::Test {
  void SetUp() override {
    make_key("our");
    write(data.path / "patchbay.toml", "trusted_keys = [\"" + public_line("our") + "\"]\n");
    first = pack("sequence-1.0.0");
    second = pack("sequence-2.0.0");
    sign(first, "our");
    sign(second, "our");
  }
  static void write(const fs::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }
  [[nodiscard]] std::string at(const std::string& name) const { return (work.path / name).string(); }
  static std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static json done(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    const auto result = run(relup_program, arguments);
    EXPECT_EQ(result.code, 0) << arguments.front() << ": " << result.output << result.errors;
    return result.answer();
  }
  void make_key(const std::string& name) const {
    done({"keygen", "--no-password", "-s", at(name + ".key"), "-p", at(name + ".pub")});
  }
  [[nodiscard]] std::string public_line(const std::string& name) const {
    std::ifstream file(at(name + ".pub"));
    std::string comment;
    std::string line;
    std::getline(file, comment);
    std::getline(file, line);
    return line;
  }
  [[nodiscard]] std::string pack(const std::string& release) const {
    const std::string file = at(release + ".tar.zst");
    done({"pack", (releases / release).string(), "-o", file});
    return file;
  }
  void sign(const std::string& file, const std::string& key) const { done({"sign", file, "-s", at(key + ".key")}); }
  /// Of a start that must be refused: the error's text.
  [[nodiscard]] std::string refused_start(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), "start");
    arguments.insert(arguments.end(), {"--data", data.path.string()});
    const auto result = run(patchbay_program, arguments);
    EXPECT_EQ(result.code, 1) << result.output;
    EXPECT_EQ(result.output, "");
    return result.errors;
  }
  scratch data;
  scratch work;
  operator_at op{data.path};
  std::string first;
  std::string second;
};

TEST_F(packages_test, a_signed_release_runs_and_is_upgraded_without_allow_unsigned) {
  running_host host(data.path, {first}, false);
  EXPECT_NE(host.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host.ready_line();
  EXPECT_EQ(host.ready_line().find("[unsigned]"), std::string::npos) << host.ready_line();
  EXPECT_EQ(op.ask({"status"}).at("unsigned"), false);
  EXPECT_EQ(op.relup_ask({"unpack", second}).at("id"), "sequence-2.0.0");
  EXPECT_EQ(op.relup_ask({"unpack", second}).at("already"), true);
  static_cast<void>(op.relup_ask({"install", "2.0.0"}));
  EXPECT_EQ(op.status_of("sequence-2.0.0"), "current");
  EXPECT_TRUE(host.end(SIGTERM).clean());
  EXPECT_EQ(host.log().find("[unsigned]"), std::string::npos) << host.log();

  running_host again(data.path, {}, false);
  EXPECT_NE(again.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << again.ready_line();
}

TEST_F(packages_test, check_config_says_what_a_package_holds_without_starting_it) {
  const auto check = [this] {
    return run(patchbay_program, {"start", first, "--data", data.path.string(), "--check-config"});
  };
  const auto good = check();
  EXPECT_EQ(good.code, 0) << good.errors;
  EXPECT_NE(good.output.find("holds sequence-1.0.0"), std::string::npos) << good.output;
  EXPECT_FALSE(fs::exists(data.path / "releases"));
  make_key("their");
  sign(first, "their");
  const auto bad = check();
  EXPECT_EQ(bad.code, 1);
  EXPECT_NE(bad.errors.find("none of trusted_keys"), std::string::npos) << bad.errors;
}

TEST_F(packages_test, nothing_else_starts) {
  EXPECT_NE(refused_start({(releases / "sequence-1.0.0").string()}).find("relup sign"), std::string::npos);
  make_key("their");
  sign(first, "their");
  EXPECT_NE(refused_start({first}).find("none of trusted_keys"), std::string::npos);
  fs::remove(first + ".minisig");
  EXPECT_NE(refused_start({first}).find("is not signed"), std::string::npos);
  sign(first, "our");
  std::ofstream(first, std::ios::binary | std::ios::app) << "x";
  EXPECT_NE(refused_start({first}).find("is not what key"), std::string::npos);
}

TEST_F(packages_test, nothing_else_is_unpacked) {
  running_host host(data.path, {first}, false);
  const auto refusal = [&](const std::string& from) { return op.refusal({"unpack", from}, relup_program).at("code"); };
  EXPECT_EQ(refusal((releases / "sequence-2.0.0").string()), "unsigned");
  fs::rename(second + ".minisig", at("aside"));
  EXPECT_EQ(refusal(second), "unsigned");
  make_key("their");
  sign(second, "their");
  EXPECT_EQ(refusal(second), "untrusted");
  EXPECT_EQ(op.relup_ask({"which"}).size(), 1U) << "nothing half unpacked is visible";
  EXPECT_EQ(op.relup_ask({"unpack", second, "--signature", at("aside")}).at("id"), "sequence-2.0.0");
}

TEST_F(packages_test, a_key_that_is_no_longer_trusted_ends_its_releases_at_the_next_start) {
  EXPECT_TRUE(running_host(data.path, {first}, false).end(SIGTERM).clean());
  make_key("their");
  write(data.path / "patchbay.toml", "trusted_keys = [\"" + public_line("their") + "\"]\n");
  EXPECT_NE(refused_start().find("none of trusted_keys"), std::string::npos);
  write(data.path / "patchbay.toml", "trusted_keys = [\"RW\"]\n");
  EXPECT_NE(refused_start().find("is no public key"), std::string::npos);
}

TEST_F(packages_test, unpacked_files_that_changed_since_are_not_run) {
  EXPECT_TRUE(running_host(data.path, {first}, false).end(SIGTERM).clean());
  const fs::path unpacked = data.path / "releases" / "sequence-1.0.0" / "lib" / "sequence-1.0.0";
  std::ofstream(unpacked / "sequence.so", std::ios::binary | std::ios::app) << "x";
  EXPECT_NE(refused_start().find("sequence.so is not as it was packed"), std::string::npos);
}

TEST_F(packages_test, the_package_makes_changed_files_whole_again) {
  EXPECT_TRUE(running_host(data.path, {first}, false).end(SIGTERM).clean());
  std::ofstream(data.path / "releases" / "sequence-1.0.0" / "release.toml", std::ios::app) << "\n";
  EXPECT_NE(refused_start().find("is not as it was packed"), std::string::npos);
  running_host host(data.path, {first}, false);
  EXPECT_NE(host.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host.ready_line();
}

TEST_F(packages_test, another_signature_takes_the_place_of_the_former) {
  EXPECT_TRUE(running_host(data.path, {first}, false).end(SIGTERM).clean());
  make_key("next");
  sign(first, "next");
  write(data.path / "patchbay.toml", "trusted_keys = [\"" + public_line("next") + "\"]\n");
  EXPECT_NE(refused_start().find("none of trusted_keys"), std::string::npos);
  EXPECT_TRUE(running_host(data.path, {first}, false).end(SIGTERM).clean());
  running_host host(data.path, {}, false);
  EXPECT_NE(host.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host.ready_line();
}

TEST_F(packages_test, a_release_that_came_unsigned_needs_allow_unsigned_still) {
  {
    running_host host(data.path, {(releases / "sequence-1.0.0").string()});
    EXPECT_NE(host.ready_line().find("[unsigned]"), std::string::npos) << host.ready_line();
    EXPECT_TRUE(host.end(SIGTERM).clean());
    EXPECT_NE(refused_start().find("no signature vouches for sequence-1.0.0"), std::string::npos);
  }
  // The same files from a signed package bring the signature.
  {
    running_host host(data.path, {});
    EXPECT_EQ(op.relup_ask({"unpack", first}).at("already"), true);
    EXPECT_TRUE(host.end(SIGTERM).clean());
  }
  running_host host(data.path, {}, false);
  EXPECT_NE(host.ready_line().find("ready: sequence-1.0.0"), std::string::npos) << host.ready_line();
}

TEST_F(packages_test, what_was_built_anew_is_not_reloaded) {
  running_host host(data.path, {first}, false);
  auto client = node::control_client::connect(data.path / "control.sock");
  ASSERT_TRUE(client.ok()) << client.failure().text;
  const auto folder = releases / "sequence-1.0.0" / "lib" / "sequence-1.0.0";
  const auto refused = client->ask("reload", {{"application", "sequence"}, {"folder", folder.string()}});
  ASSERT_FALSE(refused.ok()) << *refused;
  EXPECT_EQ(refused.failure().code, "unsigned");
  EXPECT_NE(refused.failure().text.find("--allow-unsigned"), std::string::npos) << refused.failure().text;
  for (const char* no_path : {"", "lib"}) {
    EXPECT_EQ(client->ask("reload", {{"application", "sequence"}, {"folder", no_path}}).failure().code, "badarg");
  }
}

TEST_F(packages_test, a_secret_key_is_used_only_with_its_password) {
  const auto piped = [](const std::string& typed, const std::string& arguments) {
    return run("/bin/sh", {"-c", "printf '" + typed + "' | " + relup_program.string() + " " + arguments});
  };
  const std::string keys = " -s " + at("kept.key");
  const auto differ = piped("a secret\\nanother\\n", "keygen -p " + at("kept.pub") + keys);
  EXPECT_EQ(differ.code, 1);
  EXPECT_NE(differ.errors.find("the two passwords differ"), std::string::npos) << differ.errors;
  EXPECT_FALSE(fs::exists(at("kept.key")));
  EXPECT_EQ(piped("a secret\\na secret\\n", "keygen -p " + at("kept.pub") + keys).code, 0);
  const auto wrong = piped("a guess\\n", "sign " + first + keys);
  EXPECT_EQ(wrong.code, 1);
  EXPECT_NE(wrong.errors.find("password"), std::string::npos) << wrong.errors;
  EXPECT_EQ(piped("", "sign " + first + keys).code, 1);
  EXPECT_EQ(run(relup_program, {"verify", first, "-p", at("our.pub")}).code, 0)
      << "the former signature is there still";
  EXPECT_EQ(piped("a secret\\n", "sign " + first + keys).code, 0);
  EXPECT_EQ(run(relup_program, {"verify", first, "-p", at("kept.pub")}).code, 0);
}

TEST_F(packages_test, a_key_pair_is_new_as_a_whole_or_not_at_all) {
  const auto keygen = [](const std::string& secret, const std::string& open, bool force) {
    std::vector<std::string> arguments{"keygen", "--no-password", "-s", secret, "-p", open};
    if (force) arguments.emplace_back("--force");
    return run(relup_program, arguments);
  };
  EXPECT_EQ(keygen(at("k.key"), at("no/such/k.pub"), false).code, 1);
  EXPECT_FALSE(fs::exists(at("k.key")));
  const std::string secret = text_of(at("our.key"));
  EXPECT_EQ(keygen(at("our.key"), at("no/such/k.pub"), true).code, 1);
  fs::create_directory(at("folder"));
  EXPECT_EQ(keygen(at("our.key"), at("folder"), true).code, 1);
  EXPECT_EQ(keygen(at("folder"), at("our.pub"), true).code, 1);
  EXPECT_EQ(text_of(at("our.key")), secret);
  sign(first, "our");
  EXPECT_EQ(run(relup_program, {"verify", first, "-p", at("our.pub")}).code, 0) << "they are a pair still";

  fs::create_hard_link(at("our.key"), at("alias"));
  for (const std::string& other : {at("our.key"), at("./our.key"), at("folder/../our.key"), at("alias")}) {
    const auto refused = keygen(at("our.key"), other, true);
    EXPECT_EQ(refused.code, 1) << other;
    EXPECT_NE(refused.errors.find("name two files"), std::string::npos) << refused.errors;
  }
  EXPECT_EQ(keygen(at("one"), at("folder/../one"), false).code, 1) << "neither is there";
  EXPECT_EQ(text_of(at("our.key")), secret);
  EXPECT_EQ(keygen(at("our.key"), at("our.pub"), true).code, 0);
  EXPECT_NE(text_of(at("our.key")), secret);
}

TEST_F(packages_test, a_signature_replaces_neither_the_package_nor_the_key) {
  fs::create_directory(at("folder"));
  const std::string package = text_of(first);
  const std::string secret = text_of(at("our.key"));
  for (const std::string& to : {first, at("folder/../sequence-1.0.0.tar.zst"), at("our.key")}) {
    const auto refused = run(relup_program, {"sign", first, "-s", at("our.key"), "--signature", to});
    EXPECT_EQ(refused.code, 1) << to;
    EXPECT_NE(refused.errors.find("badarg"), std::string::npos) << refused.errors;
  }
  EXPECT_EQ(text_of(first), package);
  EXPECT_EQ(text_of(at("our.key")), secret);
}

TEST_F(packages_test, nothing_is_signed_that_could_not_be_verified) {
  const auto refused = [&](const std::string& file, std::vector<std::string> more) {
    more.insert(more.begin(), {"sign", file, "-s", at("our.key")});
    const auto ran = run(relup_program, more);
    EXPECT_EQ(ran.code, 1) << ran.output;
    EXPECT_NE(ran.errors.find("badarg"), std::string::npos) << ran.errors;
  };
  refused(first, {"--comment", "a\r"});
  refused(first, {"--comment", std::string(100'000, 'x')});
  const std::string odd = at("two\nlines");
  fs::copy_file(first, odd);
  refused(odd, {});
  EXPECT_FALSE(fs::exists(odd + ".minisig"));
  EXPECT_EQ(run(relup_program, {"sign", odd, "-s", at("our.key"), "--comment", "by hand"}).code, 0);
  EXPECT_EQ(run(relup_program, {"verify", odd, "-p", at("our.pub")}).code, 0);
}

TEST_F(packages_test, a_limit_on_the_size_of_files_is_told_and_leaves_nothing) {
  fs::create_directory(at("folder"));
  const auto ran = run("/bin/sh", {"-c", "ulimit -f 8; exec " + relup_program.string() + " pack " +
                                             (releases / "sequence-1.0.0").string() + " -o " + at("folder/p.tar.zst")});
  EXPECT_EQ(ran.code, 1) << ran.output;
  EXPECT_NE(ran.errors.find("File too large"), std::string::npos) << ran.errors;
  EXPECT_TRUE(fs::is_empty(at("folder")));
}

TEST_F(packages_test, a_plan_without_a_host_follows_the_data_directory_and_refuses_what_was_altered) {
  {
    running_host host(data.path, {first}, false);
    static_cast<void>(op.relup_ask({"unpack", second}));
    EXPECT_TRUE(host.end(SIGTERM).clean());
  }
  const fs::path moved = work.path / "moved";
  fs::rename(data.path, moved);
  const operator_at there{moved};
  const auto text = there.relup_ask({"plan", "2.0.0"})["text"].get<std::string>();
  EXPECT_NE(text.find("+delta: i64"), std::string::npos) << text;
  EXPECT_EQ(text.find("not checked"), std::string::npos) << text;

  write(moved / "patchbay.toml", "");
  const auto unknown = there.relup_ask({"plan", "2.0.0"})["text"].get<std::string>();
  EXPECT_NE(unknown.find("not checked: no key"), std::string::npos) << unknown;

  const fs::path unpacked = moved / "releases" / "sequence-2.0.0" / "lib" / "sequence-2.0.0";
  std::ofstream(unpacked / "sequence.app.toml", std::ios::app) << "# more\n";
  const auto refused = there.refusal({"plan", "2.0.0"}, relup_program);
  EXPECT_EQ(refused["code"], "altered") << refused;
  EXPECT_NE(refused["text"].get<std::string>().find("sequence.app.toml"), std::string::npos) << refused;
}

TEST_F(packages_test, relup_verifies_what_it_signed) {
  EXPECT_EQ(run(relup_program, {"verify", first, "-p", at("our.pub")}).code, 0);
  EXPECT_EQ(run(relup_program, {"verify", first, "--public-key", public_line("our")}).code, 0);
  make_key("their");
  EXPECT_EQ(run(relup_program, {"verify", first, "-p", at("their.pub")}).code, 1);
  EXPECT_EQ(run(relup_program, {"keygen", "--no-password", "-s", at("our.key"), "-p", at("our.pub")}).code, 1)
      << "a key is not written over";
  EXPECT_EQ(fs::status(at("our.key")).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace patchbay::test
