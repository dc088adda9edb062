#pragma once
#include <cstdint>
#include <string>

namespace spof::stack {

/// What one daemon wants of another.
enum class Purpose : std::uint8_t {
  door,      ///< clients: the site, where they were told that it is
  name,      ///< clients: a lookup, of a name server
  server,    ///< HAProxy: a server line, for requests and checks
  upstream,  ///< Nginx: an application server
  read,      ///< application: a database that may answer reads
  write,     ///< application: the database that commits
  source,    ///< replica: the database whose log it copies
  own,       ///< what a component's options tell of by themselves
};

/// Whom a daemon may connect to, as its own configuration says.
struct Wire {
  Purpose purpose{};
  std::string to;           ///< the daemon that listens there: "nginx@server1"; of an address that
                            ///< can move, whoever has it: "10.0.0.100:80"
  std::string host;         ///< where it runs: "server1"; or the address: "10.0.0.100"
  std::uint16_t port = 0;   ///< where it listens
  std::string label;        ///< of a server line: its name; of a scrape: what is asked about,
                            ///< "mysql@server1", "server1"; of a probe: "probe/" and its name
  int index = -1;           ///< of a server line: of its name in the run's table of servers
  bool to_replica = false;  ///< of a server line: its database begins as one
  bool reads = false, writes = false;  ///< of a line to a database: who asks for such by it
  /// A server line of mode tcp.
  bool leads_to_database() const { return purpose == Purpose::server && to.starts_with("mysql@"); }
};

}  // namespace spof::stack
