#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

using scenario::Edge;
using scenario::Node;
using scenario::Topology;
using stack::Purpose;

/// What one daemon wants of another, and how it is said that it gets none of it, or less.
struct Wanted {
  Purpose purpose;
  const char *verb, *none, *fewer;
};
constexpr std::array wanted{
    Wanted{Purpose::door, "requests", "no load balancer", "load balancers lost"},
    Wanted{Purpose::name, "names", "no name server", "name servers lost"},
    Wanted{Purpose::server, "requests, checks", "no server", "servers lost"},
    Wanted{Purpose::upstream, "requests", "no application", "applications lost"},
    Wanted{Purpose::read, "reads", "no reads", "databases lost"},
    Wanted{Purpose::write, "writes", "no writes", "primaries lost"},
    Wanted{Purpose::source, "replication", "no source", "sources lost"},
    Wanted{Purpose::own, "requests", "nobody answers", "of what it asks lost"},
};
const Wanted& wanted_of(const Edge& edge) {
  return *std::ranges::find(wanted, edge.wire.purpose, &Wanted::purpose);
}

/// Who only looks at others, or is called.
bool is_onlooker(const std::string& daemon) {
  return has(Names{"operator", "exporter", "prometheus", "alertmanager"}, section_of(daemon));
}

/// Exporters are shown where something ails them; else who scrapes looks at what they tell of.
bool is_shown(const std::string& daemon, const Names& ailing) {
  return section_of(daemon) != "exporter" || has(ailing, daemon);
}

/// Machines, daemons and arrows, unmarked. Several wires from one to another are one arrow; none
/// where somebody looks at everything, or at what is beside him.
Diagram plain(const Topology& topology, const Names& ailing) {
  Diagram diagram;
  // Who is called stands above the users, whose requests leave from the lower edge.
  for (const bool called : {true, false})
    for (const Node& node : topology.nodes)
      if (called == (node.kind == "operator") && is_shown(node.name, ailing))
        diagram.parts.push_back({node.name});
  for (const Edge& edge : topology.edges) {
    const std::string kind = section_of(edge.from);
    if (kind == "operator" || kind == "exporter") continue;
    const bool watches = is_onlooker(edge.from);
    for (std::string end : topology.behind(edge.wire)) {
      if (!is_shown(end, ailing)) end = edge.wire.label;
      const std::string verb = wanted_of(edge).verb;
      const auto found = std::ranges::find_if(
          diagram.arrows, [&](const auto& one) { return one.from == edge.from && one.to == end; });
      if (found == diagram.arrows.end())
        diagram.arrows.push_back(
            {edge.from, end, verb, false, edge.wire.purpose == Purpose::source, watches});
      else if (found->label.find(verb) == std::string::npos)
        found->label += ", " + verb;
    }
  }
  return diagram;
}

/// What a daemon cannot reach of what it wants: "1 of 2 servers lost", "no reads, no writes".
std::string lost_by(const CausalSite& site, const std::string& daemon) {
  std::vector<std::string> lost;
  for (const Wanted& one : wanted) {
    std::size_t all = 0, out = 0;
    for (const Edge& edge : site.campaign.topology.edges) {
      if (edge.from != daemon || edge.wire.purpose != one.purpose) continue;
      for (const std::string& end : site.campaign.topology.behind(edge.wire)) {
        ++all;
        const Ailment* ailment = site.ails(end, host_of(daemon));
        const bool sends =
            one.purpose == Purpose::source && ailment && ailment->kind == What::open_transaction;
        out += ailment && !sends;
      }
    }
    if (out == 0) continue;
    lost.push_back(out == all ? one.none : fmt::format("{} of {} {}", out, all, one.fewer));
  }
  return joined(lost, ", ");
}

std::string failed_share(const Campaign& campaign) {
  const auto during = total(campaign, Phase::during);
  const auto all = during.requests() > 0 ? during : total(campaign);
  if (all.requests() == 0) return "";
  if (all.bad() == 0) return "every request answered";
  return share_text(failing_share_of(all)) + " of requests failed";
}

}  // namespace

Diagram stack_diagram(const Campaign& campaign) {
  if (campaign.results.empty()) return plain(campaign.topology, {});
  const CausalSite site(campaign);
  Diagram diagram = plain(campaign.topology, site.ailing());
  for (Diagram::Part& part : diagram.parts) {
    const Node& node = *campaign.topology.find(part.name);
    const Ailment* own = site.ails(part.name, "");
    if (!node.listens()) {
      part.word = failed_share(campaign);
      part.tone = part.word.find("failed") == std::string::npos ? Tone::good : Tone::bad;
    } else if (own && effect_of(own->kind).is_felt) {
      part.tone = Tone::bad;
      part.word = effect_of(own->kind).why;
    } else if (part.word = is_onlooker(part.name) ? "" : lost_by(site, part.name);
               !part.word.empty()) {
      part.tone = Tone::warn;
    }
  }
  for (Diagram::Arrow& arrow : diagram.arrows)
    arrow.broken = !arrow.watches && site.ails(arrow.to, host_of(arrow.from)) != nullptr;
  return diagram;
}

Diagram stack_diagram(const Matrix& matrix) {
  Diagram diagram = plain(matrix.topology, {});
  for (const MatrixGrid& grid : grids(matrix))
    for (const MatrixRow& row : grid.rows) {
      Diagram::Part mark{row.target, tone_of(row.worst), "nobody notices its failure"};
      if (row.worst == Fate::unmeasured) continue;
      if (row.worst == Fate::down)
        mark.word = fmt::format("single point of failure: {}", fmt::join(down_for(row), ", "));
      else if (row.worst > Fate::untouched)
        mark.word = "some requests fail or wait";
      const auto part = std::ranges::find(diagram.parts, row.target, &Diagram::Part::name);
      if (part != diagram.parts.end())
        *part = mark;
      else
        diagram.hosts.push_back(mark);
    }
  for (Diagram::Part& host : diagram.hosts) host.word.clear();  // its daemons have the words
  return diagram;
}

}  // namespace spof::report
