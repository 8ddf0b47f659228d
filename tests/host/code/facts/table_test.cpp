#include <gtest/gtest.h>

#include "code/facts/facts.hpp"
#include "sample_table.hpp"

namespace patchbay::code {
namespace {

TEST(facts_of, holds_the_whole_table) {
  const sample_table sample;
  const auto facts = facts_of(sample.plugin, "abcd");
  ASSERT_TRUE(facts.ok()) << facts.failure().text;
  EXPECT_EQ(facts->application, "counter");
  EXPECT_EQ(facts->version, "2.0.0");
  EXPECT_EQ(facts->toolchain, "gcc-12 libstdc++");
  EXPECT_EQ(facts->build_id, "abcd");
  EXPECT_EQ(facts->capabilities_required, PB_CAP_GEN_SERVER | PB_CAP_SUPERVISOR);
  ASSERT_EQ(facts->modules.size(), 2U);
  const auto* server = facts->find("counter");
  ASSERT_NE(server, nullptr);
  EXPECT_EQ(facts->find("countr"), nullptr);
  EXPECT_EQ(server->state.schema, R"({"struct":[["total","i64"]]})");
  EXPECT_EQ(server->state.version, 2U);
  EXPECT_EQ(server->state.flags, PB_TYPE_TRANSPARENT);
  EXPECT_TRUE(server->status.name.empty());
  ASSERT_EQ(server->messages.size(), 3U);
  EXPECT_EQ(server->messages[0].reply.name, "counter/counter.bump.reply");
  EXPECT_EQ(server->messages[2].kind, static_cast<std::uint32_t>(PB_KIND_TIMEOUT));
  EXPECT_TRUE(server->messages[2].type.name.empty());
  ASSERT_EQ(server->imports.size(), 1U);
  EXPECT_EQ(server->imports[0].type.name, "stash/stash.get");
  ASSERT_EQ(server->migrations.size(), 1U);
  EXPECT_TRUE(server->migrations[0].up && server->migrations[0].down);
  EXPECT_EQ(server->migrations[0].old_state.version, 1U);
}

struct fault {
  const char* says;
  void (*spoil)(sample_table&);
};

void PrintTo(const fault& of, std::ostream* out) { *out << of.says; }

class spoilt_table : public ::testing::TestWithParam<fault> {};

TEST_P(spoilt_table, is_refused_with_module_and_field) {
  sample_table sample;
  GetParam().spoil(sample);
  const auto facts = facts_of(sample.plugin, "");
  ASSERT_FALSE(facts.ok());
  EXPECT_EQ(facts.failure().code, "bad_table");
  EXPECT_NE(facts.failure().text.find(GetParam().says), std::string::npos) << facts.failure().text;
}

constexpr pb_str nowhere = {nullptr, 5};
constexpr pb_str endless = {"x", SIZE_MAX};
constexpr pb_str binary = {"\xff\xfe", 2};
constexpr pb_str blank = {"a b", 3};

INSTANTIATE_TEST_SUITE_P(
    plugin, spoilt_table,
    ::testing::Values(
        fault{"plugin: struct_size: 0", [](sample_table& s) { s.plugin.struct_size = 0; }},
        fault{"plugin: struct_size: 4294967295", [](sample_table& s) { s.plugin.struct_size = UINT32_MAX; }},
        fault{"plugin: abi_major: 9", [](sample_table& s) { s.plugin.abi_major = 9; }},
        fault{"plugin: application: empty", [](sample_table& s) { s.plugin.application = {}; }},
        fault{"plugin: version: null", [](sample_table& s) { s.plugin.version = nowhere; }},
        fault{"plugin: version: \"a b\" holds blanks", [](sample_table& s) { s.plugin.version = blank; }},
        fault{"plugin: toolchain: 18446744073709551615 bytes", [](sample_table& s) { s.plugin.toolchain = endless; }},
        fault{"plugin: toolchain: not UTF-8", [](sample_table& s) { s.plugin.toolchain = binary; }},
        fault{"plugin: modules: null", [](sample_table& s) { s.plugin.modules = nullptr; }},
        fault{"plugin: modules: 4294967295 of them", [](sample_table& s) { s.plugin.module_count = UINT32_MAX; }},
        fault{"plugin: module_count: 0", [](sample_table& s) { s.plugin.module_count = 0; }},
        fault{"plugin: modules[1]: null", [](sample_table& s) { s.modules[1] = nullptr; }}));

INSTANTIATE_TEST_SUITE_P(
    module, spoilt_table,
    ::testing::Values(
        fault{"modules[0]: struct_size: 8", [](sample_table& s) { s.server.struct_size = 8; }},
        fault{"modules[0]: name: empty",
              [](sample_table& s) {
                s.server.name = {"", 0};
              }},
        fault{"module counter: name: two modules", [](sample_table& s) { s.supervisor.name = s.server.name; }},
        fault{"module counter: behaviour: 77", [](sample_table& s) { s.server.behaviour = 77; }},
        fault{"module counter: state: null", [](sample_table& s) { s.server.state = nullptr; }},
        fault{"module counter: init: null", [](sample_table& s) { s.server.init = nullptr; }},
        fault{"module counter: status: status and", [](sample_table& s) { s.server.status = &s.bump; }},
        fault{"counter_sup: supervisor_init: null", [](sample_table& s) { s.supervisor.supervisor_init = nullptr; }},
        fault{"counter_sup: state: a supervisor has none", [](sample_table& s) { s.supervisor.state = &s.state; }},
        fault{"counter_sup: messages: a supervisor", [](sample_table& s) { s.supervisor.message_count = 1; }},
        fault{"counter_sup: migrations: a supervisor", [](sample_table& s) { s.supervisor.migration_count = 1; }},
        fault{"counter: messages: 18446744073709551615", [](sample_table& s) { s.server.message_count = SIZE_MAX; }},
        fault{"counter: messages: null", [](sample_table& s) { s.server.messages = nullptr; }},
        fault{"counter: imports: null", [](sample_table& s) { s.server.imports = nullptr; }},
        fault{"counter: migrations: null", [](sample_table& s) { s.server.migrations = nullptr; }}));

pb_statem_callbacks statem_of(std::uint32_t size) {
  pb_statem_callbacks made{};
  made.struct_size = size;
  return made;
}

INSTANTIATE_TEST_SUITE_P(statem, spoilt_table,
                         ::testing::Values(fault{"counter: statem: null; a gen_statem needs one",
                                                 [](sample_table& s) { s.server.behaviour = PB_BEHAVIOUR_GEN_STATEM; }},
                                           fault{"counter: statem: struct_size: 8",
                                                 [](sample_table& s) {
                                                   static const pb_statem_callbacks small = statem_of(8);
                                                   s.server.behaviour = PB_BEHAVIOUR_GEN_STATEM;
                                                   s.server.statem = &small;
                                                 }},
                                           fault{"counter: statem.state_name: null",
                                                 [](sample_table& s) {
                                                   static const pb_statem_callbacks nameless =
                                                       statem_of(sizeof(pb_statem_callbacks));
                                                   s.server.behaviour = PB_BEHAVIOUR_GEN_STATEM;
                                                   s.server.statem = &nameless;
                                                 }},
                                           fault{"counter: statem.enter: null", [](sample_table& s) {
                                                   static const pb_statem_callbacks enterless = [] {
                                                     pb_statem_callbacks made = statem_of(sizeof(pb_statem_callbacks));
                                                     made.state_enter = 1;
                                                     made.state_name = [](const void*, const pb_sink*) {};
                                                     return made;
                                                   }();
                                                   s.server.behaviour = PB_BEHAVIOUR_GEN_STATEM;
                                                   s.server.statem = &enterless;
                                                 }}));

INSTANTIATE_TEST_SUITE_P(
    message, spoilt_table,
    ::testing::Values(
        fault{"counter: messages[1]: null", [](sample_table& s) { s.messages[1] = nullptr; }},
        fault{"messages[0]: struct_size", [](sample_table& s) { s.call.struct_size = 4; }},
        fault{"messages[0]: kind: 77", [](sample_table& s) { s.call.kind = 77; }},
        fault{"messages[1]: kind: internal is a gen_statem's", [](sample_table& s) { s.cast.kind = PB_KIND_INTERNAL; }},
        fault{"messages[0]: type: null; a call needs one", [](sample_table& s) { s.call.type = nullptr; }},
        fault{"messages[0]: reply: null; a call needs one", [](sample_table& s) { s.call.reply = nullptr; }},
        fault{"messages[1]: reply: a cast has none", [](sample_table& s) { s.cast.reply = &s.bump_reply; }},
        fault{"messages[2]: type: a timeout has none", [](sample_table& s) { s.timeout.type = &s.bump; }},
        fault{"messages[0]: handle: null", [](sample_table& s) { s.call.handle = nullptr; }},
        fault{"messages[1]: type: a second call counter/counter.bump",
              [](sample_table& s) { s.messages[1] = &s.call; }},
        fault{"imports[0]: null", [](sample_table& s) { s.imports[0] = nullptr; }},
        fault{"imports[0]: kind: timeout cannot be sent", [](sample_table& s) {
                s.import = {sizeof s.import, PB_KIND_TIMEOUT, nullptr, nullptr};
              }}));

INSTANTIATE_TEST_SUITE_P(
    migration, spoilt_table,
    ::testing::Values(fault{"migrations[0]: null", [](sample_table& s) { s.migrations[0] = nullptr; }},
                      fault{"migrations[0]: up: null, and so is down",
                            [](sample_table& s) { s.migration.up = s.migration.down = nullptr; }},
                      fault{"migrations[0]: old_state: null", [](sample_table& s) { s.migration.old_state = nullptr; }},
                      fault{"migrations[0]: version: 0, but its old_state is version 1",
                            [](sample_table& s) { s.migration.version = 0; }},
                      fault{"migrations[0]: version: 3 is not older",
                            [](sample_table& s) { s.migration.version = s.old_state.version = 3; }}));

INSTANTIATE_TEST_SUITE_P(
    type, spoilt_table,
    ::testing::Values(fault{"counter: state: struct_size", [](sample_table& s) { s.state.struct_size = 12; }},
                      fault{"counter.bump: layout: given, but the type is PB_TYPE_LOCAL",
                            [](sample_table& s) { s.bump.flags |= PB_TYPE_LOCAL; }},
                      fault{"counter: state: name: 256 bytes", [](sample_table& s) { s.state.name.size = 256; }},
                      fault{"state counter: flags", [](sample_table& s) { s.state.flags = 1u << 20; }},
                      fault{"state counter: size: 0", [](sample_table& s) { s.state.size = 0; }},
                      fault{"state counter: size: 9 is no multiple", [](sample_table& s) { s.state.size = 9; }},
                      fault{"state counter: align: 0", [](sample_table& s) { s.state.align = 0; }},
                      fault{"state counter: align: 12", [](sample_table& s) { s.state.align = 12; }},
                      fault{"state counter: align: 8192", [](sample_table& s) { s.state.align = 8192; }},
                      fault{"state counter: schema: schema: not JSON",
                            [](sample_table& s) { s.state.schema.size = 7; }},
                      fault{"state counter: schema_fp", [](sample_table& s) { s.state.schema_fp ^= 1; }},
                      fault{"state counter: layout_fp", [](sample_table& s) { s.state.layout_fp = 0; }},
                      fault{"state counter: layout: null", [](sample_table& s) { s.state.layout = nowhere; }},
                      fault{"state counter: encode: null", [](sample_table& s) { s.state.encode = nullptr; }},
                      fault{"state counter: decode: null", [](sample_table& s) { s.state.decode = nullptr; }},
                      fault{"state counter: move: null", [](sample_table& s) { s.state.move = nullptr; }},
                      fault{"state counter: destroy: null", [](sample_table& s) { s.state.destroy = nullptr; }},
                      fault{"state counter: copy: null", [](sample_table& s) { s.state.copy = nullptr; }},
                      fault{"state counter: copy: given", [](sample_table& s) { s.state.flags = PB_TYPE_MOVE_ONLY; }},
                      fault{"type counter/counter.bump: schema: {\"struct\":[]}, elsewhere",
                            [](sample_table& s) { s.stash.name = s.bump.name; }}));

}  // namespace
}  // namespace patchbay::code
