#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "code/code_server.hpp"
#include "code/entry/entry_host.hpp"

namespace patchbay::code {
namespace {

void append(void* context, const void* data, std::size_t size) {
  static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
}

class c_plugin : public ::testing::Test {
 protected:
  c_plugin() : directory_(std::filesystem::temp_directory_path() / ("patchbay-c-" + std::to_string(::getpid()))) {
    code_server_options options;
    options.generations_dir = directory_;
    options.libexec_dir = LIBEXEC_DIR;
    options.probe_timeout = std::chrono::seconds(30);
    server_ = std::make_unique<code_server>(options, types_, entry_host());
    const std::filesystem::path built = PLUGIN_DIR;
    auto loaded = server_->load({built / "c_counter.so",
                                 built / "c_counter.facts.json",
                                 "c_counter",
                                 "1.0.0",
                                 {"state_type", "add_type", "add_reply_type", "reset_type", "add", "reset"},
                                 {}});
    EXPECT_TRUE(loaded) << loaded.failure().code << ": " << loaded.failure().text;
    if (!loaded) return;
    generation_ = *loaded;
    server_->publish(*generation_);
    module_ = server_->find_module("c_counter", "c_counter");
  }
  ~c_plugin() override {
    server_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::filesystem::path directory_;
  message::type_registry types_;
  std::unique_ptr<code_server> server_;
  generation* generation_ = nullptr;
  process::module* module_ = nullptr;
};

TEST_F(c_plugin, answers_through_its_table) {
  ASSERT_NE(module_, nullptr);
  const pb_message* add = module_->by_name(PB_KIND_CALL, "add");
  ASSERT_NE(add, nullptr);
  EXPECT_EQ(add, module_->find(PB_KIND_CALL, types_.find("c_counter/c_counter.add")));
  std::int64_t total = -1;
  std::int64_t by = 20;
  std::int64_t reply = 0;
  std::string reason;
  const pb_sink reason_sink{&reason, append};
  pb_result result{};
  result.struct_size = sizeof result;
  result.reason_text = &reason_sink;
  ASSERT_EQ(module_->table().init(nullptr, &total, &result), PB_OK);
  ASSERT_EQ(add->handle(&total, &by, nullptr, &reply, &result), PB_OK);
  by = 22;
  ASSERT_EQ(add->handle(&total, &by, nullptr, &reply, &result), PB_OK);
  EXPECT_EQ(result.action, static_cast<std::uint32_t>(PB_ACTION_REPLY));
  EXPECT_EQ(reply, 42);
  by = INT64_MAX;
  EXPECT_EQ(add->handle(&total, &by, nullptr, &reply, &result), PB_E_EXCEPTION);
  EXPECT_EQ(reason, "overflow");
  EXPECT_EQ(total, 42);
}

TEST_F(c_plugin, packs_and_unpacks) {
  ASSERT_NE(module_, nullptr);
  const pb_type& state = *module_->table().state;
  EXPECT_EQ(state.host_layout_id, 0U);  // never by pointer
  std::string bytes;
  std::string error;
  const pb_sink out{&bytes, append};
  const pb_sink errors{&error, append};
  const std::int64_t total = -2;
  ASSERT_EQ(state.encode(&total, &out, &errors), PB_OK);
  EXPECT_EQ(bytes, std::string("\xfe\xff\xff\xff\xff\xff\xff\xff"));
  std::int64_t back = 0;
  ASSERT_EQ(state.decode({bytes.data(), bytes.size()}, &back, &errors), PB_OK);
  EXPECT_EQ(back, total);
  EXPECT_EQ(state.decode({bytes.data(), 7}, &back, &errors), PB_E_DECODE);
  EXPECT_EQ(error, "a number has 8 bytes");
}

TEST_F(c_plugin, is_unloaded_with_proof) {
  ASSERT_NE(generation_, nullptr);
  server_->retire(*generation_);
  const auto report = server_->purge(*generation_, {});
  EXPECT_TRUE(report.unmapped) << ::testing::PrintToString(report.pinned_by);
}

}  // namespace
}  // namespace patchbay::code
