#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "measure/ledger.hpp"
#include "world/site.hpp"

namespace spof::world {

/// What is still there when all requests have ended: what a test compares with a run in which
/// nothing broke, to see that no failure left anything behind.
struct Leftovers {
  struct OfDaemon {
    std::string name;
    bool is_alive = true;
    bool is_hung = false;
    std::size_t jobs = 0, waits = 0;  ///< coroutines that nobody awaits; waits they are in
    std::size_t backlog = 0;          ///< connections that its kernel holds for it
    std::size_t accepted = 0;         ///< as its listener counts them
    std::size_t server_ends = 0;      ///< accepted connections that are open
    std::size_t client_ends = 0;      ///< connections of its own that are open
    std::size_t kept = 0;             ///< of these those that it keeps on purpose
  };
  std::vector<OfDaemon> daemons;  ///< the stack's, then the clients
  std::size_t in_flight = 0;      ///< users' requests
  std::size_t connections = 0;
  std::size_t frames = 0;      ///< coroutines, awaited ones too
  std::size_t operations = 0;  ///< in SimGrid
  std::size_t in_doubt = 0;    ///< writes whose fate is open
  std::size_t served = 0;      ///< requests that HAProxy counts on its servers
};

/// As it is now.
Leftovers count_leftovers(Site& site, const measure::Ledger& ledger);
/// The least of both: what comes and goes, as health checks do, is no leftover.
void keep_least(Leftovers& least, const Leftovers& now);

}  // namespace spof::world
