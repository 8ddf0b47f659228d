// call, cast, send.
#include "commands.hpp"

namespace console {
namespace {

/// A reply on one line, as `patchbay call` prints it.
std::string reply_in_words(const json& reply) {
  return reply.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}
std::string nothing(const json&) { return {}; }

template <bool Answered>
outcome<shown> say(const char* op, session& host, const words& arguments) {
  auto given = fields(arguments, 2);
  if (!given) return given.failure();
  return show(host, op, {{"name", arguments[0]}, {"message", arguments[1]}, {"args", std::move(*given)}},
              Answered ? reply_in_words : nothing);
}

}  // namespace

void add_message_commands(std::vector<command>& to) {
  const std::vector<completes> arguments{completes::process, completes::message};
  to.push_back({"call", "NAME MESSAGE [FIELDS]", "call a server and print its reply", 2, any_number, arguments,
                [](session& host, const words& given) { return say<true>("call", host, given); }});
  to.push_back({"cast", "NAME MESSAGE [FIELDS]", "send a server a cast", 2, any_number, arguments,
                [](session& host, const words& given) { return say<false>("cast", host, given); }});
  to.push_back({"send", "NAME MESSAGE [FIELDS]", "send a process an info", 2, any_number, arguments,
                [](session& host, const words& given) { return say<false>("send", host, given); }});
}

}  // namespace console
