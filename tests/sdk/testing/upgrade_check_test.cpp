// down(up(s)) == s over drawn states; what does not come back is reported small, field by field.
#include <gtest/gtest.h>

#include <patchbay/testing.hpp>

PATCHBAY_TEST_MODULE(keeper);
PATCHBAY_TEST_MODULE(forgetful);
PATCHBAY_TEST_MODULE(refuser);
PATCHBAY_TEST_MODULE(ticker);

namespace {

using patchbay::rehearsal_options;
using patchbay::testing::failure;
using patchbay::testing::upgrade_check;

std::string complaint(patchbay::module_factory* module, const rehearsal_options& options = {}) {
  try {
    upgrade_check(module, options);
  } catch (const failure& why) {
    return why.what();
  }
  return {};
}

// README: upgrade_check
TEST(upgrade_check, what_goes_up_comes_down_again) {
  EXPECT_EQ(upgrade_check(patchbay_module_keeper), 200U);  // 100 old states and 100 new ones
}
// README end

TEST(upgrade_check, a_loss_is_shown_by_the_smallest_state_field_by_field) {
  const std::string said = complaint(patchbay_module_forgetful);
  EXPECT_NE(said.find("up from state version 1 and down again changes"), std::string::npos) << said;
  const bool total = said.find(R"({"names":[],"total":1001})") != std::string::npos &&
                     said.find("total: 1001 became 1000") != std::string::npos;
  const bool names = said.find(R"({"names":["","",""],"total":0})") != std::string::npos &&
                     said.find(R"(names: ["","",""] became ["",""])") != std::string::npos;
  EXPECT_TRUE(total || names) << said;
}

TEST(upgrade_check, a_lossy_field_may_differ_no_other) {
  EXPECT_NE(complaint(patchbay_module_forgetful, {.lossy = {"names"}}).find("total: 1001 became 1000"),
            std::string::npos);
  EXPECT_EQ(complaint(patchbay_module_forgetful, {.lossy = {"names", "total"}}), "");
}

TEST(upgrade_check, a_code_change_that_throws_is_shown_with_the_smallest_state) {
  const std::string said = complaint(patchbay_module_refuser);
  EXPECT_NE(said.find(R"(code_change up from state version 1 fails for {"total":-8})"), std::string::npos) << said;
  EXPECT_NE(said.find("no total below -7"), std::string::npos) << said;
}

TEST(upgrade_check, states_of_ones_own_are_tried_as_they_are) {
  const rehearsal_options own{.generate = 0, .states_json = {R"({"total":-9})", R"({"total":1})"}};
  const std::string said = complaint(patchbay_module_refuser, own);
  EXPECT_NE(said.find(R"(fails for {"total":-9})"), std::string::npos) << said;
  const rehearsal_options torn{.generate = 0, .states_json = {R"({"total":1})", "{"}};
  EXPECT_NE(complaint(patchbay_module_refuser, torn).find("state 2 of those given"), std::string::npos)
      << complaint(patchbay_module_refuser, torn);
  const rehearsal_options wrong{.generate = 0, .states_json = {R"({"totl":1})"}};
  EXPECT_NE(complaint(patchbay_module_refuser, wrong).find("did you mean"), std::string::npos)
      << complaint(patchbay_module_refuser, wrong);
}

TEST(upgrade_check, the_same_seed_draws_the_same_states) {
  const rehearsal_options seven{.seed = 7};
  EXPECT_EQ(complaint(patchbay_module_forgetful, seven), complaint(patchbay_module_forgetful, seven));
}

TEST(upgrade_check, a_module_without_code_change_is_no_success) {
  EXPECT_NE(complaint(patchbay_module_ticker).find("has no code_change"), std::string::npos);
}

}  // namespace
