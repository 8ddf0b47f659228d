#include "code/entry/run_entry.hpp"

#include <bit>
#include <cstddef>
#include <exception>

namespace patchbay::code {
namespace {

void append(void* context, const void* data, std::size_t size) {
  try {
    static_cast<std::string*>(context)->append(static_cast<const char*>(data), size);
  } catch (...) {  // no memory: the text is shorter; a sink never fails visibly
  }
}

outcome<const pb_plugin*> failed(const std::string& where, const std::string& how) {
  return error{"entry_failed", where + ": its entry " + PB_ENTRY_NAME + " " + how + "; mend the plugin"};
}

}  // namespace

outcome<const pb_plugin*> run_entry(const port::dylib& library, const pb_host& host, const std::string& where) {
  const auto entry = std::bit_cast<pb_entry>(library.find(PB_ENTRY_NAME));
  if (entry == nullptr) {
    return error{"missing_entry",
                 where + ": no symbol " + PB_ENTRY_NAME + "; generate the entry with patchbay_add_plugin()"};
  }
  std::string text;
  const pb_sink sink{&text, append};
  const pb_plugin* table = nullptr;
  // The SDK's entry throws nothing, but a plugin may write its own. What an exception says is copied here, while its code is mapped.
  try {
    table = entry(&host, &sink);
  } catch (const std::exception& thrown) {
    return failed(where, std::string("threw ") + thrown.what());
  } catch (...) {
    return failed(where, "threw something that is no std::exception");
  }
  if (table == nullptr) return failed(where, "refused: " + (text.empty() ? "it gave no reason" : text));
  if (table->struct_size < offsetof(pb_plugin, modules) + sizeof table->modules || table->abi_major != host.abi_major) {
    return error{"wrong_abi", where + ": its table is of Patchbay ABI " + std::to_string(table->abi_major) +
                                  ", this host speaks " + std::to_string(host.abi_major) +
                                  "; build it with this host's SDK"};
  }
  const auto missing = table->capabilities_required & ~host.capabilities;
  if (missing != 0) {
    return error{"wrong_abi", where + ": it needs capabilities that this host does not offer (bits " +
                                  std::to_string(missing) + "); take a newer host"};
  }
  return table;
}

}  // namespace patchbay::code
