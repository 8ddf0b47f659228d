#pragma once
// All that a plugin's author needs.
#include <patchbay/agent.hpp>
#include <patchbay/application.hpp>
#include <patchbay/async.hpp>
#include <patchbay/blocking.hpp>
#include <patchbay/gen_event.hpp>
#include <patchbay/gen_server.hpp>
#include <patchbay/gen_statem.hpp>
#include <patchbay/log.hpp>
#include <patchbay/pg.hpp>
#include <patchbay/registry.hpp>
#include <patchbay/request_ids.hpp>
#include <patchbay/secret.hpp>
#include <patchbay/supervisor.hpp>
#include <patchbay/task_supervisor.hpp>
