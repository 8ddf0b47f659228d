#include "release/swap/trial.hpp"

#include <malloc.h>

#include <utility>

#include "behaviour/supervisor_init.hpp"
#include "message/envelope.hpp"
#include "port/text.hpp"
#include "release/rehearse/differences.hpp"
#include "release/swap/migration.hpp"
#include "release/swap/private_copy.hpp"
#include "scheduler/thread_context.hpp"

namespace patchbay::release {
namespace {

std::uint64_t in_use() noexcept {
  const auto counted = ::mallinfo2();
  return counted.uordblks + counted.hblkhd;
}

std::string encoded(const pb_type& type, const void* object, std::string& into) {
  std::string text;
  const pb_sink error = message::string_sink(text);
  const pb_sink out = message::string_sink(into);
  const pb_status status = type.encode(object, &out, &error);
  return status == PB_OK ? std::string() : step_failed("encoding the state", status, text);
}

}  // namespace

outcome<trial> trial::make(route there, route back, const pb_args* new_config, const pb_args* old_config,
                           std::vector<std::string> lossy) {
  trial made;
  if (const pb_type* state = there.from->table().state; state != nullptr) {
    auto as = message::parse_schema(message::view(state->schema));
    if (!as) return as.failure();
    made.as_ = std::move(*as);
  }
  made.there_ = std::move(there);
  made.back_ = std::move(back);
  made.new_config_ = new_config;
  made.old_config_ = old_config;
  made.lossy_ = std::move(lossy);
  return made;
}

trial_result trial::supervise(std::string_view args_json) const {
  scheduler::thread_context& self = *scheduler::this_thread();
  self.pure = true;
  self.purity_violated = false;
  const auto asked = behaviour::ask_module(*there_.to, std::string(args_json));
  self.pure = false;
  trial_result result;
  if (self.purity_violated) {
    result.why =
        "init called the host for more than log and args (in_code_change), while its supervisor was being upgraded";
  } else if (asked.failed.status != PB_OK && asked.failed.status != PB_E_IGNORE) {
    result.why = "init: " + asked.failed.why.words();
  }
  if (!result.why.empty()) result.way = "init";
  return result;
}

trial_result trial::run(std::string_view bytes, const tell_step& tell) const {
  if (there_.how == route::way::supervisor) {
    tell(canary_step::init);
    return supervise(bytes);
  }
  const auto failed = [](const char* way, std::string why) {
    trial_result result;
    result.way = way;
    result.why = std::move(why);
    return result;
  };
  const char* const forth_word = there_.up ? "up" : "down";
  const char* const back_word = there_.up ? "down" : "up";
  const pb_type& old_type = *there_.from->table().state;

  tell(canary_step::reading);
  owned before(old_type);
  if (before.storage() == nullptr) return failed("state", "no memory for the state");
  std::string text;
  const pb_sink error = message::string_sink(text);
  if (const pb_status status = old_type.decode({bytes.data(), bytes.size()}, before.storage(), &error);
      status != PB_OK) {
    return failed("state", step_failed("decoding what the server's own code encoded", status, text));
  }
  before.fill();

  tell(canary_step::there);
  shadow changed;
  migration forth(there_, new_config_);
  if (std::string why = forth.read(before.storage()); !why.empty()) return failed(forth_word, std::move(why));
  const std::uint64_t taken = in_use();
  if (std::string why = forth.finish(changed); !why.empty()) return failed(forth_word, std::move(why));
  trial_result result;
  if (const std::uint64_t now = in_use(); now > taken) result.new_bytes = now - taken;

  tell(canary_step::back);
  shadow again;
  migration returning(back_, old_config_);
  if (std::string why = returning.read(changed.state()); !why.empty()) return failed(back_word, std::move(why));
  if (std::string why = returning.finish(again); !why.empty()) return failed(back_word, std::move(why));

  tell(canary_step::comparing);
  std::string after;
  if (std::string why = encoded(old_type, again.state(), after); !why.empty()) return failed(back_word, std::move(why));
  if (after == bytes) return result;
  const auto found = differences(*as_, bytes, after, lossy_);
  result.uncompared = !found;
  if (found && !found->empty()) {
    result.way = "round";
    result.why = "there and back it is another state: " + port::list_names(*found) +
                 "; mend code_change, or name what need not come back under `lossy` in the appup";
  }
  return result;
}

}  // namespace patchbay::release
