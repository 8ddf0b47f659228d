#pragma once
// The console's connection to a host, and the commands that go over it.
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "line.hpp"
#include "node/control/client.hpp"
#include "node/control/data_directory.hpp"

namespace console {

using words = std::vector<std::string>;

struct settings {
  patchbay::node::data_directory data;
  std::string build_dir;  ///< of `r`; empty: none was named
  bool as_json = false;
  bool terminal = false;  ///< a person looks on: live views redraw themselves
};

/// One connection. Thread: one.
class session {
 public:
  /// Errors: no_host, io.
  static outcome<session> connect(settings chosen);

  /// One request; phases are printed as they come. After a lost connection the next one connects again.
  outcome<json> ask(std::string_view op, json fields = json::object());
  [[nodiscard]] const settings& how() const noexcept { return how_; }

 private:
  session(settings chosen, patchbay::node::control_client client)
      : how_(std::move(chosen)), client_(std::move(client)) {}
  settings how_;
  patchbay::node::control_client client_;
};

/// What a command answers: text for people, the value for --json.
struct shown {
  std::string text;
  json value;
};

enum class completes { nothing, process, message, module, application, command };

/// One command of the console.
struct command {
  std::string_view name;
  std::string_view usage;  ///< its arguments
  std::string_view about;
  std::size_t least = 0;  ///< arguments that it needs
  std::size_t most = 0;   ///< npos: any number
  std::vector<completes> arguments;
  std::function<outcome<shown>(session&, const words&)> run;
};
inline constexpr std::size_t any_number = static_cast<std::size_t>(-1);

/// All commands, in the order in which help lists them.
std::span<const command> commands();
const command* find_command(std::string_view name);

/// Runs one line. Empty lines and those that begin with # are nothing. Errors: bad_line, unknown_command with the nearest known one, and the host's.
outcome<shown> run_line(session& host, std::string_view line);

/// Candidates for the word that begins at `words.back()` (empty: the next word).
std::vector<std::string> complete(session& host, const words& line);

}  // namespace console
