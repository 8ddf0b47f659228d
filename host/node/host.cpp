#include "patchbay/host.hpp"

#include <utility>

#include "message/codec.hpp"
#include "node/node.hpp"
#include "port/text.hpp"
#include "scheduler/scheduler.hpp"

namespace patchbay {
namespace {

using node::json;

outcome<std::string> as_text(const outcome<json>& answer) {
  if (!answer) return answer.failure();
  return answer->dump(-1, ' ', false, json::error_handler_t::replace);
}

outcome<json> object_of(std::string_view text) {
  auto parsed = message::parse_json(text);
  if (parsed && !parsed->is_object()) return error{"bad_json", "`" + port::shortened(text) + "` is no JSON object"};
  return parsed;
}

}  // namespace

struct host::state {
  std::unique_ptr<node::node> running;
};
struct host::attachment::state {
  explicit state(scheduler::scheduler& owner) : thread(owner) {}
  scheduler::attached_thread thread;
};

host::attachment::attachment(std::unique_ptr<state> kept) : state_(std::move(kept)) {}
host::attachment::attachment(attachment&&) noexcept = default;
host::attachment::~attachment() = default;

host::host(std::unique_ptr<state> running) : state_(std::move(running)) {}
host::~host() = default;

outcome<std::unique_ptr<host>> host::start(const host_options& options) {
  auto running = node::node::start(options);
  if (!running) return running.failure();
  auto kept = std::make_unique<state>();
  kept->running = std::move(*running);
  return std::unique_ptr<host>(new host(std::move(kept)));
}

std::string host::release() const { return state_->running->releases().current()->id(); }
std::filesystem::path host::control_socket() const { return state_->running->data().socket(); }
bool host::allows_unsigned() const noexcept { return state_->running->allows_unsigned(); }

outcome<std::string> host::call(std::string_view name, std::string_view message, std::string_view args_json,
                                std::chrono::milliseconds timeout) {
  const auto args = message::parse_json(args_json);
  if (!args) return args.failure();
  return as_text(state_->running->messages().call(name, message, *args, timeout));
}

outcome<void> host::cast(std::string_view name, std::string_view message, std::string_view args_json) {
  const auto args = message::parse_json(args_json);
  if (!args) return args.failure();
  return state_->running->messages().cast(name, message, *args);
}

outcome<std::string> host::install(std::string_view release) {
  return control("install", json{{"release", release}}.dump());
}

outcome<std::string> host::control(std::string_view op, std::string_view fields_json, const progress& tell) {
  auto fields = object_of(fields_json);
  if (!fields) return fields.failure();
  const node::progress quiet = [](std::string_view, std::string_view) {};
  return as_text(state_->running->operations().run(op, *fields, tell ? tell : quiet));
}

host::attachment host::attach() {
  return attachment(std::make_unique<attachment::state>(state_->running->system().scheduler()));
}

void host::wait() { state_->running->stopping().wait(); }
bool host::wait_for(std::chrono::milliseconds limit) { return state_->running->stopping().wait_for(limit); }
void host::ask_to_stop() noexcept { state_->running->stopping().ask("asked by the program"); }
std::string host::stop_reason() const { return state_->running->stopping().why(); }
bool host::failed() const noexcept { return state_->running->stopping().failed(); }
void host::stop() { state_->running->stop(); }
void host::hurry_stop() noexcept { state_->running->hurry_stop(); }

}  // namespace patchbay
