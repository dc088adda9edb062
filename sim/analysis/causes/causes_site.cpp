#include "analysis/causes/causes_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::What;
using scenario::Edge;
using stack::Purpose;

bool holds(const std::vector<std::string>& hosts, const std::string& host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

}  // namespace

CausalSite::CausalSite(const Campaign& all)
    : campaign(all), run(all.results.front()), ailments(episodes_of(run.events)) {}

double CausalSite::ended() const {
  double end = run.fault_start;
  for (const Ailment& ailment : ailments)
    end = std::max(
        end, ailment.came_back() ? std::min(ailment.until, ailment.repaired) : ailment.repaired);
  return std::min<double>(end, run.fault_end);
}

// A name with a tilde, which a pointer would have to escape, is like a setting that is not there.
std::string CausalSite::setting(const std::string& pointer, const std::string& otherwise) const {
  if (pointer.find('~') != std::string::npos) return otherwise;
  const Json::json_pointer at(pointer);
  if (!campaign.scenario.is_object() || !campaign.scenario.contains(at)) return otherwise;
  const Json& value = campaign.scenario.at(at);
  if (value.is_null()) return otherwise;
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string CausalSite::kind_of_class(std::size_t request_class) const {
  return setting("/classes/" + campaign.plan.classes[request_class] + "/kind");
}

std::vector<Need> CausalSite::needs(std::size_t request_class) const {
  std::vector<Need> found;
  const std::string kind = kind_of_class(request_class);
  if (kind != "read" && kind != "write") return found;
  for (const Edge& edge : campaign.topology.edges) {
    if (edge.wire.purpose != (kind == "read" ? Purpose::read : Purpose::write)) continue;
    if (const Ailment* own = ails(edge.from, ""); own && own->ail() != Ail::slow) continue;
    if (const Ailment* ailment = ails(edge.wire.to, host_of(edge.from)))
      found.push_back({edge.from, edge.wire.to, ailment});
  }
  return found;
}

bool CausalSite::concerns(const Ailment& ailment, const std::string& daemon,
                          const std::string& from_host) const {
  const std::string host = host_of(daemon);
  if (ailment.kind == What::partition)
    return (holds(ailment.parts, host) && holds(ailment.beyond, from_host)) ||
           (holds(ailment.parts, from_host) && holds(ailment.beyond, host));
  if (ailment.target == daemon || ailment.target == host) return true;
  return holds(ailment.parts, host) && host != from_host;
}

const Ailment* CausalSite::ails(const std::string& daemon, const std::string& from_host) const {
  for (const Ailment& ailment : ailments)
    if (concerns(ailment, daemon, from_host)) return &ailment;
  return nullptr;
}

std::vector<std::string> CausalSite::ailing(const std::string& section) const {
  std::vector<std::string> found;
  for (const std::string& daemon : campaign.topology.names({section}))
    if (ails(daemon, "")) append_new(found, daemon);
  for (const Ailment& ailment : ailments)
    if (section_of(ailment.target) == section) append_new(found, ailment.target);
  return found;
}

std::vector<const Edge*> CausalSite::lines(const std::string& server) const {
  std::vector<const Edge*> found;
  for (const Edge& edge : campaign.topology.edges)
    if (edge.wire.purpose == Purpose::server && edge.wire.label == server) found.push_back(&edge);
  return found;
}

std::string CausalSite::server_setting(const std::string& server,
                                       const std::string& pointer) const {
  const auto all = lines(server);
  if (all.empty()) return "";
  // Where its host says so, or the section: the host has both.
  const std::string& written = all.front()->written;
  const std::string own = child_pointer("/haproxy/hosts", host_of(all.front()->from));
  const std::size_t section = written.starts_with(own) ? own.size() : std::strlen("/haproxy");
  return setting(own + written.substr(section) + pointer);
}

const Ailment* CausalSite::ails_server(const std::string& server) const {
  for (const Edge* line : lines(server))
    for (const std::string& daemon : campaign.topology.behind(line->wire))
      if (const Ailment* ailment = ails(daemon, host_of(line->from))) return ailment;
  return nullptr;
}

}  // namespace spof::report
