#include "appups.hpp"

#include <vector>

#include "port/files.hpp"
#include "release/plan/appup_draft.hpp"

namespace relup {
namespace {

namespace fs = std::filesystem;
namespace release = patchbay::release;
using patchbay::error;
using patchbay::outcome;

json to_json(const release::appup_draft& draft, const std::string& toml) {
  auto notes = json::array();
  for (const auto& note : draft.notes)
    notes.push_back({{"module", note.module}, {"to_do", note.to_do}, {"lines", note.lines}});
  return {{"application", draft.application}, {"vsn", draft.appup.vsn},    {"from", draft.appup.up.front().other},
          {"complete", draft.complete()},     {"notes", std::move(notes)}, {"toml", toml}};
}

outcome<void> write(const fs::path& file, const std::string& toml, bool force) {
  std::error_code failed;
  // A link that leads nowhere is there, too.
  if (!force && fs::symlink_status(file, failed).type() != fs::file_type::not_found)
    return error{"badarg", file.string() + " is there already; --force writes over it"};
  return patchbay::port::write_file_atomic(file, toml);
}

std::string written_in_words(const fs::path& file, const release::appup_draft& draft) {
  auto text = file.string() + ": the appup of " + draft.application + " " + draft.appup.vsn + ", up from and down to " +
              draft.appup.up.front().other;
  for (const auto& note : draft.notes) {
    if (note.to_do) text += "\nto do: " + note.lines.front();
  }
  return text;
}

}  // namespace

outcome<json> appups(const release::release_view& from, const release::release_view& to, const appup_request& asked) {
  const auto drafts = release::draft_appups(from, to, asked.application);
  if (!drafts) return drafts.failure();
  json answer{{"appups", json::array()}, {"text", ""}};
  std::string text;
  for (const auto& draft : *drafts) {
    const auto toml = release::to_toml(draft);
    answer["appups"].push_back(to_json(draft, toml));
    text += (text.empty() ? "" : "\n") + toml;
  }
  if (!asked.out.empty()) {
    if (drafts->size() > 1) {
      return error{"badarg", std::to_string(drafts->size()) +
                                 " applications change, and each has an appup of its own; "
                                 "name one with --application"};
    }
    if (auto done = write(asked.out, text, asked.force); !done) return done.failure();
    answer["file"] = asked.out.string();
    text = written_in_words(asked.out, drafts->front());
  }
  answer["text"] = text;
  return answer;
}

}  // namespace relup
