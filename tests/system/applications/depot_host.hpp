#pragma once
// A host in the test's own process that runs depot and keeps its log.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "patchbay/host.hpp"

namespace patchbay::test {

using nlohmann::json;
namespace fs = std::filesystem;

class depot_host {
 public:
  explicit depot_host(const std::string& env = {}) {
    std::string pattern = fs::temp_directory_path() / "patchbay-depot-XXXXXX";
    data_ = ::mkdtemp(pattern.data());
    auto started = try_start(env);
    EXPECT_TRUE(started.ok()) << started.failure().code << ": " << started.failure().text;
    if (started) host_ = std::move(*started);
  }
  depot_host(const depot_host&) = delete;
  depot_host& operator=(const depot_host&) = delete;
  ~depot_host() {
    host_.reset();
    std::error_code ignored;
    fs::remove_all(data_, ignored);
  }

  host* operator->() { return host_.get(); }
  outcome<std::unique_ptr<host>> try_start(const std::string& env) {
    return host::start({.release_dir = release("1.0.0"),
                        .data_dir = data_,
                        .libexec_dir = PATCHBAY_LIBEXEC,
                        .config_file = {},
                        .workers = 2,
                        .env_json = env,
                        .allow_unsigned = true,
                        .log = [this](log_level, std::string_view line) {
                          const std::lock_guard lock(mutex_);
                          log_.emplace_back(line);
                          logged_.notify_all();
                        }});
  }
  static std::string release(const std::string& vsn) {
    return (fs::path(PATCHBAY_RELEASES) / ("depot-" + vsn)).string();
  }
  /// The answer; where it failed its error code.
  json ask(const std::string& op, const json& fields = json::object()) {
    const auto answer = host_->control(op, fields.dump());
    return answer ? json::parse(*answer) : json(answer.failure().code);
  }
  json call(const std::string& message, const json& args = json::object()) {
    return ask("call", {{"name", "depot"}, {"message", message}, {"args", args}, {"timeout_ms", 60000}});
  }
  json env(const std::string& key) { return call("env", {{"key", key}}); }
  void unpack(const std::string& vsn) { ask("unpack", {{"directory", release(vsn)}}); }

  /// What the callback modules said, in order, without what the log puts before it. The log is written by a thread of its own: waits until
  /// there are so many, at most ten seconds.
  std::vector<std::string> said(std::size_t at_least = 0) {
    std::unique_lock lock(mutex_);
    logged_.wait_for(lock, std::chrono::seconds(10), [&] { return said_so_far().size() >= at_least; });
    return said_so_far();
  }
  /// Waits until this is the last that was said, at most ten seconds.
  bool says(const std::string& line) {
    std::unique_lock lock(mutex_);
    return logged_.wait_for(lock, std::chrono::seconds(10), [&] {
      const auto all = said_so_far();
      return !all.empty() && all.back() == line;
    });
  }
  /// Its directory is free afterwards.
  void stop() { host_.reset(); }

 private:
  std::vector<std::string> said_so_far() const {
    std::vector<std::string> all;
    for (const auto& line : log_) {
      for (const char* who : {"depot: ", "depot 1.0.0: ", "depot 2.0.0: ", "annex: "}) {
        const auto at = line.find(who);
        if (at == std::string::npos || line.find("application ") != std::string::npos) continue;
        auto text = line.substr(at);
        if (const auto mark = text.find(" [unsigned]"); mark != std::string::npos) text.resize(mark);
        all.push_back(text);
        break;
      }
    }
    return all;
  }

  fs::path data_;
  std::mutex mutex_;
  std::condition_variable logged_;
  std::vector<std::string> log_;
  std::unique_ptr<host> host_;
};

}  // namespace patchbay::test
