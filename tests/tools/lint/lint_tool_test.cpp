// patchbay-lint as a build system or an author runs it: exit codes, lines, JSON, help.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/port/temporary_directory.hpp"
#include "port/child.hpp"

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

struct ran {
  int code = -1;
  std::string output;
  std::string errors;
  [[nodiscard]] json report() const { return json::parse(output, nullptr, false); }
};

ran lint(const std::vector<std::string>& arguments) {
  const auto result = patchbay::port::run_child(LINT_PROGRAM, arguments, std::chrono::seconds(30));
  EXPECT_TRUE(result.ok()) << result.failure().text;
  if (!result.ok()) return {};
  EXPECT_EQ(result->end.how, patchbay::port::child_end::kind::exited) << result->end.words();
  return {result->end.code, result->output, result->errors};
}

std::string library(const std::string& name) { return (fs::path(CASES_DIR) / (name + ".so")).string(); }

TEST(lint_tool, a_clean_plugin_is_0_and_silence) {
  const auto plain = lint({library("good")});
  EXPECT_EQ(plain.code, 0);
  EXPECT_EQ(plain.output + plain.errors, "");
  const auto as_json = lint({library("good"), "--json"});
  EXPECT_EQ(as_json.code, 0);
  EXPECT_EQ(as_json.report(), json({{"library", library("good")}, {"findings", json::array()}}));
}

TEST(lint_tool, findings_are_1_and_a_line_each) {
  const auto plain = lint({library("global")});
  EXPECT_EQ(plain.code, 1);
  EXPECT_EQ(plain.errors, "");
  EXPECT_NE(plain.output.find("writable_global orders::total: "), std::string::npos) << plain.output;

  const auto as_json = lint({"--json", library("global")});
  EXPECT_EQ(as_json.code, 1);
  const auto report = as_json.report();
  ASSERT_EQ(report["findings"].size(), 2U) << as_json.output;
  for (const auto& finding : report["findings"]) {
    EXPECT_EQ(finding["rule"], "writable_global");
    EXPECT_FALSE(finding["text"].get<std::string>().empty());
  }
  EXPECT_EQ(report["findings"][0]["symbol"], "orders::next()::calls");
  EXPECT_EQ(report["findings"][1]["symbol"], "orders::total");
  EXPECT_FALSE(report.contains("error"));
}

TEST(lint_tool, an_app_file_may_declare_globals) {
  const patchbay::port::temporary_directory folder;
  const auto app = folder.path() / "sample.app.toml";
  const auto with = [&](const std::string& globals) {
    std::ofstream(app) << "vsn = \"1.0.0\"\nmodules = [\"sample\"]\nglobals = [" << globals << "]\n";
    return lint({library("global"), "--app", app.string()});
  };
  const auto all = with("\"orders::total\", \"orders::next()::calls\"");
  EXPECT_EQ(all.code, 0) << all.output << all.errors;
  const auto one = with("\"orders::total\"");
  EXPECT_EQ(one.code, 1) << one.errors;
  EXPECT_EQ(one.output.find("orders::total"), std::string::npos) << one.output;
  EXPECT_NE(one.output.find("orders::next()::calls"), std::string::npos) << one.output;

  std::ofstream(app) << "vsn = \"9.9.9\"\nmodules = [\"sample\"]\n";
  const auto other = lint({library("global"), "--app", app.string()});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.errors.find("9.9.9"), std::string::npos) << other.errors;
}

TEST(lint_tool, a_needed_library_may_be_allowed) {
  const auto rules = [](const std::vector<std::string>& arguments) {
    std::vector<std::string> all;
    const auto found = lint(arguments);
    EXPECT_EQ(found.code, 1) << found.errors;
    const auto report = found.report();
    for (const auto& finding : report["findings"]) all.push_back(finding["rule"]);
    return all;
  };
  EXPECT_EQ(rules({"--json", library("runpath")}), (std::vector<std::string>{"needed", "runpath"}));
  EXPECT_EQ(rules({"--json", library("runpath"), "--allow-needed", "libbundled.so"}),
            std::vector<std::string>{"runpath"});
}

TEST(lint_tool, what_is_no_plugin_is_2) {
  const patchbay::port::temporary_directory folder;
  const auto text = (folder.path() / "text.so").string();
  std::ofstream(text) << "no library";
  for (const auto& file : {text, (folder.path() / "absent.so").string(), library("bad_note")}) {
    const auto plain = lint({file});
    EXPECT_EQ(plain.code, 2) << file;
    EXPECT_EQ(plain.output, "");
    EXPECT_NE(plain.errors.find(file), std::string::npos) << plain.errors;
    const auto as_json = lint({file, "--json"});
    EXPECT_EQ(as_json.code, 2) << file;
    EXPECT_EQ(as_json.errors, "");
    const auto report = as_json.report();
    EXPECT_EQ(report["library"], file);
    EXPECT_FALSE(report["error"]["code"].get<std::string>().empty());
    EXPECT_NE(report["error"]["text"].get<std::string>().find(file), std::string::npos) << as_json.output;
  }
}

TEST(lint_tool, wrong_usage_is_2_and_json_where_asked_for) {
  const auto nothing = lint({});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_NE(nothing.errors.find("library is required"), std::string::npos) << nothing.errors;
  EXPECT_NE(nothing.errors.find("--help"), std::string::npos) << nothing.errors;
  EXPECT_EQ(nothing.output, "");

  const auto unknown = lint({library("good"), "--jsn", "--json"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_EQ(unknown.errors, "");
  const auto error = unknown.report().value("error", json::object());
  EXPECT_EQ(error.value("code", ""), "usage") << unknown.output;
  EXPECT_NE(error.value("text", "").find("--jsn"), std::string::npos) << unknown.output;
}

TEST(lint_tool, help_names_options_and_exit_codes) {
  const auto help = lint({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* words : {"0 clean", "1 findings", "2 unusable", "--app", "--allow-needed", "--json", "--version"}) {
    EXPECT_NE(help.output.find(words), std::string::npos) << words;
  }
  const auto version = lint({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_NE(version.output.find('.'), std::string::npos) << version.output;
}

}  // namespace
