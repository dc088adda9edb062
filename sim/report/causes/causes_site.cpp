#include "report/causes/causes_site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/quantity_text.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::What;

bool holds(const std::vector<std::string>& hosts, const std::string& host) {
  return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

}  // namespace

CausalSite::CausalSite(const Campaign& all) : campaign(all), run(all.results.front()) {
  for (const auto& episode : episodes_of(run.events)) ailments.push_back({episode});
  read_restarts();
}

/// As the simulator does it: no event tells of the start, for a daemon may serve long after it.
void CausalSite::read_restarts() {
  for (Ailment& ailment : ailments) {
    const std::string host = host_of(ailment.target);
    if (ailment.kind != What::crash || host.empty()) continue;
    const std::string service =
        fmt::format("/{}/hosts/{}/service", section_of(ailment.target), host);
    const std::string policy = setting(service + "/restart", "no");
    double delay = 0;
    if (policy == "no" ||
        !parse_quantity(setting(service + "/restart_sec"), dimension<Seconds>(), delay).empty())
      continue;
    const double date = ailment.from + delay;
    const bool given_up =
        std::any_of(run.events.begin(), run.events.end(), [&](const Event& event) {
          return event.what == What::start_limit_hit && event.target == ailment.target &&
                 event.time == ailment.from;
        });
    const bool without_host =
        std::any_of(ailments.begin(), ailments.end(), [&](const Ailment& other) {
          return other.kind == What::power_off && other.target == host && other.from <= date &&
                 other.until > date;
        });
    if (!given_up && !without_host && date < ailment.repaired && date < run.duration)
      ailment.restarted = date;
  }
}

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

std::vector<std::string> CausalSite::members(const std::string& pointer) const {
  std::vector<std::string> found;
  if (pointer.find('~') != std::string::npos) return found;
  const Json::json_pointer at(pointer);
  if (!campaign.scenario.is_object() || !campaign.scenario.contains(at)) return found;
  const Json& all = campaign.scenario.at(at);
  if (!all.is_object()) return found;
  for (const auto& [name, value] : all.items()) found.push_back(name);
  return found;
}

std::vector<std::string> CausalSite::hosts(const std::string& section) const {
  return members("/" + section + "/hosts");
}

std::string CausalSite::kind_of_class(std::size_t request_class) const {
  return setting("/classes/" + campaign.plan.classes[request_class] + "/kind");
}

/// As the simulator wires them: writes go to the first database that is no replica.
std::vector<Need> CausalSite::needs(std::size_t request_class) const {
  std::vector<Need> found;
  const std::string kind = kind_of_class(request_class);
  if (kind != "read" && kind != "write") return found;
  std::string primary;
  std::vector<std::string> replicas;
  const auto all = hosts("mysql");
  for (const std::string& host : all) {
    const bool replica = !setting("/mysql/hosts/" + host + "/replica_of").empty();
    if (replica) replicas.push_back(host);
    if (!replica && primary.empty()) primary = host;
  }
  for (const std::string& app : hosts("app")) {
    if (const Ailment* own = ails("app@" + app, ""); own && own->ail() != Ail::slow) continue;
    std::vector<std::string> wanted{primary};
    const std::string from = setting("/app/hosts/" + app + "/database/read_from");
    const bool local = std::find(all.begin(), all.end(), app) != all.end();
    if (kind == "read" && from == "local" && local) wanted = {app};
    if (kind == "read" && from == "replica" && !replicas.empty()) wanted = replicas;
    if (kind == "read" && from == "any") wanted = all;
    for (const std::string& host : wanted)
      if (const Ailment* ailment = ails("mysql@" + host, app))
        found.push_back({"app@" + app, "mysql@" + host, ailment});
  }
  return found;
}

std::vector<Door> CausalSite::doors() const {
  std::vector<Door> found;
  const Json::json_pointer addresses("/dns/addresses");
  for (const std::string& name : members("/clients")) {
    const std::string host = setting("/clients/" + name + "/host");
    const std::string wanted = setting("/clients/" + name + "/connect_to");
    if (!wanted.empty())
      found.push_back({wanted, host});
    else if (campaign.scenario.contains(addresses))
      for (const Json& address : campaign.scenario.at(addresses))
        if (address.is_string()) found.push_back({address.get<std::string>(), host});
  }
  const std::string section = hosts("haproxy").empty() ? "nginx" : "haproxy";
  if (found.empty())
    for (const std::string& host : hosts(section)) found.push_back({section + "@" + host, ""});
  return found;
}

std::vector<std::string> CausalSite::servers() const {
  const auto balancers = hosts("haproxy");
  if (balancers.empty()) return {};
  return members("/haproxy/hosts/" + balancers.front() + "/servers");
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
  const auto add = [&](const std::string& daemon) {
    if (std::find(found.begin(), found.end(), daemon) == found.end()) found.push_back(daemon);
  };
  for (const std::string& host : hosts(section))
    if (ails(section + "@" + host, "")) add(section + "@" + host);
  for (const Ailment& ailment : ailments)
    if (section_of(ailment.target) == section) add(ailment.target);
  return found;
}

std::string CausalSite::server_setting(const std::string& server,
                                       const std::string& pointer) const {
  const auto balancers = hosts("haproxy");
  if (balancers.empty()) return "";
  return setting("/haproxy/hosts/" + balancers.front() + "/servers/" + server + pointer);
}

const Ailment* CausalSite::ails_server(const std::string& server) const {
  const auto balancers = hosts("haproxy");
  const std::string address = server_setting(server, "/address");
  return ails(address.empty() ? "nginx@" + server : address,
              balancers.empty() ? "" : balancers.front());
}

}  // namespace spof::report
