// relup test: code_change up and down over states, without a host.
#include <fstream>

#include "programs.hpp"

namespace patchbay::test {
namespace {

const std::string v1 = (releases / "sequence-1.0.0").string();
const std::string v2 = (releases / "sequence-2.0.0").string();
const std::string plugin_v1 = v1 + "/lib/sequence-1.0.0/sequence.so";
const std::string plugin_v2 = v2 + "/lib/sequence-2.0.0/sequence.so";

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

TEST(rehearsal_test, two_releases_whose_states_go_up_and_come_down_again) {
  const auto ran = run(relup_program, {"test", v1, v2});
  EXPECT_EQ(ran.code, 0) << ran.errors << ran.output;
  EXPECT_NE(ran.output.find("sequence_server: 200 states, all went up and down"), std::string::npos) << ran.output;
}

TEST(rehearsal_test, two_plugins_as_json_and_as_many_states_as_asked_for) {
  const auto ran = run(relup_program, {"test", plugin_v1, plugin_v2, "--generate", "7", "--seed", "3", "--json"});
  EXPECT_EQ(ran.code, 0) << ran.errors;
  const json answer = json::parse(ran.output, nullptr, false);
  const std::string text = answer.dump();
  EXPECT_NE(text.find(R"("states":14)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("findings":[])"), std::string::npos) << text;
}

TEST(rehearsal_test, one_plugin_alone_tries_all_versions_that_it_knows) {
  const auto ran = run(relup_program, {"test", plugin_v2});
  EXPECT_EQ(ran.code, 0) << ran.errors << ran.output;
}

TEST(rehearsal_test, a_state_that_does_not_fit_is_reported_and_exits_with_1) {
  const scratch states;
  write(states.path / "sequence_server.json", R"({"no_such_field":1})");
  const auto ran =
      run(relup_program, {"test", plugin_v1, plugin_v2, "--generate", "0", "--states", states.path.string()});
  EXPECT_EQ(ran.code, 1) << ran.output;
  EXPECT_NE(ran.output.find("not a state of version 1"), std::string::npos) << ran.output << ran.errors;
}

TEST(rehearsal_test, states_of_nobody_and_what_is_no_state_are_refused_by_file) {
  const auto refusal = [](const std::string& name, const std::string& text, const std::string& from,
                          const std::string& to) {
    const scratch states;
    write(states.path / name, text);
    const auto ran =
        run(relup_program, {"test", from, to, "--generate", "0", "--states", states.path.string(), "--json"});
    EXPECT_EQ(ran.code, 1) << ran.output;
    const json answer = ran.answer();
    const std::string why = answer.is_object() ? answer["error"]["text"].get<std::string>() : "";
    EXPECT_NE(why.find((states.path / name).string()), std::string::npos) << ran.output;
    return answer.is_object() ? answer["error"]["code"].get<std::string>() + ": " + why : ran.output;
  };
  for (const auto& [from, to] : {std::pair(plugin_v1, plugin_v2), std::pair(v1, v2)}) {
    for (const char* name : {"sequence_server.json", "zzz.json"}) {
      EXPECT_TRUE(refusal(name, "{no JSON", from, to).starts_with("bad_json: "));
    }
    const auto unknown = refusal("zzz.json", "{}", from, to);
    EXPECT_TRUE(unknown.starts_with("undef_module: ")) << unknown;
    EXPECT_NE(unknown.find("sequence_server"), std::string::npos) << unknown;
    EXPECT_TRUE(refusal("sequence_server.json", R"({"pid":"<1>","module":"zzz","state":{}})", from, to)
                    .starts_with("undef_module: "));
    EXPECT_TRUE(refusal("any.json", R"({"pid":"<1>","module":"sequence_server"})", from, to).starts_with("no_state: "));
  }
}

TEST(rehearsal_test, negative_numbers_are_no_numbers_of_states) {
  EXPECT_EQ(run(relup_program, {"test", plugin_v1, plugin_v2, "--generate", "-1"}).code, 2);
  EXPECT_EQ(run(relup_program, {"test", plugin_v1, plugin_v2, "--generate", "18446744073709551615"}).code, 2);
  EXPECT_EQ(run(relup_program, {"test", plugin_v1, plugin_v2, "--seed", "-1"}).code, 2);
}

TEST(rehearsal_test, nothing_to_test_is_no_success) {
  const auto ran = run(relup_program, {"test", plugin_v1, plugin_v1});
  EXPECT_EQ(ran.code, 1);
  EXPECT_NE((ran.output + ran.errors).find("no code_change between"), std::string::npos) << ran.errors;
}

TEST(rehearsal_test, wrong_arguments_exit_with_2) { EXPECT_EQ(run(relup_program, {"test", "/nowhere"}).code, 2); }

}  // namespace
}  // namespace patchbay::test
