#pragma once
// A host in the test's own process, on a data directory that goes with it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "patchbay/host.hpp"

namespace patchbay::test {

using nlohmann::json;
namespace fs = std::filesystem;

inline fs::path built_release(const std::string& id) { return fs::path(PATCHBAY_RELEASES) / id; }

class embedded_host {
 public:
  explicit embedded_host(const std::string& release) {
    std::string pattern = fs::temp_directory_path() / "patchbay-embedded-XXXXXX";
    data_ = ::mkdtemp(pattern.data());
    auto started = host::start({.release_dir = built_release(release),
                                .data_dir = data_,
                                .libexec_dir = PATCHBAY_LIBEXEC,
                                .config_file = {},
                                .workers = 2,
                                .allow_unsigned = true,
                                .log = [](log_level, std::string_view) {}});
    EXPECT_TRUE(started.ok()) << started.failure().code << ": " << started.failure().text;
    if (started) host_ = std::move(*started);
  }
  embedded_host(const embedded_host&) = delete;
  embedded_host& operator=(const embedded_host&) = delete;
  ~embedded_host() {
    host_.reset();
    std::error_code ignored;
    fs::remove_all(data_, ignored);
  }

  explicit operator bool() const { return host_ != nullptr; }
  host* operator->() { return host_.get(); }
  host& operator*() { return *host_; }
  [[nodiscard]] const fs::path& data() const { return data_; }

  /// The answer of an operation that must succeed; null, and the test failed, where it did not.
  json ask(std::string_view op, const json& fields = json::object(), const host::progress& tell = {}) {
    return parsed(op, host_->control(op, fields.dump(), tell));
  }
  json call(std::string_view name, std::string_view message, const json& args = json::object(),
            std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    return parsed(message, host_->call(name, message, args.dump(), limit));
  }
  void unpack(const std::string& id) { ask("unpack", {{"directory", built_release(id).string()}}); }

 private:
  static json parsed(std::string_view what, const outcome<std::string>& answer) {
    EXPECT_TRUE(answer.ok()) << what << ": " << answer.failure().code << ": " << answer.failure().text;
    return answer ? json::parse(*answer) : json();
  }

  fs::path data_;
  std::unique_ptr<host> host_;
};

}  // namespace patchbay::test
