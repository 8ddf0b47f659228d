#include "editor.hpp"

#include <histedit.h>

#include <algorithm>
#include <cstdio>

namespace console {
namespace {

constexpr int kept_lines = 1000;

std::string common_beginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& each : words) {
    const auto [end, other] = std::mismatch(common.begin(), common.end(), each.begin(), each.end());
    common.erase(end, common.end());
  }
  return common;
}

}  // namespace

struct editor::parts {
  std::filesystem::path file;
  completer complete;
  std::string prompt;
  EditLine* line = nullptr;
  History* history = nullptr;

  static parts& of(EditLine* line) {
    void* self = nullptr;
    el_get(line, EL_CLIENTDATA, &self);
    return *static_cast<parts*>(self);
  }
  static char* show_prompt(EditLine* line) { return of(line).prompt.data(); }

  static unsigned char on_tab(EditLine* line, int) {
    const LineInfo* now = el_line(line);
    const std::string_view before(now->buffer, static_cast<std::size_t>(now->cursor - now->buffer));
    const auto found = of(line).complete(before);
    if (found.empty()) return CC_REFRESH_BEEP;
    const auto blank = before.find_last_of(" \t");
    const std::size_t typed = before.size() - (blank == std::string_view::npos ? 0 : blank + 1);
    std::string rest = common_beginning(found).substr(typed);
    if (found.size() == 1 && found.front().back() != '=') rest += ' ';
    if (!rest.empty()) {
      el_insertstr(line, rest.c_str());
      return CC_REFRESH;
    }
    std::fputc('\n', stdout);
    for (const std::string& each : found) std::printf("%s  ", each.c_str());
    std::fputc('\n', stdout);
    return CC_REDISPLAY;
  }
};

editor::editor(std::filesystem::path history_file, completer complete) : parts_(std::make_unique<parts>()) {
  parts_->file = std::move(history_file);
  parts_->complete = std::move(complete);
  parts_->line = el_init("patchbay", stdin, stdout, stderr);
  parts_->history = history_init();
  HistEvent event{};
  history(parts_->history, &event, H_SETSIZE, kept_lines);
  history(parts_->history, &event, H_SETUNIQUE, 1);
  history(parts_->history, &event, H_LOAD, parts_->file.c_str());
  el_set(parts_->line, EL_CLIENTDATA, static_cast<void*>(parts_.get()));
  el_set(parts_->line, EL_PROMPT, &parts::show_prompt);
  el_set(parts_->line, EL_EDITOR, "emacs");
  el_set(parts_->line, EL_SIGNAL, 1);
  el_set(parts_->line, EL_HIST, history, parts_->history);
  el_set(parts_->line, EL_ADDFN, "patchbay-complete", "Complete the word", &parts::on_tab);
  el_set(parts_->line, EL_BIND, "^I", "patchbay-complete", nullptr);
  el_source(parts_->line, nullptr);
}

editor::~editor() {
  HistEvent event{};
  history(parts_->history, &event, H_SAVE, parts_->file.c_str());
  history_end(parts_->history);
  el_end(parts_->line);
}

std::optional<std::string> editor::read(const std::string& prompt) {
  parts_->prompt = prompt;
  int length = 0;
  const char* got = el_gets(parts_->line, &length);
  if (got == nullptr || length <= 0) return std::nullopt;
  std::string line(got, static_cast<std::size_t>(length));
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  if (line.find_first_not_of(" \t") != std::string::npos) {
    HistEvent event{};
    history(parts_->history, &event, H_ENTER, line.c_str());
  }
  return line;
}

}  // namespace console
