#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "code/facts/facts.hpp"
#include "code/facts/words.hpp"
#include "message/fingerprint.hpp"
#include "message/schema.hpp"
#include "message/text_bytes.hpp"

namespace patchbay::code {
namespace {

constexpr std::size_t max_name = 255;
constexpr std::size_t max_text = message::max_schema_bytes;
constexpr std::size_t max_items = 65536;
constexpr std::uint32_t max_struct = 65536;
constexpr std::uint32_t max_align = 4096;
constexpr std::uint32_t known_flags = PB_TYPE_TRANSPARENT | PB_TYPE_MOVE_ONLY | PB_TYPE_LOCAL;

bool needs_type(std::uint32_t kind) {
  return (kind >= PB_KIND_CALL && kind <= PB_KIND_RESPONSE) ||
         (kind >= PB_KIND_INTERNAL && kind <= PB_KIND_GENERIC_TIMEOUT);
}
/// Kinds that only a module's own process sends it.
bool own(std::uint32_t kind) { return kind == PB_KIND_CONTINUE || kind >= PB_KIND_INTERNAL; }
bool needs_reply(std::uint32_t kind) { return kind == PB_KIND_CALL || kind == PB_KIND_RESPONSE; }

// Reads nothing that a size or a null pointer does not vouch for. What a wild pointer does is found by the probe process, which reads
// the table first.
class table_reader {
 public:
  bool plugin(const pb_plugin& table, plugin_facts& out) {
    if (!sized(table, "plugin")) return false;
    if (table.abi_major != PB_ABI_MAJOR)
      return fail("plugin", "abi_major",
                  std::to_string(table.abi_major) + "; this host reads " + std::to_string(PB_ABI_MAJOR));
    out.abi_major = table.abi_major;
    out.abi_minor = table.abi_minor;
    out.capabilities_required = table.capabilities_required;
    if (!name(table.application, "plugin", "application", out.application) ||
        !name(table.version, "plugin", "version", out.version) ||
        !text(table.toolchain, "plugin", "toolchain", out.toolchain) ||
        !counted(table.modules, table.module_count, "plugin", "modules"))
      return false;
    if (table.module_count == 0) return fail("plugin", "module_count", "0; a plugin has at least one module");
    for (std::size_t i = 0; i < table.module_count; ++i) {
      const std::string where = "modules[" + std::to_string(i) + "]";
      if (table.modules[i] == nullptr) return fail("plugin", where, "null");
      if (!module(*table.modules[i], where, out.modules.emplace_back())) return false;
    }
    return true;
  }

  error failure;

 private:
  bool fail(const std::string& where, const std::string& field, const std::string& what) {
    failure = {"bad_table", where + ": " + field + ": " + what};
    return false;
  }

  template <class Struct>
  bool sized(const Struct& table, const std::string& where) {
    if (table.struct_size >= sizeof(Struct) && table.struct_size <= max_struct) return true;
    return fail(where, "struct_size",
                std::to_string(table.struct_size) + "; at least " + std::to_string(sizeof(Struct)) + " is expected");
  }

  bool counted(const void* items, std::size_t count, const std::string& where, const std::string& field) {
    if (count > max_items)
      return fail(where, field, std::to_string(count) + " of them; at most " + std::to_string(max_items));
    if (count != 0 && items == nullptr)
      return fail(where, field, "null, but " + std::to_string(count) + " are counted");
    return true;
  }

  bool text(pb_str from, const std::string& where, const std::string& field, std::string& out) {
    if (from.size > max_text)
      return fail(where, field, std::to_string(from.size) + " bytes; at most " + std::to_string(max_text));
    if (from.size != 0 && from.data == nullptr) return fail(where, field, "null, but its size is not 0");
    if (from.size != 0) out.assign(from.data, from.size);
    return message::is_utf8(out) || fail(where, field, "not UTF-8");
  }

  bool name(pb_str from, const std::string& where, const std::string& field, std::string& out) {
    if (from.size > max_name) return fail(where, field, std::to_string(from.size) + " bytes; a name has at most 255");
    if (!text(from, where, field, out)) return false;
    if (out.empty()) return fail(where, field, "empty");
    const bool plain =
        std::none_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
    return plain || fail(where, field, "\"" + out + "\" holds blanks or control characters");
  }

  bool module(const pb_module& table, const std::string& position, module_facts& out) {
    if (!sized(table, position) || !name(table.name, position, "name", out.name)) return false;
    const std::string where = "module " + out.name;
    if (!modules_.insert(out.name).second) return fail(where, "name", "two modules have it");
    out.behaviour = table.behaviour;
    if (behaviour_word(table.behaviour).empty())
      return fail(where, "behaviour", std::to_string(table.behaviour) + " is none that this host knows");
    return callbacks(table, where, out) && messages(table, where, out) && imports(table, where, out) &&
           migrations(table, where, out);
  }

  bool callbacks(const pb_module& table, const std::string& where, module_facts& out) {
    switch (table.behaviour) {
      case PB_BEHAVIOUR_GEN_SERVER:
        return server(table, where, out);
      case PB_BEHAVIOUR_GEN_STATEM:
        return server(table, where, out) && statem(table, where);
      case PB_BEHAVIOUR_GEN_EVENT:
        return event_handler(table, where, out);
      case PB_BEHAVIOUR_APPLICATION:
        return application(table, where);
      default:
        return supervisor(table, where);
    }
  }

  bool statem(const pb_module& table, const std::string& where) {
    if (table.statem == nullptr) return fail(where, "statem", "null; a gen_statem needs one");
    if (!sized(*table.statem, where + ": statem")) return false;
    const pb_statem_callbacks& callbacks = *table.statem;
    if (callbacks.state_name == nullptr) return fail(where, "statem.state_name", "null");
    const bool enters = callbacks.enter != nullptr && callbacks.forget != nullptr;
    return callbacks.state_enter == 0 || enters || fail(where, "statem.enter", "null, or forget is; state_enter is 1");
  }

  bool event_handler(const pb_module& table, const std::string& where, module_facts& out) {
    if (table.event == nullptr) return fail(where, "event", "null; a gen_event handler needs its callbacks");
    if (!sized(*table.event, where + ": event")) return false;
    if (table.event->init == nullptr) return fail(where, "event.init", "null; a gen_event handler needs one");
    for (std::size_t i = 0; i < table.message_count && table.messages != nullptr; ++i) {
      if (table.messages[i] == nullptr) continue;  // messages() says so
      const std::uint32_t kind = table.messages[i]->kind;
      if (kind == PB_KIND_CALL || kind == PB_KIND_CAST || kind == PB_KIND_INFO || kind == PB_KIND_RESPONSE ||
          kind == PB_KIND_EXIT || kind == PB_KIND_DOWN)
        continue;
      return fail(where, "messages[" + std::to_string(i) + "]",
                  "a gen_event handler takes events (cast), calls, infos, responses, exit and down, no " +
                      std::string(kind_word(kind)));
    }
    return stateful(table, where, out);
  }

  bool application(const pb_module& table, const std::string& where) {
    if (table.application == nullptr) return fail(where, "application", "null; its callbacks are needed");
    if (!sized(*table.application, where + ": application")) return false;
    if (table.application->start == nullptr) return fail(where, "application.start", "null; an application needs one");
    if (table.state != nullptr || table.status != nullptr) return fail(where, "state", "an application has none");
    if (table.message_count != 0) return fail(where, "messages", "an application takes none");
    return table.migration_count == 0 || fail(where, "migrations", "an application has none");
  }

  bool server(const pb_module& table, const std::string& where, module_facts& out) {
    if (table.init == nullptr)
      return fail(where, "init", "null; a " + std::string(behaviour_word(table.behaviour)) + " needs one");
    return stateful(table, where, out);
  }

  bool stateful(const pb_module& table, const std::string& where, module_facts& out) {
    if (table.state == nullptr)
      return fail(where, "state", "null; a " + std::string(behaviour_word(table.behaviour)) + " needs one");
    if (!type(*table.state, where + ": state", out.state)) return false;
    if ((out.state.flags & PB_TYPE_LOCAL) != 0)
      return fail(where, "state", "PB_TYPE_LOCAL; an upgrade could not carry it");
    if ((table.status == nullptr) != (table.format_status == nullptr))
      return fail(where, "status", "status and format_status are both given or both null");
    return table.status == nullptr || type(*table.status, where + ": status", out.status);
  }

  bool supervisor(const pb_module& table, const std::string& where) {
    if (table.supervisor_init == nullptr) return fail(where, "supervisor_init", "null; a supervisor needs one");
    if (table.state != nullptr || table.status != nullptr) return fail(where, "state", "a supervisor has none");
    if (table.message_count != 0) return fail(where, "messages", "a supervisor takes none");
    return table.migration_count == 0 || fail(where, "migrations", "a supervisor has none");
  }

  bool messages(const pb_module& table, const std::string& where, module_facts& out) {
    if (!counted(table.messages, table.message_count, where, "messages")) return false;
    std::set<std::pair<std::uint32_t, std::string>> seen;
    for (std::size_t i = 0; i < table.message_count; ++i) {
      const pb_message* from = table.messages[i];
      const std::string place = where + ": messages[" + std::to_string(i) + "]";
      if (from == nullptr) return fail(where, "messages[" + std::to_string(i) + "]", "null");
      if (!sized(*from, place) || !message(*from, place, out.messages.emplace_back())) return false;
      const auto& made = out.messages.back();
      if (made.kind >= PB_KIND_INTERNAL && table.behaviour != PB_BEHAVIOUR_GEN_STATEM)
        return fail(place, "kind", std::string(kind_word(made.kind)) + " is a gen_statem's");
      if (from->handle == nullptr) return fail(place, "handle", "null");
      if (!seen.emplace(made.kind, made.type.name).second)
        return fail(place, "type", "a second " + std::string(kind_word(made.kind)) + " " + made.type.name);
    }
    return true;
  }

  bool imports(const pb_module& table, const std::string& where, module_facts& out) {
    if (!counted(table.imports, table.import_count, where, "imports")) return false;
    std::set<std::pair<std::uint32_t, std::string>> seen;
    for (std::size_t i = 0; i < table.import_count; ++i) {
      const pb_import* from = table.imports[i];
      const std::string place = where + ": imports[" + std::to_string(i) + "]";
      if (from == nullptr) return fail(where, "imports[" + std::to_string(i) + "]", "null");
      if (!sized(*from, place) || !message(*from, place, out.imports.emplace_back())) return false;
      const auto& made = out.imports.back();
      if (!needs_type(made.kind) || own(made.kind))
        return fail(place, "kind", std::string(kind_word(made.kind)) + " cannot be sent to another module");
      if (!seen.emplace(made.kind, made.type.name).second)
        return fail(place, "type", "a second " + std::string(kind_word(made.kind)) + " " + made.type.name);
    }
    return true;
  }

  template <class From>
  bool message(const From& from, const std::string& where, message_facts& out) {
    out.kind = from.kind;
    const std::string word(kind_word(from.kind));
    if (word.empty()) return fail(where, "kind", std::to_string(from.kind) + " is none that this host knows");
    const std::string one = (word == "info" || word == "exit" ? "an " : "a ") + word;
    if (needs_type(from.kind) != (from.type != nullptr))
      return fail(where, "type", from.type == nullptr ? "null; " + one + " needs one" : one + " has none");
    if (needs_reply(from.kind) != (from.reply != nullptr))
      return fail(where, "reply", from.reply == nullptr ? "null; " + one + " needs one" : one + " has none");
    return (from.type == nullptr || type(*from.type, where + ": type", out.type)) &&
           (from.reply == nullptr || type(*from.reply, where + ": reply", out.reply));
  }

  bool migrations(const pb_module& table, const std::string& where, module_facts& out) {
    if (!counted(table.migrations, table.migration_count, where, "migrations")) return false;
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < table.migration_count; ++i) {
      const pb_migration* from = table.migrations[i];
      const std::string place = where + ": migrations[" + std::to_string(i) + "]";
      if (from == nullptr) return fail(where, "migrations[" + std::to_string(i) + "]", "null");
      if (!sized(*from, place)) return false;
      auto& made = out.migrations.emplace_back();
      made.version = from->version;
      made.up = from->up != nullptr;
      made.down = from->down != nullptr;
      if (!made.up && !made.down) return fail(place, "up", "null, and so is down");
      if (from->old_state == nullptr) return fail(place, "old_state", "null");
      if (!type(*from->old_state, place + ": old_state", made.old_state)) return false;
      if (made.version != made.old_state.version)
        return fail(
            place, "version",
            std::to_string(made.version) + ", but its old_state is version " + std::to_string(made.old_state.version));
      if (made.version >= out.state.version)
        return fail(
            place, "version",
            std::to_string(made.version) + " is not older than the state's " + std::to_string(out.state.version));
      if (!seen.insert(made.version).second)
        return fail(place, "version", "a second migration of version " + std::to_string(made.version));
    }
    return true;
  }

  bool type(const pb_type& from, const std::string& where, type_facts& out) {
    if (!sized(from, where) || !name(from.name, where, "name", out.name)) return false;
    const std::string place = where + " " + out.name;
    out.version = from.version;
    out.flags = from.flags;
    if ((from.flags & ~known_flags) != 0)
      return fail(place, "flags", std::to_string(from.flags) + " holds flags that this host does not know");
    if ((from.flags & PB_TYPE_LOCAL) != 0 && ((from.flags & PB_TYPE_TRANSPARENT) != 0 || from.layout.size != 0))
      return fail(place, "layout", "given, but the type is PB_TYPE_LOCAL, which never leaves its generation");
    if (from.size == 0) return fail(place, "size", "0; every type takes at least a byte");
    if (!std::has_single_bit(from.align) || from.align > max_align)
      return fail(place, "align", std::to_string(from.align) + "; a power of two up to 4096 is expected");
    if (from.size % from.align != 0)
      return fail(place, "size", std::to_string(from.size) + " is no multiple of align " + std::to_string(from.align));
    return texts(from, place, out) && functions(from, place) && same_as_before(place, out);
  }

  bool texts(const pb_type& from, const std::string& where, type_facts& out) {
    if (!text(from.schema, where, "schema", out.schema) || !text(from.layout, where, "layout", out.layout))
      return false;
    if (checked_.insert(out.schema).second) {
      const auto parsed = message::parse_schema(out.schema);
      if (!parsed) return fail(where, "schema", parsed.failure().text);
    }
    if (from.schema_fp != message::fnv1a_64(out.schema))
      return fail(where, "schema_fp", "not the FNV-1a 64 of the schema");
    if (from.layout_fp != (out.layout.empty() ? 0 : message::fnv1a_64(out.layout)))
      return fail(where, "layout_fp", "not the FNV-1a 64 of the layout");
    return true;
  }

  bool functions(const pb_type& from, const std::string& where) {
    const std::pair<const char*, bool> needed[] = {{"encode", from.encode != nullptr},
                                                   {"decode", from.decode != nullptr},
                                                   {"move", from.move != nullptr},
                                                   {"destroy", from.destroy != nullptr}};
    for (const auto& [field, given] : needed)
      if (!given) return fail(where, field, "null");
    const bool move_only = (from.flags & PB_TYPE_MOVE_ONLY) != 0;
    if (move_only == (from.copy == nullptr)) return true;
    return fail(where, "copy",
                move_only ? "given, but the type is PB_TYPE_MOVE_ONLY" : "null, but the type is not PB_TYPE_MOVE_ONLY");
  }

  // One plugin speaks of one shape by one name and version.
  bool same_as_before(const std::string& where, const type_facts& made) {
    const auto [it, first] = types_.try_emplace({made.name, made.version}, made.schema);
    return first || it->second == made.schema ||
           fail(where, "schema", made.schema + ", elsewhere in this plugin " + it->second);
  }

  std::set<std::string> modules_;
  std::set<std::string> checked_;
  std::map<std::pair<std::string, std::uint32_t>, std::string> types_;
};

}  // namespace

const module_facts* plugin_facts::find(std::string_view module) const {
  const auto it =
      std::find_if(modules.begin(), modules.end(), [&](const module_facts& each) { return each.name == module; });
  return it == modules.end() ? nullptr : &*it;
}

outcome<plugin_facts> facts_of(const pb_plugin& table, std::string build_id) {
  plugin_facts out;
  out.build_id = std::move(build_id);
  table_reader reader;
  if (!reader.plugin(table, out)) return std::move(reader.failure);
  return out;
}

}  // namespace patchbay::code
