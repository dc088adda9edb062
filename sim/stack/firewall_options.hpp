#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"
#include "stack/service_options.hpp"

namespace spof::stack {

/// What becomes of who opens a connection. `limit`: ufw's, let in five times in 30 s. [FW-2]
enum class Ruling : std::uint8_t { allow, drop, reject, reset, limit };
constexpr auto names(Ruling) { return std::array{"allow", "drop", "reject", "reset", "limit"}; }
/// Without limits.
enum class Policy : std::uint8_t { allow, drop, reject, reset };
constexpr auto names(Policy) { return std::array{"allow", "drop", "reject", "reset"}; }

/// Rules that a host of the stack needs, as somebody writes them with ufw.
enum class Profile : std::uint8_t { ufw_web, ufw_database, ufw_balancer };
constexpr auto names(Profile) { return std::array{"ufw-web", "ufw-database", "ufw-balancer"}; }

/// A rule of a firewall. The first that fits decides.
struct FirewallRuleOptions {
  Ruling rule = Ruling::allow;
  std::string from, to;
  std::string service;
  Rate rate = 0;
  int burst = 5;
  int connections = 0;
  Policy above = Policy::drop;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("rule", rule,
          {.help = "drop: silence; reject: an ICMP error, of which Linux sends each address one a "
                   "second and six at once; reset: a TCP reset; limit: allowed, but rejected who "
                   "tried six times within 30 s, refused attempts included",
           .source = "FW-1, FW-2"});
    visit("from", from,
          {.help = "who opens the connection: a host; network: a neighbour; any",
           .otherwise = "any"});
    visit("to", to,
          {.help = "the rule is for connections that this host opens to: a host, network, any",
           .otherwise = "it is for those that come in"});
    visit("service", service,
          {.help = "a component, by its section (haproxy, nginx, app, mysql, dns; keepalived: its "
                   "adverts); http, https, ssh; or a port",
           .otherwise = "every port"});
    visit("rate", rate,
          {.help = "allow: connections of one address, as hashlimit counts them; 0: any number",
           .source = "FW-4",
           .min = 0});
    visit("burst", burst, {.help = "rate: so many at once", .source = "FW-4", .min = 1});
    visit("connections", connections,
          {.help = "allow: so many of one address at the same time, as connlimit counts them; 0: "
                   "any number",
           .source = "FW-4",
           .min = 0});
    visit("above", above, {.help = "what becomes of those above rate or connections"});
  }
  bool is_outgoing() const { return !to.empty(); }
  const std::string& peer() const { return to.empty() ? from : to; }
  friend bool operator==(const FirewallRuleOptions&, const FirewallRuleOptions&) = default;
};

/// A host's firewall, in the words of ufw and nftables, and what of its kernel bears on a SYN
/// flood. Established connections pass; what stays on the host passes by.
struct FirewallOptions {
  static constexpr const char* kind = "firewall";
  static constexpr const char* about = "who may connect to whom";
  /// It does not listen.
  static constexpr std::uint16_t port = 0;
  static std::unique_ptr<Component> build(Context& context, engine::Machine& machine,
                                          const FirewallOptions& options);
  Policy incoming = Policy::drop, outgoing = Policy::allow;
  std::vector<FirewallRuleOptions> rules;
  std::vector<Profile> profiles;
  int conntrack_max = 262144;
  Seconds time_wait = 120, syn_recv = 60, syn_sent = 120, close = 10;
  bool tcp_syncookies = true;
  int tcp_max_syn_backlog = 2048;
  ServiceOptions service;

  template <class Visitor>
  void fields(Visitor& visit) {
    visit("incoming", incoming,
          {.help = "what no rule says of who opens a connection to this host", .source = "FW-1"});
    visit("outgoing", outgoing,
          {.help = "what no rule says of connections that this host opens", .source = "FW-1"});
    visit("rules", rules, {.help = "the first that fits decides"});
    visit(
        "profiles", profiles,
        {.help = "further rules, behind those: ufw-web: nginx and the application for its network, "
                 "limit ssh; ufw-database: mysql for its network, limit ssh; ufw-balancer: haproxy "
                 "and https for any, adverts of its network, limit ssh"});
    visit("conntrack_max", conntrack_max,
          {.help = "entries of its table of connections; RAM / 16 KiB, at most 262144 "
                   "(nf_conntrack_max, net.netfilter.nf_conntrack_max)",
           .source = "FW-3",
           .min = 1});
    visit("time_wait", time_wait,
          {.help = "how long a closed connection keeps its entry", .source = "FW-3", .min = 0});
    visit("syn_recv", syn_recv,
          {.help = "how long a half open one does", .source = "FW-3", .min = 0});
    visit("syn_sent", syn_sent,
          {.help = "how long one that nobody has answered does", .source = "FW-3", .min = 0});
    visit("close", close, {.help = "how long one that was reset does", .source = "FW-3", .min = 0});
    visit("tcp_syncookies", tcp_syncookies,
          {.help = "with its SYN queue full it answers by cookies", .source = "FW-5"});
    visit("tcp_max_syn_backlog", tcp_max_syn_backlog,
          {.help = "without cookies strangers find the SYN queue full at three quarters of this; "
                   "peers whose connections it has known, at the listener's backlog",
           .source = "FW-5",
           .min = 4});
    visit("service", service, {.help = "its service manager"});
  }

  /// Its own, then those of its profiles.
  std::vector<FirewallRuleOptions> all_rules() const;
  /// Not 0: what `service` of a rule stands for; of "" every port, 0.
  static std::optional<std::uint16_t> port_of(const std::string& service);
  /// "allow from any to nginx", as people say it.
  static std::string text_of(const FirewallRuleOptions& rule);
};

}  // namespace spof::stack
