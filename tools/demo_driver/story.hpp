#pragma once
// The demo: a server upgraded and downgraded under load, a bad release refused, a crash survived, and every number accounted for.
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "judge.hpp"
#include "programs.hpp"

namespace demo {

struct story_options {
  places where;
  std::filesystem::path self;  ///< this program, for its client mode
  int seconds = 20;            ///< of load, over all acts
  int socket_clients = 3;
  int host_clients = 2;
  bool quiet = false;  ///< progress goes to standard error
};

/// One installation, as the host and as the clients saw it.
struct swap_seen {
  std::string name;  ///< `1.0.0 -> 2.0.0`
  bool done = false;
  std::int64_t servers_in_set = 0;
  std::int64_t servers_migrated = 0;
  std::int64_t pause_us = 0;  ///< the host's own measure
  std::int64_t total_us = 0;
  std::int64_t from_us = 0;  ///< of the steady clock
  std::int64_t to_us = 0;
  std::int64_t client_gap_us = 0;  ///< the longest gap of a client meanwhile
  bool unmapped = false;
  std::string holder;  ///< why not
};

struct ending {
  verdict numbers;
  std::vector<swap_seen> swaps;
  std::int64_t socket_calls = 0;
  std::int64_t host_calls = 0;
  std::int64_t first = 0;
  std::int64_t end = 0;             ///< one beyond the last number handed out
  std::int64_t gap_outside_us = 0;  ///< the longest gap of a client while nothing was installed
  std::string refusal;
  bool refused = false;
  bool restarted = false;
  std::vector<std::string> problems;  ///< empty: all went as promised
};

/// Runs it; the host and all clients are gone when it returns.
ending tell(const story_options& options);

}  // namespace demo
