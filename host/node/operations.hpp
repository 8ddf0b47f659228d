#pragma once
// The operations of host/node/control.md, by group.
namespace patchbay::node {

class dispatcher;
class node;

/// ping, status, stop, generations.
void add_host_operations(dispatcher& to, node& host);
/// call, cast, ps, tree, state.
void add_process_operations(dispatcher& to, node& host);
/// whereis, registered, messages, send, ties, start, stop_process.
void add_inspection_operations(dispatcher& to, node& host);
/// which, unpack, plan, check, install, permanent, rollback, remove, purge, reload.
void add_release_operations(dispatcher& to, node& host);

}  // namespace patchbay::node
