#pragma once
#include "fault/schedule.hpp"
#include "fault/switches.hpp"

namespace spof::fault {

/// A rule that somebody put into a host's packet filter; taken away at the repair. Rules that were
/// installed by hand before it come first, those of its firewall last. Without a peer it is for the
/// host's own conversations over lo, too. [FW-1]
struct FirewallRule : Targeted {
  static constexpr const char* kind = "firewall_rule";
  static constexpr const char* help =
      "a rule in a host's packet filter: drop is silence, reject and reset are refusals";
  static constexpr TargetKind target_kind = TargetKind::host;
  net::Verdict verdict = net::Verdict::drop;
  bool incoming = true;
  std::string peer;
  std::uint16_t port = 0;
  bool established = true;
  template <class Visitor>
  void fields(Visitor& visit) {
    target_and_schedule(visit, "host whose filter it is");
    visit(
        "verdict", verdict,
        {.help = "drop: silence; reject: an ICMP error, of which Linux sends one a second and six "
                 "at once; reset: a TCP reset",
         .source = "FW-1"});
    visit("incoming", incoming, {.help = "packets that come in; otherwise those that go out"});
    visit("peer", peer,
          {.help = "host at the other end", .otherwise = "every host, itself included"});
    visit("port", port,
          {.help = "port that they are sent to: 80 HAProxy, 8080 Nginx, 8000 application, 3306 "
                   "database, 53 name server; 0: every packet"});
    visit(
        "established", established,
        {.help = "applies to connections that stand already, too, as `iptables -I` or a table of "
                 "its own in nft; false: it stands behind the rule that lets those pass, as ufw's "
                 "do"});
  }
  void strike(Switches& site, Hold) const { host(site).install(rule(site)); }
  void repair(Switches& site, Hold) const { host(site).uninstall(rule(site)); }

 private:
  net::Host& host(Switches& site) const {
    return site.network().fabric().host(site.machine(target));
  }
  net::Rule rule(Switches& site) const {
    return {incoming, peer.empty() ? nullptr : &site.machine(peer), port, !established, verdict};
  }
};

}  // namespace spof::fault
