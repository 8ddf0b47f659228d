#pragma once
// What every refusal has in common: it says what is wrong, where and what to do, and afterwards all is as before.
#include <string>
#include <string_view>
#include <vector>

#include "cli/programs.hpp"
#include "port/files.hpp"

namespace patchbay::test {

/// A copy of a built release that may be spoilt. What is to be changed must be there, or the test fails.
class spoilt_release {
 public:
  explicit spoilt_release(std::string id) : id_(std::move(id)) {
    fs::copy(releases / id_, path(), fs::copy_options::recursive);
  }

  [[nodiscard]] fs::path path() const { return scratch_.path / id_; }
  [[nodiscard]] fs::path lib(const std::string& application, const std::string& extension) const {
    return path() / "lib" / application / (application.substr(0, application.find('-')) + extension);
  }
  static std::string read(const fs::path& file) { return port::read_file(file).value(); }
  static void write(const fs::path& file, std::string_view bytes) {
    EXPECT_TRUE(port::write_file_atomic(file, bytes).ok());
  }
  static void replace(const fs::path& file, std::string_view from, std::string_view to) {
    auto bytes = read(file);
    const auto at = bytes.find(from);
    ASSERT_NE(at, std::string::npos) << from << " is not in " << file;
    write(file, bytes.replace(at, from.size(), to));
  }

 private:
  std::string id_;
  scratch scratch_;
};

/// A host on sequence-1.0.0 that has given out two numbers.
struct refusals : ::testing::Test {
  void start(std::vector<std::string> arguments = {(releases / "sequence-1.0.0").string()}) {
    host.emplace(op.data, std::move(arguments));
  }
  void start_counting() {
    start();
    EXPECT_EQ(next(), number++);
    EXPECT_EQ(next(), number++);
  }
  [[nodiscard]] json next() const { return op.ask({"call", "sequence", "next_number"}); }

  /// The text holds all of these: what, where, what to do.
  static void says(const json& refusal, std::string_view code, const std::vector<std::string>& parts) {
    EXPECT_EQ(refusal["code"], code) << refusal;
    for (const auto& part : parts)
      EXPECT_NE(refusal["text"].get<std::string>().find(part), std::string::npos) << part << " in " << refusal["text"];
  }

  /// 1.0.0 serves, its number is intact, and nothing else is loaded or current.
  void serves_as_before() {
    EXPECT_EQ(op.ask({"status"})["release"], "sequence-1.0.0");
    EXPECT_EQ(op.status_of("sequence-1.0.0"), "permanent");
    EXPECT_EQ(next(), number++);
    EXPECT_EQ(op.relup_ask({"purge"}), json::array()) << "no library of the refused release is left";
  }
  /// The same upgrade without the fault, and the way back.
  void upgrades() {
    if (op.status_of("sequence-2.0.0") != "unknown") static_cast<void>(op.relup_ask({"remove", "2.0.0"}));
    EXPECT_EQ(op.relup_ask({"unpack", (releases / "sequence-2.0.0").string()})["id"], "sequence-2.0.0");
    for (const auto& way : {std::vector<std::string>{"install", "2.0.0"}, std::vector<std::string>{"rollback"}}) {
      const auto report = op.relup_ask(way);
      ASSERT_TRUE(report.is_object()) << way.front();
      EXPECT_EQ(report["servers_in_set"], report["servers_migrated"]);
      EXPECT_EQ(report["purged"][0]["unmapped"], true) << report["purged"];
      EXPECT_EQ(next(), number++) << way.front();
    }
  }

  scratch data;
  operator_at op{data.path};
  std::optional<running_host> host;
  std::int64_t number = 100;
};

}  // namespace patchbay::test
