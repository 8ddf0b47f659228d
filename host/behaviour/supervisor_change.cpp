#include "behaviour/supervisor_change.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

#include "behaviour/supervisor_init.hpp"

namespace patchbay::behaviour {

supervisor_change::supervisor_change(const supervision& live)
    : flags_(live.flags_),
      args_json_(live.args_json_),
      before_(live.children_.in_order().begin(), live.children_.in_order().end()),
      template_(live.template_),
      children_(&live.children_) {}

std::string supervisor_change::prepare(const process::module& to) {
  auto asked = ask_module(to, args_json_);
  if (asked.failed.status == PB_E_IGNORE) {
    ignored_ = true;
    return {};
  }
  if (asked.failed.status != PB_OK) return "init: " + asked.failed.why.words();
  const sup_flags& next = asked.spec.flags;
  const bool was_simple = flags_.strategy == strategy_type::simple_one_for_one;
  const bool is_simple = next.strategy == strategy_type::simple_one_for_one;
  // Children with ids cannot lose them, nor the other way round, while they run.
  if (next.many() != flags_.many() || is_simple != was_simple || next.partitions != flags_.partitions) {
    return "init: {bad_flags,...}: a running supervisor cannot become simple_one_for_one, dynamic or partitioned, nor "
           "cease "
           "to be; give the new one another name";
  }
  flags_ = next;
  if (is_simple) template_ = asked.spec.children.front();
  merge(std::move(asked.spec.children));
  return {};
}

void supervisor_change::merge(std::vector<child_spec> specs) {
  if (flags_.many()) {
    for (const child& each : before_) {
      child_spec spec = template_ ? *template_ : each.spec;
      spec.args_json = each.spec.args_json;  // as start_child gave them
      children_.carry_over(each, std::move(spec));
    }
    return;
  }
  std::unordered_map<std::string_view, const child*> known;
  for (const child& each : before_) known.emplace(each.spec.id, &each);
  for (child_spec& spec : specs) {
    const auto found = known.find(spec.id);
    if (found == known.end()) {
      children_.add(std::move(spec));
      continue;
    }
    children_.carry_over(*found->second, std::move(spec));
    known.erase(found);
  }
  // Those that the new code does not know any more.
  for (const child& each : before_) {
    if (known.contains(each.spec.id)) children_.carry_over(each, each.spec);
  }
}

void supervisor_change::apply(supervision& live) noexcept {
  if (ignored_) return;
  std::swap(live.flags_, flags_);
  std::swap(live.template_, template_);
  std::swap(live.children_, children_);
  live.window_.change(live.flags_.intensity, live.flags_.period);
}

}  // namespace patchbay::behaviour
