#include "scheduler/quarantine.hpp"

namespace patchbay::scheduler {

quarantine::quarantine(scheduler& owner, unit& held)
    : owner_(owner), held_(held), home_(*held.door.load(std::memory_order_seq_cst)), own_(owner.keep_gate()) {
  own_.close();
  held_.door.store(&own_, std::memory_order_seq_cst);
}

void quarantine::release() {
  held_.door.store(&home_, std::memory_order_seq_cst);
  for (unit* put_aside : own_.admit(gate::mode::open)) owner_.submit(*put_aside);
}

}  // namespace patchbay::scheduler
