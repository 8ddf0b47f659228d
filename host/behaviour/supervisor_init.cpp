#include "behaviour/supervisor_init.hpp"

#include <utility>

#include "behaviour/args.hpp"
#include "message/envelope.hpp"

namespace patchbay::behaviour {

using process::reason;

asked_spec ask_module(const process::module& code, const std::string& args_json) {
  const auto refuse = [](const error& why) {
    return asked_spec{{PB_E_INIT, reason::failure("{" + why.code + "," + why.text + "}"), false}, {}};
  };
  const auto args = args_table::parse(args_json);
  if (!args) return refuse(args.failure());
  const pb_module& table = code.table();
  if (table.supervisor_init == nullptr) return refuse({"undef", code.name() + ":init/1"});
  sup_builder builder(code.application());
  const pb_sup_builder handle = builder.handle();
  std::string text;
  const pb_sink sink = message::string_sink(text);
  const pb_status status = table.supervisor_init(args->handle(), &handle, &sink);
  if (status == PB_E_IGNORE) return {{PB_E_IGNORE, reason::normal(), true}, {}};
  if (status != PB_OK) {
    if (text.empty()) text = "init failed with status " + std::to_string(status);
    return {{PB_E_INIT, reason::failure(std::move(text)), false}, {}};
  }
  auto spec = builder.take();
  if (!spec) return refuse(spec.failure());
  return {{}, std::move(spec.value())};
}

}  // namespace patchbay::behaviour
