#include "analysis/causes/causes_site.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "base/quantity_text.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

using scenario::Edge;

bool is_database(Purpose purpose) { return purpose == Purpose::read || purpose == Purpose::write; }
/// A server line of a database is a way to one, whatever is asked of it.
bool is_over(const stack::Wire& wire, Purpose purpose) {
  const Purpose own = wire.leads_to_database() ? Purpose::read : wire.purpose;
  return own == purpose || (is_database(own) && is_database(purpose));
}

/// Whether a rule meets what is sent from a host to a port of another, or the answer. One that
/// names peers lets pass what stays on a host, and an answer is for a port that no rule names.
/// [FW-1]
bool stops(const Ailment& ailment, const std::string& from, const std::string& to,
           std::uint16_t port) {
  const measure::FilterRule& rule = ailment.rule;
  if ((from == to && !ailment.beyond.empty()) || (!rule.drops && !rule.refuses)) return false;
  const auto meets = [&](const std::string& sender, const std::string& receiver) {
    const std::string& peer = rule.incoming ? sender : receiver;
    return ailment.target == (rule.incoming ? receiver : sender) &&
           (ailment.beyond.empty() || has(ailment.beyond, peer));
  };
  return ((rule.port == 0 || rule.port == port) && meets(from, to)) ||
         (rule.port == 0 && rule.established && meets(to, from));
}

bool concerns(const Ailment& ailment, const std::string& daemon, const std::string& from_host) {
  const std::string host = host_of(daemon);
  if (ailment.kind == What::partition) return ailment.separates(host, from_host);
  if (ailment.kind == What::firewall_rule) return false;  // depends on who asks whom
  if (ailment.target == daemon || ailment.target == host) return true;
  if (ailment.kind == What::deploy) return has(ailment.parts, daemon);
  return has(ailment.parts, host) && host != from_host;
}

/// The same of who asks over a wire.
bool concerns(const Ailment& ailment, const Edge& edge, const std::string& to) {
  const std::string from_host = host_of(edge.from);
  return ailment.kind == What::firewall_rule
             ? stops(ailment, from_host, host_of(to), edge.wire.port)
             : concerns(ailment, to, from_host);
}

/// An application was told of another primary: its writes go there from then on, and what it read
/// from the old one; where an operator has told it, only if all reads are for the primary.
void tell(std::vector<Link>& links, const Event& event, bool reads_from_primary) {
  const auto is_old = [&](const Link& one, Purpose purpose) {
    return one.edge.from == event.source && one.edge.wire.purpose == purpose &&
           std::isinf(one.time.until);
  };
  const auto old =
      std::ranges::find_if(links, [&](const Link& one) { return is_old(one, Purpose::write); });
  if (old == links.end() || old->edge.wire.to == event.target) return;
  const std::string primary = old->edge.wire.to;
  const bool by_name = event.version.starts_with("its name");  // kept connections stay [APP-15]
  const bool by_operator = event.version == "an operator";
  for (const Purpose purpose : {Purpose::write, Purpose::read})
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (!is_old(links[i], purpose) || links[i].edge.wire.to != primary) continue;
      if (purpose == Purpose::read && by_operator && !reads_from_primary) continue;
      if (!by_name) links[i].time.until = event.time;
      Link next{links[i].edge, {event.time, never}};
      next.edge.wire.to = event.target;
      next.edge.wire.host = host_of(event.target);
      links.push_back(std::move(next));
      break;
    }
}

}  // namespace

std::string Obstacle::name() const {
  const bool by_line = edge->wire.purpose == Purpose::server && !edge->wire.leads_to_database() &&
                       ailment->ail() != Ail::dead;
  return by_line ? edge->wire.label : to;
}

Names froms(const Obstacles& obstacles) {
  Names names;
  for (const Obstacle& one : obstacles) append_new(names, one.from);
  return names;
}

Names tos(const Obstacles& obstacles) {
  Names names;
  for (const Obstacle& one : obstacles) append_new(names, one.name());
  return names;
}

std::string told(const Names& names, const Obstacles& obstacles, Ail ail) {
  Names walls;
  for (const Obstacle& one : obstacles) {
    if (!has(names, one.name())) continue;
    const measure::FilterRule& rule = one.ailment->rule;
    const bool does_so = rule.refuses || (rule.drops && ail == Ail::silent);
    if (one.ailment->kind != What::firewall_rule || !does_so) return listed(names);
    append_new(walls, one.ailment->target);
  }
  return listed(names) +
         (walls.empty() ? "" : " (behind a rule in the firewall of " + listed(walls) + ")");
}

Obstacles those_of(const Obstacles& obstacles, Ail ail) {
  Obstacles found;
  for (const Obstacle& one : obstacles)
    if (one.ailment->ail() == ail) found.push_back(one);
  return found;
}

bool take_connections(const Obstacles& obstacles) {
  return std::ranges::all_of(obstacles, [](const Obstacle& one) {
    return one.ailment->kind == What::hang && !section_of(one.ailment->target).empty();
  });
}

CausalSite::CausalSite(const Campaign& all, const Result& one)
    : campaign(all), run(one), ailments(episodes_of(run.events)) {
  for (const Edge& edge : campaign.topology.edges) {
    links_.push_back({edge});
    const scenario::Node* from = campaign.topology.find(edge.from);
    if (edge.wire.purpose == Purpose::own && from && from->kind == "clients")
      links_.back().edge.wire.purpose = Purpose::door;  // to where a frontend sends them on
  }
  for (const Event& event : run.events)
    if (event.what == What::write_to)
      tell(links_, event, own(event.source, "database/read_from") == "primary");
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    const auto needs = kind(i);
    ways_.push_back(needs ? way_of(*needs) : Names{});
    met_.push_back(needs ? all_met(*needs, ways_.back()) : Obstacles{});
  }
}

Names CausalSite::way_of(stack::RequestKind needs) const {
  Names way;
  for (const scenario::Node& node : campaign.topology.nodes)
    if (!node.listens()) append_new(way, campaign.topology.reach(node.name, needs));
  for (const Link& one : links_)
    if (one.time.from > 0 && has(way, one.edge.from) && scenario::carries(one.edge.wire, needs))
      append_new(way, one.edge.wire.to);
  return way;
}

bool CausalSite::is_on_way(std::size_t request_class, const std::string& daemon) const {
  const Names& way = ways_[request_class];
  return way.empty() || has(way, daemon) ||
         std::ranges::any_of(campaign.topology.edges, [&](const Edge& edge) {
           return edge.wire.purpose == Purpose::name && has(way, edge.from) &&
                  has(campaign.topology.behind(edge.wire), daemon);
         });
}

Obstacles CausalSite::all_met(stack::RequestKind needs, const Names& way) const {
  Obstacles found;
  const auto meet = [&](const Link& link, const std::string& to, const Ailment& ailment) {
    const Edge& edge = link.edge;
    if (!link.time.meets(ailment.span()) || !concerns(ailment, edge, to)) return;
    const bool unable = std::ranges::any_of(ailments, [&](const Ailment& own) {
      return (own.ail() == Ail::dead || own.ail() == Ail::silent) && own.from <= ailment.from &&
             own.until >= ailment.until && concerns(own, edge.from, "");
    });
    if (!unable) found.push_back({edge.from, to, &edge, &ailment, link.time.until});
  };
  for (const Link& link : links_) {
    const Edge& edge = link.edge;
    if (!has(way, edge.from)) continue;
    if (edge.wire.purpose != Purpose::name && !scenario::carries(edge.wire, needs)) continue;
    for (const std::string& to : campaign.topology.behind(edge.wire))
      for (const Ailment& ailment : ailments) meet(link, to, ailment);
  }
  return found;
}

double CausalSite::ended() const {
  double end = run.fault_start;
  for (const Ailment& ailment : ailments) end = std::max(end, ailment.ended());
  return std::min<double>(end, run.fault_end);
}

// A name with a tilde, which a pointer would have to escape, is like a setting that is not there.
std::string CausalSite::setting(const std::string& pointer) const {
  return pointer.find('~') == std::string::npos ? setting_of(campaign, pointer) : "";
}

std::string CausalSite::own(const std::string& daemon, const std::string& path) const {
  return setting("/" + section_of(daemon) + "/hosts/" + host_of(daemon) + "/" + path);
}

double CausalSite::seconds(const std::string& path) const {
  double seconds = 0;
  return parse_quantity(value(path), dimension<Seconds>(), seconds).empty() ? seconds : 0;
}

std::string CausalSite::value(const std::string& path) const {
  const std::size_t slash = path.find('/');
  const std::string section = "/" + path.substr(0, slash), rest = path.substr(slash);
  Names places;
  const auto add_items = [&](const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (!campaign.scenario.contains(at)) return;
    for (const auto& [name, one] : campaign.scenario.at(at).items())
      places.push_back(child_pointer(pointer, name));
  };
  add_items(section == "/clients" ? section : section + "/hosts");
  for (const std::string& host : Names(places)) add_items(host + "/backends");
  Names values;
  for (const std::string& place : places) {
    std::string own = setting(place + rest);
    append_new(values, own.empty() ? setting(section + rest) : own);
  }
  return values.size() == 1 ? values.front() : "";
}

std::string CausalSite::filled(std::string text, std::uint64_t count) const {
  text = in_number(std::move(text), count);
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string::npos;) {
    const std::size_t equals = text.find('=', at), end = text.find('}', at);
    const std::string own = value(text.substr(equals + 1, end - equals - 1));
    text.replace(at, end + 1 - at,
                 text.substr(at + 1, equals - at - 1) + (own.empty() ? "" : " (" + own + ")"));
  }
  return text;
}

std::string CausalSite::server_setting(const std::string& server,
                                       const std::string& pointer) const {
  for (const Edge& edge : campaign.topology.edges) {
    if (edge.wire.purpose != Purpose::server || edge.wire.label != server) continue;
    // Where its host says so, or the section: the host has both.
    const std::string own = child_pointer("/haproxy/hosts", host_of(edge.from));
    const std::size_t section =
        edge.written.starts_with(own) ? own.size() : std::strlen("/haproxy");
    return setting(own + edge.written.substr(section) + pointer);
  }
  return "";
}

std::optional<stack::RequestKind> CausalSite::kind(std::size_t request_class) const {
  return value_named<stack::RequestKind>(
      setting(child_pointer("/classes", campaign.plan.classes[request_class]) + "/kind"));
}

Obstacles CausalSite::met(std::size_t request_class, Purpose over) const {
  Obstacles found;
  for (const Obstacle& one : met_[request_class])
    if (is_over(one.edge->wire, over)) found.push_back(one);
  return found;
}

Obstacles CausalSite::met(const std::vector<std::size_t>& classes, Purpose over) const {
  Obstacles found;
  for (const std::size_t i : classes)
    for (Obstacle& one : met(i, over)) found.push_back(std::move(one));
  return found;
}

Obstacles CausalSite::met(Purpose over) const {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < met_.size(); ++i) all.push_back(i);
  return met(all, over);
}

Names CausalSite::well(Purpose over, const std::string& from) const {
  Names found;
  for (const Edge& edge : campaign.topology.edges) {
    if (edge.wire.purpose != over || (!from.empty() && edge.from != from)) continue;
    const Names there = campaign.topology.behind(edge.wire);
    const bool all_well = std::ranges::none_of(there, [&](const auto& to) {
      return std::ranges::any_of(ailments,
                                 [&](const Ailment& one) { return concerns(one, edge, to); });
    });
    if (all_well) append_new(found, there);
  }
  for (const Obstacle& one : met(over))  // on another of its ports
    if (from.empty() || one.from == from) std::erase(found, one.to);
  return found;
}

bool CausalSite::troubles(const Ailment& ailment, const std::string& daemon,
                          const std::string& from_host) const {
  // Who writes nothing needs no space.
  const bool of_disk = ailment.kind == What::disk_full || ailment.kind == What::disk_fills;
  if (of_disk && section_of(daemon) != "mysql") return false;
  if (ailment.kind != What::firewall_rule) return concerns(ailment, daemon, from_host);
  for (const Edge& edge : campaign.topology.edges)
    for (const std::string& to : campaign.topology.behind(edge.wire)) {
      const bool asked = to == daemon && (from_host.empty() || host_of(edge.from) == from_host);
      const bool asks = edge.from == daemon && host_of(to) == from_host;
      if ((asked || asks) && concerns(ailment, edge, to)) return true;
    }
  return false;
}

bool CausalSite::is_nobodys(const Ailment& ailment) const {
  if (!section_of(ailment.target).empty()) return false;
  bool of_clients = ailment.parts.empty();
  for (const scenario::Node& node : campaign.topology.nodes) {
    const bool is_there = has(ailment.parts, node.host);
    if (node.name == ailment.target || node.host == ailment.target) return false;
    if (is_there && node.kind != "clients") return false;
    of_clients = of_clients || is_there;
  }
  return of_clients;
}

const Ailment* CausalSite::ails(const std::string& daemon, const std::string& from_host) const {
  for (const Ailment& ailment : ailments)
    if (troubles(ailment, daemon, from_host)) return &ailment;
  return nullptr;
}

Names CausalSite::ailing() const {
  Names found;
  for (const Ailment& ailment : ailments) append_new(found, ailing(ailment));
  return found;
}

Names CausalSite::ailing(const Ailment& ailment) const {
  Names found;
  if (!effect_of(ailment.kind).is_felt && section_of(ailment.target) == "haproxy") return found;
  for (const scenario::Node& node : campaign.topology.nodes)
    if (node.listens() && troubles(ailment, node.name, "")) append_new(found, node.name);
  if (!section_of(ailment.target).empty()) append_new(found, ailment.target);
  return found;
}

std::string requests_text(const std::vector<std::pair<std::string, std::uint64_t>>& by_class,
                          const char* nouns) {
  Names parts;
  std::uint64_t all = 0;
  for (const auto& [name, requests] : by_class) {
    parts.push_back(count_text(requests) + " " + name);
    all += requests;
  }
  return listed(parts) + " " + in_number(nouns, all);
}

}  // namespace spof::report
