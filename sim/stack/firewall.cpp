#include "stack/firewall.hpp"

#include <algorithm>
#include <charconv>

#include "stack/catalogue.hpp"

namespace spof::stack {
namespace {

FirewallRuleOptions rule(Ruling ruling, const char* from, const char* service) {
  FirewallRuleOptions made;
  made.rule = ruling;
  made.from = from;
  made.service = service;
  return made;
}

std::vector<FirewallRuleOptions> rules_of(Profile profile) {
  const FirewallRuleOptions ssh = rule(Ruling::limit, "any", "ssh");
  switch (profile) {
    case Profile::ufw_web:
      return {ssh, rule(Ruling::allow, "network", "nginx"), rule(Ruling::allow, "network", "app")};
    case Profile::ufw_database:
      return {ssh, rule(Ruling::allow, "network", "mysql")};
    case Profile::ufw_balancer:
      break;
  }
  return {ssh, rule(Ruling::allow, "any", "haproxy"), rule(Ruling::allow, "any", "https"),
          rule(Ruling::allow, "network", "keepalived")};
}

/// Where those listen that have a name.
const std::vector<std::pair<std::string, std::uint16_t>>& services() {
  static const std::vector<std::pair<std::string, std::uint16_t>> known = {
      {"haproxy", 80},
      {"http", 80},
      {"https", 443},
      {"ssh", 22},
      {"vrrp", KeepalivedOptions::port},
      {KeepalivedOptions::kind, KeepalivedOptions::port},
      {NginxOptions::kind, NginxOptions::port},
      {AppOptions::kind, AppOptions::port},
      {MysqlOptions::kind, MysqlOptions::port},
      {DnsOptions::kind, DnsOptions::port}};
  return known;
}

net::Verdict verdict_of(Policy policy) { return static_cast<net::Verdict>(policy); }
static_assert(static_cast<int>(Policy::reset) == static_cast<int>(net::Verdict::reset));

}  // namespace

// ---- Options ------------------------------------------------------------------------------------
std::vector<FirewallRuleOptions> FirewallOptions::all_rules() const {
  std::vector<FirewallRuleOptions> all = rules;
  for (const Profile profile : profiles)
    for (const FirewallRuleOptions& one : rules_of(profile)) all.push_back(one);
  return all;
}

std::optional<std::uint16_t> FirewallOptions::port_of(const std::string& service) {
  if (service.empty()) return 0;
  for (const auto& [name, port] : services())
    if (name == service) return port;
  std::uint16_t port = 0;
  const char* end = service.data() + service.size();
  const auto read = std::from_chars(service.data(), end, port);
  if (read.ec != std::errc() || read.ptr != end || port == 0) return std::nullopt;
  return port;
}

std::string FirewallOptions::text_of(const FirewallRuleOptions& rule) {
  const auto index = static_cast<std::size_t>(rule.rule);
  std::string text = names(rule.rule)[index];
  if (!rule.service.empty()) text += " " + rule.service;
  if (rule.is_outgoing()) return text + " to " + rule.to;
  return text + " from " + (rule.from.empty() ? "any" : rule.from);
}

std::unique_ptr<Component> FirewallOptions::build(Context& context, engine::Machine& machine,
                                                  const FirewallOptions& options) {
  return std::make_unique<Firewall>(context, machine, options);
}

// ---- Firewall -----------------------------------------------------------------------------------
Firewall::Firewall(Context& context, engine::Machine& machine, const FirewallOptions& options)
    : Component(context, FirewallOptions::kind, machine, 1),
      filter_(context.network.fabric().host(machine).build_firewall()) {
  for (const FirewallRuleOptions& one : options.all_rules()) add(one);
  filter_.lines.push_back({.incoming = true, .verdict = verdict_of(options.incoming)});
  filter_.lines.push_back({.incoming = false, .verdict = verdict_of(options.outgoing)});
  texts_.insert(texts_.end(), {"the default for what comes in", "the default for what goes out"});
  filter_.conntrack_max = static_cast<std::size_t>(options.conntrack_max);
  filter_.timeouts = {options.time_wait, options.close, options.syn_sent, options.syn_recv};
  filter_.full = [this] { tell_full(); };
  filter_.gauge = &kernel().gauge(this->name() + "/tracked connections");
  host().syn_cookies = options.tcp_syncookies;
  host().max_syn_backlog = options.tcp_max_syn_backlog;
}

void Firewall::add(const FirewallRuleOptions& rule) {
  net::Firewall::Line line;
  line.incoming = !rule.is_outgoing();
  line.port = FirewallOptions::port_of(rule.service).value_or(0);
  net::Fabric& fabric = network().fabric();
  for (const engine::Machine& other : kernel().platform().machines())
    if (rule.peer() == "network" ? fabric.are_neighbours(machine(), other)
                                 : rule.peer() == other.name())
      line.peers.push_back(&other);
  line.recent = rule.rule == Ruling::limit;
  line.above = line.recent ? net::Verdict::reject : verdict_of(rule.above);
  line.verdict = line.recent ? net::Verdict::pass : static_cast<net::Verdict>(rule.rule);
  if (rule.rate > 0) line.rate.emplace(rule.rate, rule.burst);
  line.connections = rule.connections;
  filter_.lines.push_back(std::move(line));
  texts_.push_back(FirewallOptions::text_of(rule));
}

void Firewall::started() {
  Component::started();
  filter_.enable(true);
}

void Firewall::ended(bool silently) {
  filter_.enable(false);
  if (silently) filter_.forget();
  Component::ended(silently);
}

/// Nobody connects to it.
Task<> Firewall::serve(const Message& message) {
  net::Exchange exchange(*this, message);
  co_return;
}

/// As the kernel's log, which does not repeat itself for each packet.
void Firewall::tell_full() {
  constexpr double quiet = 60;
  if (now() - std::exchange(told_full_, now()) < quiet) return;
  say({.what = What::table_full, .figure = static_cast<double>(filter_.conntrack_max)});
}

void Firewall::tell_stopped() {
  const auto tell = [this](std::uint64_t count, const std::string& by) {
    if (count > 0)
      say({.what = What::stopped, .figure = static_cast<double>(count), .version = by});
  };
  for (std::size_t i = 0; i < texts_.size(); ++i) tell(filter_.lines[i].stopped, texts_[i]);
  tell(filter_.dropped_when_full, "a full connection table");
}

}  // namespace spof::stack
