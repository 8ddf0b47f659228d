#include "node/control/command_line.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>

namespace patchbay::node {
namespace {

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

/// False: not all of it went out; errno says why.
bool print(std::FILE* out, const std::string& text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), out) == text.size();
  const bool ended = !text.empty() && text.back() == '\n' ? whole : std::fputc('\n', out) != EOF && whole;
  return std::fflush(out) == 0 && ended;
}

/// An answer that nobody could read is no success, whatever the host did.
int not_printed(const command_line& how, int why) {
  print(stderr, how.program + ": io: cannot write the answer to standard output: " +
                    std::generic_category().message(why) + "; what was asked for is done");
  return exit_refused;
}

}  // namespace

int show_error(const command_line& how, const error& failure) {
  if (!how.as_json ||
      !print(stdout, dump(json{{"error", {{"code", failure.code}, {"text", text_beside_code(failure)}}}}))) {
    print(stderr, how.program + ": " + failure.code + ": " + std::string(text_beside_code(failure)));
  }
  return failure.code == "no_host" ? exit_no_host : exit_refused;
}

int show_usage_error(command_line how, int argc, const char* const* argv, const std::string& text) {
  how.as_json = std::any_of(argv, argv + argc, [](std::string_view each) { return each == "--json"; });
  const bool unknown_command = argc > 1 && text == "A subcommand is required";
  const std::string what = unknown_command ? "there is no command `" + std::string(argv[1]) + "`" : text;
  if (how.as_json) {
    show_error(how, {"usage", what});
  } else {
    print(stderr, how.program + ": " + what + "\nRun with --help for more information.");
  }
  return exit_usage;
}

int show_result(const command_line& how, const json& result, const std::function<std::string(const json&)>& in_words) {
  const std::string text = how.as_json ? dump(result) : in_words(result);
  if (!text.empty() && !print(stdout, text)) return not_printed(how, errno);
  return exit_ok;
}

int ask_and_show(const command_line& how, std::string_view op, json fields, port::patience limit,
                 const std::function<std::string(const json&)>& in_words) {
  auto client = control_client::connect(how.data.socket(), limit);
  if (!client) return show_error(how, client.failure());
  const auto tell = [&](std::string_view phase, std::string_view text) {
    std::string line(phase);
    line.resize(std::max<std::size_t>(line.size() + 1, 10), ' ');
    print(how.as_json ? stderr : stdout, line.append(text));
  };
  const auto answer = client->ask(op, std::move(fields), tell, limit);
  return answer ? show_result(how, *answer, in_words) : show_error(how, answer.failure());
}

outcome<std::chrono::milliseconds> parse_duration(std::string_view text) {
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::uint64_t factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  if (failed != std::errc() || factor == 0 || number * factor > 3'600'000) {
    return error{"badarg", "`" + std::string(text) + "` is no time; write 500ms, 5s or 2m, at most 60m"};
  }
  return std::chrono::milliseconds(number * factor);
}

std::string check_duration(const std::string& text) {
  const auto parsed = parse_duration(text);
  return parsed ? std::string() : parsed.failure().text;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string plain(const json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  return dump(value);
}

}  // namespace patchbay::node
