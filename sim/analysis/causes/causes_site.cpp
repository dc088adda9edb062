#include "analysis/causes/causes_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "base/mistakes.hpp"
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

bool concerns(const Ailment& ailment, const std::string& daemon, const std::string& from_host) {
  const std::string host = host_of(daemon);
  if (ailment.kind == What::partition)
    return (has(ailment.parts, host) && has(ailment.beyond, from_host)) ||
           (has(ailment.parts, from_host) && has(ailment.beyond, host));
  if (ailment.kind == What::firewall_rule && !ailment.beyond.empty() && !from_host.empty() &&
      !has(ailment.beyond, from_host))
    return false;
  if (ailment.target == daemon || ailment.target == host) return true;
  if (ailment.kind == What::deploy) return has(ailment.parts, daemon);
  return has(ailment.parts, host) && host != from_host;
}

}  // namespace

std::string Obstacle::name() const {
  const bool by_line = edge->wire.purpose == Purpose::server && ailment->ail() != Ail::dead;
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

CausalSite::CausalSite(const Campaign& all)
    : campaign(all), run(all.results.front()), ailments(episodes_of(run.events)) {
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    const auto needs = kind(i);
    ways_.push_back(needs ? way_of(*needs) : Names{});
    met_.push_back(needs ? all_met(*needs, ways_.back()) : Obstacles{});
  }
}

Names CausalSite::way_of(stack::RequestKind needs) const {
  Names way;
  for (const scenario::Node& node : campaign.topology.nodes)
    if (!node.listens())
      for (const std::string& name : campaign.topology.reach(node.name, needs))
        append_new(way, name);
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
  const scenario::Topology& topology = campaign.topology;
  Obstacles found;
  const auto meet = [&](const Edge& edge, const std::string& to, const Ailment& ailment) {
    if (!concerns(ailment, to, host_of(edge.from))) return;
    const bool unable = std::ranges::any_of(ailments, [&](const Ailment& own) {
      return (own.ail() == Ail::dead || own.ail() == Ail::silent) && own.from <= ailment.from &&
             own.until >= ailment.until && concerns(own, edge.from, "");
    });
    if (!unable) found.push_back({edge.from, to, &edge, &ailment});
  };
  for (const Edge& edge : topology.edges) {
    if (!has(way, edge.from)) continue;
    if (edge.wire.purpose != Purpose::name && !scenario::carries(edge.wire, needs)) continue;
    for (const std::string& to : topology.behind(edge.wire))
      for (const Ailment& ailment : ailments) meet(edge, to, ailment);
  }
  return found;
}

double CausalSite::ended() const {
  double end = run.fault_start;
  for (const Ailment& ailment : ailments)
    end = std::max(
        end, ailment.came_back() ? std::min(ailment.until, ailment.repaired) : ailment.repaired);
  return std::min<double>(end, run.fault_end);
}

// A name with a tilde, which a pointer would have to escape, is like a setting that is not there.
std::string CausalSite::setting(const std::string& pointer) const {
  return pointer.find('~') == std::string::npos ? setting_of(campaign, pointer) : "";
}

std::string CausalSite::value(const std::string& path) const {
  const std::size_t slash = path.find('/');
  const std::string section = "/" + path.substr(0, slash), rest = path.substr(slash);
  Names places;
  const auto add_items = [&](const std::string& pointer) {
    const Json::json_pointer at(pointer);
    if (!campaign.scenario.is_object() || !campaign.scenario.contains(at)) return;
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
    if (std::ranges::none_of(there, [&](const auto& to) { return ails(to, host_of(edge.from)); }))
      for (const std::string& to : there) append_new(found, to);
  }
  return found;
}

const Ailment* CausalSite::ails(const std::string& daemon, const std::string& from_host) const {
  for (const Ailment& ailment : ailments)
    if (concerns(ailment, daemon, from_host)) return &ailment;
  return nullptr;
}

Names CausalSite::ailing() const {
  Names found;
  for (const scenario::Node& node : campaign.topology.nodes)
    if (node.listens() && ails(node.name, "")) append_new(found, node.name);
  for (const Ailment& ailment : ailments)
    if (!section_of(ailment.target).empty()) append_new(found, ailment.target);
  return found;
}

}  // namespace spof::report
