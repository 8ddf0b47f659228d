#include "release/plan/message_rules.hpp"

#include <algorithm>
#include <optional>

#include "code/facts/words.hpp"
#include "release/plan/names.hpp"

namespace patchbay::release {
namespace {

using code::message_facts;
using code::module_facts;

std::string word(std::uint32_t kind) {
  const std::string_view known = code::kind_word(kind);
  return known.empty() ? "message" : std::string(known);
}

const message_facts* find(const module_facts& module, const message_facts& like) {
  const auto at = std::find_if(module.messages.begin(), module.messages.end(), [&](const message_facts& message) {
    return message.kind == like.kind && message.type.name == like.type.name;
  });
  return at == module.messages.end() ? nullptr : &*at;
}

// What a mailbox, a timer or an outstanding request may hold, or a gen_statem has postponed; exit, down and timeout have no type.
bool typed(const message_facts& message) { return !message.type.name.empty(); }

// `request +by: i64; reply i32 -> i64`, empty where both are equal.
std::string difference(const message_facts& from, const message_facts& to) {
  std::vector<std::string> parts;
  const auto request = schema_difference(from.type.schema, to.type.schema);
  if (!request.empty()) parts.push_back("request: " + join(request));
  const auto reply = schema_difference(from.reply.schema, to.reply.schema);
  if (!reply.empty()) parts.push_back("reply: " + join(reply));
  return parts.empty() ? std::string() : join(parts, "; ");
}

std::string fate(std::uint32_t kind) {
  if (kind == PB_KIND_CALL) return "queued ones are answered with undef_message";
  return "queued ones are dropped and counted";
}

// The modules of a release that take this message, in any form.
struct taker {
  const application_view* application;
  const message_facts* message;
};
std::vector<taker> takers(const release_view& release, const message_facts& import) {
  std::vector<taker> out;
  for (const auto& view : release.applications) {
    for (const auto& module : view.facts.modules) {
      if (const auto* message = find(module, import)) out.push_back({&view, message});
    }
  }
  return out;
}

// Refused, noted (a text), or fine (neither).
struct verdict {
  std::optional<error> refusal;
  std::string note;
};
verdict judge(const release_view& from, const release_view& to, const application_view& user,
              const module_facts& module, const message_facts& import) {
  const auto who = user.app.name + " " + user.app.vsn + ": " + module.name + ": imports " + word(import.kind) + " " +
                   import.type.name;
  const auto now = takers(to, import);
  for (const auto& one : now) {
    // The importer's copy is what will be sent, and the reply that it can read.
    const auto differences = difference(import, *one.message);
    if (differences.empty()) continue;
    const auto callee = one.application->app.name + " " + one.application->app.vsn;
    return {
        error{"import_changed", who + " in another form than " + callee + " takes (" + differences + "); build " +
                                    user.app.name + " against " + callee + " and put that version into the release"},
        {}};
  }
  if (!now.empty()) return {};
  const auto before = takers(from, import);
  if (before.empty()) return {std::nullopt, who + ", which no module of release " + to.id() + " takes"};
  const auto* last = before.front().application;
  const auto* next = to.find(last->app.name);
  return {error{"import_changed",
                who + ", which " + last->app.name + " " + last->app.vsn + " took and " +
                    (next == nullptr ? "no module of release " + to.id() : next->app.name + " " + next->app.vsn) +
                    " does not; keep the message, or change " + user.app.name + " first"},
          {}};
}

}  // namespace

std::vector<std::string> message_notes(const module_facts& from, const module_facts& to) {
  std::vector<std::string> notes;
  for (const auto& message : from.messages) {
    if (!typed(message)) continue;
    const auto name = std::string(word(message.kind)) + " " + message.type.name;
    const auto* other = find(to, message);
    if (other == nullptr) {
      notes.push_back(name + " is gone: " + fate(message.kind));
      continue;
    }
    const auto differences = difference(message, *other);
    if (!differences.empty()) notes.push_back(name + " changed (" + differences + "): " + fate(message.kind));
    if ((message.type.flags & PB_TYPE_LOCAL) != 0) notes.push_back(name + " holds code: " + fate(message.kind));
  }
  return notes;
}

outcome<std::vector<std::string>> check_imports(const release_view& from, const release_view& to) {
  std::vector<std::string> notes;
  for (const auto& user : to.applications) {
    for (const auto& module : user.facts.modules) {
      for (const auto& import : module.imports) {
        auto judged = judge(from, to, user, module, import);
        if (judged.refusal) return *judged.refusal;
        if (!judged.note.empty()) notes.push_back(judged.note);
      }
    }
  }
  return notes;
}

}  // namespace patchbay::release
