#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/causes/causes_parts.hpp"
#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "measure/words.hpp"
#include "stack/request_class.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Phase;
using measure::Role;
using measure::What;

/// A target in a sentence; that of a partition are the two sides.
std::string plain_name(const Ailment& ailment) {
  if (ailment.kind != What::partition) return ailment.target;
  return fmt::format("{} and {}", fmt::join(ailment.parts, ","), fmt::join(ailment.beyond, ","));
}

/// Ailments of one kind that began together are told together.
struct Strike {
  const Ailment* first = nullptr;
  const Ailment* last = nullptr;
  std::vector<const Ailment*> all;
  std::vector<std::string> targets, names;
  std::size_t times = 1;  ///< of one target, one after the other
};

std::vector<Strike> strikes(const CausalSite& site) {
  std::vector<Strike> made;
  for (const Ailment& ailment : site.ailments) {
    const auto same = std::find_if(made.begin(), made.end(), [&](const Strike& strike) {
      return strike.first->kind == ailment.kind &&
             (strike.targets == std::vector{ailment.target} ||
              (strike.first->from == ailment.from && strike.first->repaired == ailment.repaired));
    });
    if (same == made.end()) {
      made.push_back({&ailment, &ailment, {&ailment}, {ailment.target}, {plain_name(ailment)}});
      continue;
    }
    same->all.push_back(&ailment);
    if (same->targets == std::vector{ailment.target}) {
      same->last = &ailment;
      ++same->times;
    } else {
      same->targets.push_back(ailment.target);
      same->names.push_back(plain_name(ailment));
    }
  }
  return made;
}

/// "became 20 times slower", of a slow-down, as the scenario says.
std::string degree(const CausalSite& site, const Ailment& ailment) {
  if (ailment.kind != What::slow || !site.campaign.scenario.is_object()) return "";
  for (std::size_t i = 0; i < site.campaign.faults.size(); ++i) {
    const std::string at = fmt::format("/faults/{}", i);
    if (site.setting(at + "/target") != ailment.target || site.setting(at + "/kind") != "slow")
      continue;
    const Json::json_pointer factor(at + "/factor");
    if (!site.campaign.scenario.contains(factor)) continue;
    const Json& value = site.campaign.scenario.at(factor);
    if (value.is_number()) return fmt::format("became {:g} times slower", value.get<double>());
  }
  return "";
}

/// Events of role `ready` at one time are told together.
void add_ready(const CausalSite& site, std::vector<Cause>& chain) {
  const auto& events = site.run.events;
  std::vector<std::pair<double, std::vector<std::string>>> told;
  for (const Event& event : events) {
    if (event.role() != Role::ready || event.time < site.run.fault_start) continue;
    const bool at_once =
        std::any_of(site.ailments.begin(), site.ailments.end(), [&](const Ailment& ailment) {
          return ailment.target == event.source &&
                 (ailment.repaired == event.time ||
                  std::fabs(ailment.restarted - event.time) < 1e-6);
        });
    const bool plain = event.what == What::serving;
    if (plain && at_once) continue;
    if (plain && !told.empty() && told.back().first == event.time)
      told.back().second.push_back(event.source);
    else if (plain)
      told.push_back({event.time, {event.source}});
    else
      chain.push_back({.from = event.time,
                       .until = event.time,
                       .text = concerned(event) + " served again" + in_brackets(event)});
  }
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(most, told.size()); ++i)
    chain.push_back({.from = told[i].first,
                     .until = told[i].first,
                     .text = listed(told[i].second) + " served again",
                     .detail = true});
}

/// Daemons that systemd started; those at one time are told together.
void add_restarts(const CausalSite& site, const Strike& strike, std::vector<Cause>& chain) {
  std::vector<std::pair<double, std::vector<std::string>>> starts;
  for (const Ailment* ailment : strike.all) {
    if (std::isinf(ailment->restarted)) continue;
    if (!starts.empty() && starts.back().first == ailment->restarted)
      starts.back().second.push_back(ailment->target);
    else
      starts.push_back({ailment->restarted, {ailment->target}});
  }
  if (starts.empty()) return;
  const bool repeated = strike.times > 1;
  for (const auto& [date, targets] : starts) {
    const std::string& one = targets.front();
    const std::string delay = site.setting(
        fmt::format("/{}/hosts/{}/service/restart_sec", section_of(one), host_of(one)));
    std::string text =
        fmt::format("systemd started {} again (restart_sec {})", listed(targets), delay);
    if (repeated && starts.size() > 1)
      text += fmt::format(", and {} times more until {}", starts.size() - 1,
                          time_text(starts.back().first));
    chain.push_back({date, date, std::move(text)});
    if (repeated) return;
  }
}

/// Who is started at the repair, and who ran already.
void add_repair(const Strike& strike, std::vector<Cause>& chain) {
  const double date = strike.last->repaired;
  if (std::isinf(date)) return;
  std::vector<std::string> started, running;
  if (strike.times > 1) {
    (strike.last->came_back() ? running : started).push_back(plain_name(*strike.last));
  } else {
    for (const Ailment* ailment : strike.all)
      (ailment->came_back() ? running : started).push_back(plain_name(*ailment));
  }
  const char* what = strike.times > 1 ? "last repair: " : "repair: ";
  const std::string repaired =
      started.empty() ? "" : repaired_words(word_of(strike.first->kind), listed(started));
  if (!repaired.empty()) chain.push_back({date, date, what + repaired});
  if (!running.empty())
    chain.push_back({.from = date,
                     .until = date,
                     .text = fmt::format("{}nothing to do, {} ran already", what, listed(running)),
                     .detail = true});
}

/// When the last request that suffered was sent.
double harm_ended(const CausalSite& site) {
  double last = site.run.fault_start;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    last = std::max({last, failures_of(site, i).until, slow_answers(site, i).until});
  return last;
}

/// What one server went through.
struct Marks {
  std::vector<const Event*> down, up;
};

std::string check_words(const CausalSite& site, const std::string& server) {
  const std::string kind = site.server_setting(server, "/check/kind");
  if (kind == "none") return "there are no health checks";
  if (kind == "tcp") return "health checks only open a connection to the server";
  const std::string by = site.server_setting(server, "/check/answered_by");
  if (by == "nginx") return "health checks ask Nginx, and reach neither application nor database";
  if (by == "app") return "health checks ask the application, and do not reach the database";
  return "health checks reach the database, and were answered";
}

/// Whether a check of this server asks the daemon.
bool is_asked(const CausalSite& site, const std::string& server, const std::string& daemon) {
  const std::string kind = site.server_setting(server, "/check/kind");
  if (kind == "none") return false;
  const std::string by = site.server_setting(server, "/check/answered_by");
  const auto needs = kind == "tcp" || by == "nginx" ? stack::RequestKind::static_file
                     : by == "app"                  ? stack::RequestKind::page
                     : by == "database"             ? stack::RequestKind::read
                                                    : stack::RequestKind::write;
  const scenario::Topology& topology = site.campaign.topology;
  for (const scenario::Edge* line : site.lines(server))
    for (const std::string& there : topology.behind(line->wire)) {
      const auto asked = topology.reach(there, needs);
      if (std::find(asked.begin(), asked.end(), daemon) != asked.end()) return true;
    }
  return false;
}

/// Why nobody was told of a failure that HAProxy's checks did not see.
std::string blind_words(const CausalSite& site) {
  const Ailment& ailment = site.ailments.front();
  const std::string part = section_of(ailment.target);
  if (part == "haproxy")
    return site.campaign.topology.names({part}).size() > 1
               ? "nobody checks the load balancers: clients go on with the addresses they know"
               : "nobody noticed: it is the only load balancer, and nothing checks it";
  const auto dns = site.ailing("dns");
  if (!dns.empty()) return "nobody noticed: nothing checks the name server";
  const auto& servers = site.campaign.topology.servers;
  if (servers.empty()) return "nobody noticed";
  std::string checks = check_words(site, servers.front());
  for (const std::string& server : servers)
    if (check_words(site, server) != checks) return "nobody noticed: every check was answered";
  const std::string daemon = ailment.target.find('@') == std::string::npos ? "" : ailment.target;
  const bool asked = std::any_of(servers.begin(), servers.end(), [&](const std::string& server) {
    return daemon.empty() ? site.server_setting(server, "/check/kind") != "none"
                          : is_asked(site, server, daemon);
  });
  if (ailment.kind == What::partition) {
    checks += ", and the load balancer could reach both sides";
  } else if (asked && ailment.ail() == Ail::slow) {
    checks = "health checks were slower, too, but answered within their interval";
  } else if (asked && ailment.ail() != Ail::other)
    return "nobody noticed: health checks went on being answered";
  return "nobody noticed, every server stayed UP: " + checks;
}

bool all_others_down(const CausalSite& site, const Event& down) {
  return std::any_of(site.run.events.begin(), site.run.events.end(), [&](const Event& event) {
    return event.what == What::no_server && event.time == down.time;
  });
}

void add_down(const CausalSite& site, const std::string& server, const Marks& marks,
              std::vector<Cause>& chain) {
  const Event& first = *marks.down.front();
  const std::string fall = site.server_setting(server, "/check/fall");
  const std::string inter = site.server_setting(server, "/check/inter");
  const std::string by_rule = fall.empty() || first.check.failure == measure::CheckFailure::errors
                                  ? ""
                                  : fmt::format(" after {} failed checks, {} apart", fall, inter);
  const std::string why = in_brackets(first);
  if (marks.down.size() > 1) {
    const Event& last = marks.up.empty() ? *marks.down.back() : *marks.up.back();
    chain.push_back({first.time, last.time,
                     fmt::format("{} took {} DOWN{}{}, and UP again when checks passed, {} times",
                                 first.source, server, by_rule, why, marks.down.size())});
    return;
  }
  const char* then = all_others_down(site, first) ? ": no server was left, all requests got 503"
                                                  : ": requests went elsewhere from here on";
  chain.push_back({first.time, first.time,
                   fmt::format("{} took {} DOWN{}{}{}", first.source, server, by_rule, why, then)});
  for (const Event* up : marks.up) {
    chain.push_back(
        {.from = up->time,
         .until = up->time,
         .text = fmt::format("{} took {} UP again{}", up->source, server, in_brackets(*up)),
         .detail = true});
  }
}

}  // namespace

void add_faults(const CausalSite& site, std::vector<Cause>& chain) {
  for (const Strike& strike : strikes(site)) {
    const std::string names = listed(strike.names);
    const std::string slower = degree(site, *strike.first);
    std::string text =
        slower.empty() ? struck_words(word_of(strike.first->kind), names) : names + " " + slower;
    if (strike.times > 1)
      text += fmt::format(", and {} times more until {}", strike.times - 1,
                          time_text(strike.last->from));
    chain.push_back({strike.first->from, strike.first->from, std::move(text)});
    add_restarts(site, strike, chain);
    add_repair(strike, chain);
  }
  add_ready(site, chain);
}

void add_checks(const CausalSite& site, bool harmed, std::vector<Cause>& chain) {
  const double start = std::max<double>(site.run.fault_start, 0);
  std::vector<std::pair<std::string, Marks>> marks;
  for (const Event& event : site.run.events) {
    if (event.time < start || (event.role() != Role::detected && event.role() != Role::restored))
      continue;
    auto found = std::find_if(marks.begin(), marks.end(),
                              [&](const auto& m) { return m.first == event.target; });
    if (found == marks.end()) found = marks.insert(found, {event.target, {}});
    (event.role() == Role::detected ? found->second.down : found->second.up).push_back(&event);
  }
  bool noticed = false;
  for (const auto& [server, all] : marks) {
    if (all.down.empty()) continue;
    noticed = true;
    add_down(site, server, all, chain);
  }
  if (!noticed && harmed && !site.ailments.empty())
    chain.push_back({start,
                     std::min<double>({std::max(site.ended(), harm_ended(site)), site.run.fault_end,
                                       site.run.duration}),
                     blind_words(site)});
}

}  // namespace spof::report
