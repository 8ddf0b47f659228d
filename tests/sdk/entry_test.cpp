// The one exported symbol, called as a host calls it.
#include <gtest/gtest.h>

#include <patchbay/patchbay.hpp>
#include <patchbay/toolchain.hpp>

#include "fake_host.hpp"

namespace greeting {

bool contradicts_itself = false;

struct greet {
  using reply = std::string;
};
struct greeter {
  using calls = patchbay::messages<greet>;
  struct state {
    void serialize(auto&) {
      if (contradicts_itself) throw std::logic_error("a serialize that throws");
    }
  };
  static state init(const patchbay::args&) { return {}; }
  static std::string handle_call(const greet&, patchbay::from, const state&) { return "hello"; }
};
PATCHBAY_GEN_SERVER(greeter, 1)

struct greeter_sup {
  static patchbay::sup_spec init(const patchbay::args&) { return {.children = {{.id = "greeter"}}}; }
};
PATCHBAY_SUPERVISOR(greeter_sup)

}  // namespace greeting

namespace {

TEST(entry, refuses_other_hosts) {
  sdk_test::fake_host host;
  sdk_test::string_sink error;
  EXPECT_EQ(patchbay_plugin(nullptr, &error.sink), nullptr);
  host.abi_major = 99;
  error.text.clear();
  EXPECT_EQ(patchbay_plugin(&host, &error.sink), nullptr);
  EXPECT_EQ(error.text,
            "greeting 1.2.3 is built for ABI 1.0, the host offers 99.0; build the plugin with that host's SDK");
  host.abi_major = PB_ABI_MAJOR;
  host.struct_size = 8;
  EXPECT_EQ(patchbay_plugin(&host, &error.sink), nullptr);
}

// An exception ends in the entry; after it the same entry still works.
TEST(entry, catches_everything) {
  sdk_test::fake_host host;
  sdk_test::string_sink error;
  greeting::contradicts_itself = true;
  EXPECT_EQ(patchbay_plugin(&host, &error.sink), nullptr);
  EXPECT_EQ(error.text, "a serialize that throws");
  greeting::contradicts_itself = false;
  EXPECT_NE(patchbay_plugin(&host, &error.sink), nullptr);
}

TEST(entry, answers_with_the_table) {
  sdk_test::fake_host host;
  sdk_test::string_sink error;
  const auto* plugin = patchbay_plugin(&host, &error.sink);
  ASSERT_NE(plugin, nullptr) << error.text;
  EXPECT_EQ(plugin->struct_size, sizeof(pb_plugin));
  EXPECT_EQ(plugin->abi_major, PB_ABI_MAJOR);
  EXPECT_EQ(sdk_test::text_of(plugin->application), "greeting");
  EXPECT_EQ(sdk_test::text_of(plugin->version), "1.2.3");
  EXPECT_EQ(sdk_test::text_of(plugin->toolchain), PATCHBAY_TOOLCHAIN);
  EXPECT_EQ(plugin->capabilities_required, PB_CAP_GEN_SERVER | PB_CAP_SUPERVISOR);
  ASSERT_EQ(plugin->module_count, 2u);
  EXPECT_EQ(sdk_test::text_of(plugin->modules[0]->name), "greeter");
  EXPECT_EQ(sdk_test::text_of(plugin->modules[0]->messages[0]->type->name), "greeting/greeter.greet");
  EXPECT_EQ(sdk_test::text_of(plugin->modules[1]->name), "greeter_sup");
}

TEST(entry, toolchain_names_what_decides_over_memory) {
  const std::string toolchain = PATCHBAY_TOOLCHAIN;
  for (const char* part : {"compiler=", "glibcxx=", "cxx11_abi=", "debug=", "sanitizer="}) {
    EXPECT_NE(toolchain.find(part), std::string::npos) << part;
  }
}

}  // namespace
