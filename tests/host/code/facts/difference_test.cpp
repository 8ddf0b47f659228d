#include <gtest/gtest.h>

#include <utility>

#include "code/facts/facts.hpp"
#include "sample_table.hpp"

namespace patchbay::code {
namespace {

struct change {
  const char* says;
  void (*make)(plugin_facts&);
};

void PrintTo(const change& of, std::ostream* out) { *out << of.says; }

class changed_facts : public ::testing::TestWithParam<change> {};

TEST_P(changed_facts, are_told_in_words) {
  const sample_table sample;
  const auto file = facts_of(sample.plugin, "00ff").value();
  auto table = file;
  EXPECT_EQ(first_difference(file, table), "");
  GetParam().make(table);
  EXPECT_EQ(first_difference(file, table), GetParam().says);
  EXPECT_NE(first_difference(table, file), "");
}

INSTANTIATE_TEST_SUITE_P(
    facts, changed_facts,
    ::testing::Values(
        change{"version 2.0.0 against 2.0.1", [](plugin_facts& f) { f.version = "2.0.1"; }},
        change{"abi_minor 0 against 1", [](plugin_facts& f) { f.abi_minor = 1; }},
        change{"capabilities_required 3 against 1", [](plugin_facts& f) { f.capabilities_required = 1; }},
        change{"build_id 00ff against nothing", [](plugin_facts& f) { f.build_id.clear(); }},
        change{"module counter_sup is only in the facts file", [](plugin_facts& f) { f.modules.pop_back(); }},
        change{"module other is only in the library", [](plugin_facts& f) { f.modules.emplace_back().name = "other"; }},
        change{"entries stand in another order", [](plugin_facts& f) { std::swap(f.modules[0], f.modules[1]); }},
        change{"module counter: behaviour gen_server against supervisor",
               [](plugin_facts& f) { f.modules[0].behaviour = PB_BEHAVIOUR_SUPERVISOR; }},
        change{R"(module counter: state schema {"struct":[["total","i64"]]} against "i64")",
               [](plugin_facts& f) { f.modules[0].state.schema = "\"i64\""; }},
        change{"module counter: status nothing against counter_status",
               [](plugin_facts& f) { f.modules[0].status.name = "counter_status"; }},
        change{"module counter: call counter/counter.bump reply layout x against nothing",
               [](plugin_facts& f) { f.modules[0].messages[0].reply.layout.clear(); }},
        change{"module counter: cast counter/counter.reset is only in the facts file",
               [](plugin_facts& f) { f.modules[0].messages[1].kind = PB_KIND_INFO; }},
        change{"module counter: entries stand in another order",
               [](plugin_facts& f) { std::swap(f.modules[0].messages[0], f.modules[0].messages[1]); }},
        change{"module counter: import call stash/stash.get is only in the facts file",
               [](plugin_facts& f) { f.modules[0].imports.clear(); }},
        change{"module counter: migration of version 1 down given against missing",
               [](plugin_facts& f) { f.modules[0].migrations[0].down = false; }}));

}  // namespace
}  // namespace patchbay::code
