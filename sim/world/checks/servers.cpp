#include <fmt/format.h>

#include "stack/haproxy/haproxy.hpp"
#include "world/checks/checks.hpp"

namespace spof::world {

void check_assignment(const stack::Server& server, Wrong& wrong) {
  const bool maint = server.admin == stack::Server::Admin::maint;
  wrong.add(!server.up || maint, "servers",
            fmt::format("{} is {} and was given a request at {}", server.name,
                        maint ? "in maintenance" : "DOWN", engine::now()));
}

void watch_servers(Site& site, Wrong& wrong) {
  for (stack::Haproxy* one : site.all<stack::Haproxy>())
    one->assigned = [&wrong](const stack::Server& server) { check_assignment(server, wrong); };
}

}  // namespace spof::world
