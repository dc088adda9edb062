#include <fmt/format.h>

#include "world/checks/checks.hpp"

namespace spof::world {

void check_connections(const Leftovers& left, Wrong& wrong) {
  const auto say = [&wrong](bool is_so, const std::string& what) {
    wrong.add(is_so, "connections", what);
  };
  std::size_t owned = 0, forgotten = 0;
  for (const auto& one : left.daemons) {
    const bool is_database = one.name.starts_with("mysql");
    const bool keeps =
        is_database || one.name.starts_with("haproxy") || one.name.starts_with("nginx");
    say(one.server_ends != one.accepted, fmt::format("{}: counts {} accepted, {} are open",
                                                     one.name, one.accepted, one.server_ends));
    say(one.client_ends != one.kept,
        fmt::format("{}: {} open, keeps {}", one.name, one.client_ends, one.kept));
    say(!keeps && one.server_ends > 0, fmt::format("{}: {} left", one.name, one.server_ends));
    owned += one.client_ends;
    // A database waits for ever for clients that lost their power. [TCP-10]
    if (is_database) forgotten += one.server_ends;
  }
  say(left.connections > owned + forgotten,
      fmt::format("{} but {} are owned", left.connections, owned));
  say(left.in_doubt > 0, fmt::format("{} writes in doubt", left.in_doubt));
}

}  // namespace spof::world
