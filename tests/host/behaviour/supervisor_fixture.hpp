#pragma once
// One supervisor over a real runtime.
#include <initializer_list>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "family.hpp"

namespace patchbay::test {

using nlohmann::json;
using process::reason;
using namespace std::chrono_literals;

inline constexpr auto brief = 10s;

class supervisor_test : public testing::Test {
 protected:
  pb_pid sup(std::initializer_list<json> children, const json& more = {}) {
    json args{{"children", json::array()}};
    for (const json& each : children) args["children"].push_back(each);
    if (more.is_object()) args.update(more);
    return host_.spawn("sup", args, "top");
  }
  std::string children_of(pb_pid supervisor) {
    const auto list = host_.control().which_children(supervisor, brief);
    return list ? names(*list) : list.failure().code;
  }
  pb_pid child(pb_pid supervisor, const std::string& id) {
    const auto list = host_.control().which_children(supervisor, brief);
    if (!list) return 0;
    for (const auto& each : *list) {
      if (each.id == id) return each.pid;
    }
    return 0;
  }
  bool gone(pb_pid pid) {
    return host_.eventually([&] { return !host_->alive(pid); });
  }
  void crash(pb_pid pid) { host_->exit(pid, reason::failure("boom")); }
  reason stop(pb_pid supervisor) {
    const reason shutdown = reason::shutdown();
    return host_->wait_for_end(supervisor, brief, &shutdown).value_or(reason::failure("still alive"));
  }

  family host_;
};

}  // namespace patchbay::test
