#pragma once
// A line editor for a person at a terminal: history, completion. Over libedit.
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace console {

/// Given the text before the cursor: what the last word may become.
using completer = std::function<std::vector<std::string>(std::string_view before)>;

/// One at a time per process, on the thread that made it.
class editor {
 public:
  /// History is read from that file, and kept there, at most 1,000 lines.
  editor(std::filesystem::path history_file, completer complete);
  ~editor();
  editor(const editor&) = delete;
  editor& operator=(const editor&) = delete;

  /// nullopt: the end of the input. Ctrl-C empties the line.
  std::optional<std::string> read(const std::string& prompt);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace console
