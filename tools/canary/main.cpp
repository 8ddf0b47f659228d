// patchbay-canary: carries the states of a running host to the next version and back before the host does. Started by a host, which speaks to it over its
// standard input (release/rehearse/canary_wire.hpp); of no use to anybody else.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "code/crash_report.hpp"
#include "limits.hpp"
#include "patchbay/version.hpp"
#include "port/fatal_signals.hpp"
#include "port/memory_file.hpp"
#include "port/message_socket.hpp"
#include "stage.hpp"

namespace {

using nlohmann::json;
using patchbay::error;
using patchbay::outcome;
using patchbay::port::descriptor;
using namespace patchbay::release;

void report_crash(const patchbay::port::fatal_signal& what) noexcept {
  patchbay::code::write_crash_report(what, "patchbay-canary", [] { return std::string("while it rehearsed a state"); });
}

/// What it has seen so far.
class rehearsal {
 public:
  rehearsal(descriptor host, patchbay::port::shared_memory page, std::unique_ptr<canary::stage> stage)
      : host_(std::move(host)), page_memory_(std::move(page)), stage_(std::move(stage)) {}

  /// False: a state did not come through; the host knows.
  outcome<bool> rehearse(descriptor file) {
    auto view = patchbay::port::memory_view::map(std::move(file));
    if (!view) return view.failure();
    for (std::string_view rest = view->bytes(); !rest.empty();) {
      const auto record = take_record(rest);
      if (!record) return record.failure();
      if (record->way >= stage_->trials().size()) return error{"bad_record", "a record names a way that is not there"};
      page().begun.store(++states_);
      const trial_result seen = stage_->trials()[record->way].run(
          record->state, [this](canary_step step) { page().step.store(static_cast<std::uint32_t>(step)); });
      if (!seen.way.empty()) {
        auto told = say({{"failed", {{"state", states_}, {"way", seen.way}, {"why", seen.why}}}});
        if (!told) return told.failure();
        return false;
      }
      new_bytes_ += seen.new_bytes;
      if (seen.uncompared) ++uncompared_;
    }
    auto told = say({{"done", ++files_}, {"new_bytes", new_bytes_}, {"uncompared", uncompared_}});
    if (!told) return told.failure();
    return true;
  }

  [[nodiscard]] const descriptor& host() const noexcept { return host_; }

 private:
  [[nodiscard]] canary_page& page() const noexcept { return *static_cast<canary_page*>(page_memory_.data()); }
  [[nodiscard]] outcome<void> say(const json& what) const {
    std::string text = what.dump(-1, ' ', false, json::error_handler_t::replace);
    if (text.size() > patchbay::port::max_socket_message) {
      json shorter = what;
      auto& why = shorter["failed"]["why"];
      why = why.get<std::string>().substr(0, patchbay::port::max_socket_message / 8) + "…";
      text = shorter.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return patchbay::port::send_message(host_, text);
  }

  descriptor host_;
  patchbay::port::shared_memory page_memory_;
  std::unique_ptr<canary::stage> stage_;
  std::uint64_t states_ = 0;
  std::uint64_t files_ = 0;
  std::uint64_t new_bytes_ = 0;
  std::uint64_t uncompared_ = 0;
};

outcome<rehearsal> begin(descriptor host) {
  auto first = patchbay::port::receive_message(host);
  if (!first) return first.failure();
  if (!*first || (*first)->bytes != canary_task_word || (*first)->files.size() != 2) {
    return error{"badarg", "its standard input is no host's socket; a host starts this program, nobody else"};
  }
  auto& files = (*first)->files;
  auto page = patchbay::port::shared_memory::open(std::move(files[0]), sizeof(canary_page));
  if (!page) return page.failure();
  const auto text = patchbay::port::memory_view::map(std::move(files[1]));
  if (!text) return text.failure();
  const auto task = read_task(text->bytes());
  if (!task) return task.failure();
  auto stage = canary::stage::set(*task);
  if (!stage) return stage.failure();
  canary::limit_memory(task->memory_bytes);
  return rehearsal(std::move(host), std::move(*page), std::move(*stage));
}

outcome<void> run() {
  auto all = begin(descriptor(STDIN_FILENO));
  if (!all) return all.failure();
  for (;;) {
    auto next = patchbay::port::receive_message(all->host());
    if (!next) return next.failure();
    if (!*next) return {};
    if ((*next)->bytes != canary_states_word || (*next)->files.size() != 1)
      return error{"badarg", "an unknown message"};
    const auto good = all->rehearse(std::move((*next)->files.front()));
    if (!good) return good.failure();
    if (!*good) return {};
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Rehearses a running host's states; started by `relup install` and `relup check`", "patchbay-canary");
  app.set_version_flag("--version", std::string(patchbay::host_version));
  CLI11_PARSE(app, argc, argv);
  canary::step_back();
  patchbay::port::report_fatal_signals(report_crash);
  if (const auto done = run(); !done) {
    std::fprintf(stderr, "patchbay-canary: %s: %s\n", done.failure().code.c_str(), done.failure().text.c_str());
    return 1;
  }
  return 0;
}
