#include "stack/haproxy/backend.hpp"

#include <algorithm>

#include "stack/haproxy/haproxy.hpp"

namespace spof::stack {
namespace {

/// The section's own backend has the streams of the process.
std::string stream_name(const std::string& backend) {
  return backend.empty() ? "balance" : backend + "/balance";
}

}  // namespace

Backend::Backend(Haproxy& haproxy, std::string own_name, const BackendOptions& given)
    : name(std::move(own_name)),
      options(given),
      balancer(given, servers, haproxy.stream(stream_name(name).c_str())),
      haproxy_(haproxy),
      waiting_(
          haproxy.kernel().gauge(haproxy.name() + "/queue" + (name.empty() ? "" : " of ") + name)) {
  for (const auto& [unused, server] : given.servers) {
    servers.emplace_back().options = server;
    servers.back().written_weight = server.weight;
  }
}

Server* Backend::named_by(const Body& request) {
  if (!options.cookie || request.server < 0) return nullptr;
  const auto found = std::ranges::find(servers, request.server, &Server::index);
  return found != servers.end() && found->is_running() ? &*found : nullptr;
}

void Backend::restart() {
  queue.clear();
  for (Server& server : servers) {
    Server fresh;
    fresh.name = server.name;
    fresh.index = server.index;
    fresh.options = server.options;
    fresh.written_weight = server.written_weight;
    fresh.address = server.address;
    fresh.to_replica = server.to_replica;
    fresh.gauge = server.gauge;
    server = std::move(fresh);
  }
  balancer.restart();
}

}  // namespace spof::stack
