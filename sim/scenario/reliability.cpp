#include "scenario/reliability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "base/append_new.hpp"
#include "base/field_shapes.hpp"
#include "scenario/scenario.hpp"

namespace spof::scenario {
namespace {

using Names = std::vector<std::string>;
using fault::TargetKind;

constexpr std::array daemon_kinds{"haproxy", "nginx", "app", "mysql", "dns"};

// Where the numbers come from; README.md has the same with more words.
constexpr const char* assumed = "assumption, no source";
constexpr const char* crashes = "1 to 2 process crashes per component and year (unverified)";
constexpr const char* balancers =
    "1 load balancer in 5 fails in a year: Gill et al., SIGCOMM 2011 (counts whole devices)";
constexpr const char* switches =
    "5 % of top-of-rack switches fail in a year: Gill et al., SIGCOMM 2011 (stands for the cable, "
    "the port and the switch)";
constexpr const char* aggregation =
    "10 % of aggregation switches fail in a year: Gill et al., SIGCOMM 2011 (stands for a cut "
    "between two hosts)";
constexpr const char* machines =
    "1 000 machine failures in the first year of a cluster of about 2 000: J. Dean 2008";
constexpr const char* planned = "12 planned restarts a year (unverified)";
constexpr const char* by_intent = "not counted: done on purpose";
constexpr const char* complaint =
    "a complaint after 20 min, a restart in 5 min [MON-8] (unverified)";
constexpr const char* hardware = "hardware replaced in 4 h [MON-8] (unverified)";
constexpr const char* machine_repair =
    "8 % a year are hardware, 4 h; the others a power cycle after 30 min (assumption)";
constexpr const char* by_itself = "ends by itself";

constexpr double minute = 60, hour = 3600;

/// For a kind and a part the first row counts.
constexpr std::array<DefaultRate, 33> defaults{{
    {"crash", "haproxy", 0.2, 25 * minute, balancers, complaint},
    {"crash", "daemon", 1.5, 25 * minute, crashes, complaint},
    {"hang", "haproxy", 0.04, 25 * minute, assumed, complaint},
    {"hang", "daemon", 0.3, 25 * minute, assumed, complaint},
    {"slow", "daemon", 0.3, 60 * minute, assumed, assumed},
    {"slow", "host", 0.1, 60 * minute, assumed, assumed},
    {slow_disk_kind, "host", 0.1, 60 * minute, assumed, assumed},
    {"error", "app", 1, 30 * minute, "assumption: one bad release a year", assumed},
    {"error", "daemon", 0.1, 30 * minute, assumed, assumed},
    {"power_off", "host", 0.5, 1 * hour, machines, machine_repair},
    {"link_down", "link", 0.05, 4 * hour, switches, hardware},
    {"partition", "hosts", 0.1, 4 * hour, aggregation, hardware},
    {"latency", "link", 0.2, 60 * minute, assumed, assumed},
    {"loss", "link", 0.2, 60 * minute, assumed, assumed},
    {"bandwidth", "link", 0.1, 60 * minute, assumed, assumed},
    {"disk_full", "host", 0.3, 45 * minute, assumed, assumed},
    {"restart", "daemon", 12, 0, planned, by_itself},
    {"stop", "daemon", 0, 25 * minute, by_intent, complaint},
    {"maintenance", "haproxy", 0, 10 * minute, by_intent, assumed},
    {"maintenance", "daemon", 0, 10 * minute, by_intent, assumed},
    {"firewall_rule", "host", 0, 30 * minute, "not counted: a mistake of somebody's", assumed},
    {"certificate_expiry", "daemon", 0, 60 * minute, "not counted: a mistake of somebody's",
     assumed},
    {"reload", "haproxy", 0, 0, by_intent, by_itself},
    {"reload", "daemon", 0, 0, by_intent, by_itself},
    {"deploy", "daemon", 0, 30 * minute, by_intent, assumed},
    {"disk_fills", "host", 0, 45 * minute, "not counted: disk_full is", assumed},
    {"memory_leak", "daemon", 0, 25 * minute, "not counted: crash is", complaint},
    {"reboot", "host", 0, 0, by_intent, by_itself},
    {"weight", "daemon", 0, 10 * minute, by_intent, assumed},
    {"clock", "host", 0, 60 * minute, "not counted: nobody counts it", assumed},
    {"open_transaction", "daemon", 0, 25 * minute, "not counted: alone it harms nobody", assumed},
    {"command", "daemon", 0, 0, by_intent, by_itself},
    {"", "", 0, 0, "not counted: no default", assumed},
}};

template <class... Kind>
TargetKind aim(std::string_view kind, std::type_identity<std::variant<Kind...>>) {
  TargetKind found = TargetKind::host;  // "slow disk"
  ((kind == Kind::kind ? void(found = Kind::target_kind) : void()), ...);
  return found;
}
/// What a fault of this kind may be aimed at.
TargetKind aim(std::string_view kind) { return aim(kind, std::type_identity<fault::Fault>{}); }

/// "mysql" of "mysql@server1", else "host", "link" or, for a partition, "hosts".
std::string kind_of_part(std::string_view kind, std::string_view target) {
  switch (aim(kind)) {
    case TargetKind::link:
      return "link";
    case TargetKind::host_group:
      return "hosts";
    case TargetKind::host:
      return "host";
    default:
      break;
  }
  const std::size_t at = target.find('@');
  return at == std::string_view::npos ? "host" : std::string(target.substr(0, at));
}

/// The last row is that of everything without one.
const DefaultRate& default_of(std::string_view kind, std::string_view part) {
  const bool daemon = has(daemon_kinds, part);
  const auto found = std::find_if(defaults.begin(), defaults.end() - 1, [&](const auto& row) {
    return row.kind == kind &&
           (row.part == part || (daemon && row.part == std::string_view("daemon")));
  });
  return *found;
}

template <class Options>
bool runs_on(const std::string& host, const Section<Options>& section) {
  return std::ranges::any_of(section.hosts, [&](const auto& one) { return one.first == host; });
}

/// A machine on which clients sit and nothing else.
bool is_the_clients(const Scenario& scenario, const std::string& host) {
  const auto& all = scenario.clients;
  return std::ranges::any_of(all, [&](const auto& one) { return one.second.host == host; }) &&
         !runs_on(host, scenario.dns) && !runs_on(host, scenario.haproxy) &&
         !runs_on(host, scenario.nginx) && !runs_on(host, scenario.app) &&
         !runs_on(host, scenario.mysql);
}

/// "server2 | server1" for "server1 | server2", else the same: a cut has two sides and no order.
std::string other_way_round(const std::string& target) {
  auto cut = fault::read_partition(target);
  if (!cut || cut->one_way) return target;
  std::swap(cut->from, cut->to);
  return fault::target_of(*cut);
}

/// Looks at one name in `rates`.
class RateName {
 public:
  RateName(const std::string& name, const RatedParts& parts, Mistakes& mistakes)
      : name_(name),
        pointer_(child_pointer("/reliability/rates", name)),
        parts_(parts),
        mistakes_(mistakes) {}

  void check() const {
    const std::size_t of = name_.find(" of ");
    if (of == std::string::npos)
      return say(fmt::format("{} is not \"KIND of TARGET\", such as \"crash of haproxy\"",
                             in_quotes(name_)));
    const std::string kind = name_.substr(0, of);
    if (const Names kinds = rated_kinds(); !has(kinds, kind))
      return say(fmt::format("unknown kind {}; {}", in_quotes(kind), nearest(kind, kinds)));
    target(kind, name_.substr(of + 4));
  }

 private:
  void target(const std::string& kind, const std::string& target) const {
    const TargetKind wanted = aim(kind);
    if (wanted == TargetKind::host_group) return group(target);
    Names allowed;
    if (wanted == TargetKind::daemon || wanted == TargetKind::daemon_or_host) {
      allowed.assign(daemon_kinds.begin(), daemon_kinds.end());
      add(allowed, parts_.daemons);
    }
    const bool hosts = wanted == TargetKind::host || wanted == TargetKind::daemon_or_host;
    const bool links = wanted == TargetKind::link;
    if (hosts) allowed.emplace_back("host");
    if (links) allowed.emplace_back("link");
    // Without a platform no host or link is known, and none is wrong.
    if ((hosts || links) && !parts_.has_platform && target.find('@') == std::string::npos) return;
    if (hosts) add(allowed, parts_.hosts);
    if (links) add(allowed, parts_.links);
    add(allowed, parts_.shared);
    if (has(allowed, target)) return;
    say(fmt::format("nothing that can have a \"{}\" is called {}; {}", kind, in_quotes(target),
                    nearest(target, allowed)));
  }

  /// "hosts", or "server1 | server2", with commas between hosts of one side, "to" for one way.
  void group(const std::string& target) const {
    if (target == "hosts") return;
    const auto cut = fault::read_partition(target);
    if (!cut)
      return say(fmt::format("{} is not \"hosts\" or two sides such as \"server1 | server2\"",
                             in_quotes(target)));
    if (!parts_.has_platform) return;
    for (const Names& side : {cut->from, cut->to})
      for (const std::string& host : side)
        if (!has(parts_.hosts, host))
          say(fmt::format("there is no host in the platform {}; {}", in_quotes(host),
                          nearest(host, parts_.hosts)));
  }

  void say(std::string what) const { mistakes_.add_at_key(pointer_, std::move(what)); }
  static void add(Names& to, const Names& more) { to.insert(to.end(), more.begin(), more.end()); }

  const std::string& name_;
  std::string pointer_;
  const RatedParts& parts_;
  Mistakes& mistakes_;
};

}  // namespace

double DefaultRate::within() const {
  const std::string_view text = source;
  const bool counted = text.find("assumption") == text.npos && text.find("unverified") == text.npos;
  return counted ? 2 : 4;
}

std::span<const DefaultRate> default_rates() {
  return std::span(defaults).first(defaults.size() - 1);
}

std::vector<std::string> rated_kinds() {
  Names kinds = kinds_of(fault::Fault{});
  kinds.emplace_back(slow_disk_kind);
  return kinds;
}

FailureRate rate_of(const Scenario& scenario, const std::string& kind, const std::string& target) {
  const std::string part = kind_of_part(kind, members_of(scenario, target).front());
  const DefaultRate& row = default_of(kind, part);
  FailureRate rate{row.per_year,
                   row.repair,
                   row.source,
                   row.repair_source,
                   fmt::format("{} of {}", row.kind, row.part),
                   row.within()};
  if (item_of(scenario.shared, target) && part != "link") {  // a link's rate is that of its switch
    rate.per_year *= scenario.reliability.common_cause;
    rate.source += ", times common_cause";
  }
  if (part == "host" && is_the_clients(scenario, target)) {
    rate.per_year = 0;
    rate.source = "not counted: where clients sit";
  }
  for (const std::string& name : {part, other_way_round(target), target}) {  // ever more specific
    const std::string wanted = kind + " of " + name;
    for (const auto& [given, change] : scenario.reliability.rates) {
      if (given != wanted) continue;
      if (change.per_year) {
        rate.per_year = *change.per_year;
        rate.source = "the scenario: " + wanted;
        rate.assumption.clear();
        rate.within = 1;
      }
      if (change.repair) {
        rate.mean_repair = *change.repair;
        rate.repair_source = "the scenario: " + wanted;
      }
    }
  }
  return rate;
}

void check_reliability(const Reliability& reliability, const RatedParts& parts,
                       Mistakes& mistakes) {
  for (const auto& [name, change] : reliability.rates) {
    const std::string pointer = child_pointer("/reliability/rates", name);
    // What was wrong when it was read is not there now.
    const bool known_wrong = std::ranges::any_of(
        mistakes, [&](const auto& one) { return one.pointer.starts_with(pointer + "/"); });
    RateName(name, parts, mistakes).check();
    if (!change.per_year && !change.repair && !known_wrong)
      mistakes.add(pointer, "says nothing; give \"per_year\", \"repair\" or both");
  }
}

}  // namespace spof::scenario
