#pragma once
// Asking a supervisor's module what its children are.
#include <string>

#include "behaviour/child_spec.hpp"
#include "process/behaviour.hpp"
#include "process/module.hpp"

namespace patchbay::behaviour {

/// What init answered: the spec where `failed.status` is PB_OK.
struct asked_spec {
  process::init_outcome failed;
  sup_spec spec;
};

/// Runs the module's init, with a supervisor's own args. PB_E_IGNORE; PB_E_INIT with OTP's term, or what init said itself.
asked_spec ask_module(const process::module& code, const std::string& args_json);

}  // namespace patchbay::behaviour
