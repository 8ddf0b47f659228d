#pragma once
// All that a plugin's author needs.
#include <patchbay/gen_event.hpp>
#include <patchbay/gen_server.hpp>
#include <patchbay/gen_statem.hpp>
#include <patchbay/log.hpp>
#include <patchbay/secret.hpp>
#include <patchbay/supervisor.hpp>
