#include "code/probe.hpp"

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>

#include "port/child.hpp"

namespace patchbay::code {
namespace {

/// Not to be guessed by a constructor that prints a verdict of its own and ends the process.
std::string make_nonce() {
  std::random_device source;
  std::string nonce;
  for (int i = 0; i < 4; ++i) nonce += std::to_string(source());
  return nonce;
}

/// The line that begins with the nonce, without it.
std::string_view verdict_of(std::string_view output, const std::string& nonce) {
  const auto at = output.rfind(nonce + " ");
  if (at == std::string_view::npos) return {};
  output.remove_prefix(at + nonce.size() + 1);
  return output.substr(0, output.find('\n'));
}

/// What the process said last, for the error's text.
std::string last_words(std::string errors) {
  while (!errors.empty() && errors.back() == '\n') errors.pop_back();
  constexpr std::size_t most = 400;
  if (errors.size() > most) errors = "…" + errors.substr(errors.size() - most);
  return errors.empty() ? "" : " (it said: " + errors + ")";
}

}  // namespace

outcome<void> probe(const std::filesystem::path& program, const std::filesystem::path& library,
                    std::chrono::milliseconds limit, const std::string& shown_as) {
  const std::string nonce = make_nonce();
  auto ran = port::run_child(program, {library.string(), "--nonce", nonce, "--shown-as", shown_as}, limit);
  if (!ran) {
    return error{ran.failure().code, ran.failure().text +
                                         "; helper programs are looked for in ../libexec/patchbay beside "
                                         "this program, or in host_options::libexec_dir"};
  }
  using kind = port::child_end::kind;
  const std::string where = shown_as + ": the probe process ";
  const auto& end = ran->end;
  if (end.how == kind::timed_out) {
    return error{"probe_timeout", where + "was " + end.words() + "; a static constructor or the entry does not end" +
                                      last_words(ran->errors)};
  }
  if (end.how == kind::signalled) {
    return error{"probe_crashed", where + "was " + end.words() + " while it loaded, asked or unloaded the library" +
                                      last_words(ran->errors)};
  }
  const auto line = verdict_of(ran->output, nonce);
  const auto verdict = nlohmann::json::parse(line, nullptr, false);
  const bool said = verdict.is_object() && verdict.contains("code") && verdict["code"].is_string();
  if (!said) {
    return error{"probe_failed",
                 where + end.words() +
                     " before its verdict; a static constructor, the entry or a destructor ends the process" +
                     last_words(ran->errors)};
  }
  const auto code = verdict["code"].get<std::string>();
  if (code == "ok" && end.clean()) return {};
  if (code == "ok")
    return error{"probe_failed", where + "unloaded the library and then " + end.words() + last_words(ran->errors)};
  return error{code, verdict.value("text", "the probe gave no reason")};
}

}  // namespace patchbay::code
