#include "world/leftovers.hpp"

#include <algorithm>

namespace spof::world {
namespace {

Leftovers::OfDaemon count_daemon(const net::Network& network, const net::Daemon& daemon) {
  Leftovers::OfDaemon found;
  found.name = daemon.name();
  found.is_alive = daemon.is_alive();
  found.is_hung = daemon.is_hung();
  found.jobs = daemon.jobs();
  found.waits = daemon.open_waits();
  found.backlog = daemon.listener.waiting.size();
  found.accepted = static_cast<std::size_t>(daemon.listener.accepted);
  found.server_ends = network.open_ends(daemon, net::server_side);
  found.client_ends = network.open_ends(daemon, net::client_side);
  found.kept = daemon.kept_connections();
  return found;
}

}  // namespace

Leftovers count_leftovers(Site& site, const measure::Ledger& ledger) {
  Leftovers found;
  for (const net::Daemon* daemon : site.daemons())
    found.daemons.push_back(count_daemon(site.network(), *daemon));
  for (const stack::Clients* clients : site.clients()) found.in_flight += clients->in_progress();
  for (const stack::Component* one : site.all<stack::Component>())
    found.served += one->in_progress();
  found.served -= found.in_flight;
  found.connections = site.network().open_connections();
  found.frames = engine::FramePool::live;
  found.operations = site.kernel().activities().in_service();
  found.in_doubt = ledger.in_doubt();
  return found;
}

void keep_least(Leftovers& least, const Leftovers& now) {
  if (least.daemons.empty()) {
    least = now;
    return;
  }
  const auto keep = [](std::size_t& one, std::size_t other) { one = std::min(one, other); };
  for (std::size_t i = 0; i < now.daemons.size(); ++i) {
    Leftovers::OfDaemon& daemon = least.daemons[i];
    const bool fewer = now.daemons[i].waits < daemon.waits ||
                       now.daemons[i].client_ends < daemon.client_ends ||
                       now.daemons[i].server_ends < daemon.server_ends;
    if (fewer) daemon = now.daemons[i];  // as a whole: its figures must agree with each other
  }
  keep(least.in_flight, now.in_flight);
  keep(least.connections, now.connections);
  keep(least.frames, now.frames);
  keep(least.operations, now.operations);
  keep(least.in_doubt, now.in_doubt);
  keep(least.served, now.served);
}

}  // namespace spof::world
