#include "analysis/detection.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "analysis/causes/causes_site.hpp"
#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"
#include "measure/after_fault.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

/// Whether somebody learns by it that something is wrong, from others and not by command: what the
/// verdict counts. A replica that lost its primary tells its own log, and so nobody.
bool finds_out(const Event& event) {
  return event.role() == Role::detected || event.what == What::alert_firing ||
         event.what == What::customers_complained || calls_somebody(event);
}

std::string finder(const Event& event) {
  return event.what == What::customers_complained ? "customers" : event.source;
}

std::string saw(const Event& event) {
  if (event.what == What::alert_firing)
    return event.told.empty() ? event.version + " of " + event.target
                              : event.target + ": " + event.told;
  if (event.what == What::customers_complained) return sentence(event);
  if (event.what == What::notified) return "called " + listed(event.parts) + ": " + event.version;
  return subject(event);
}

/// Those of a stack who look at others. Nginx does where it has more than one upstream. [NG-4]
std::vector<std::string> watchers(const Campaign& campaign) {
  auto found =
      campaign.topology.names({"haproxy", "keepalived", "db_manager", "prometheus", "nginx"});
  std::erase_if(found, [&](const std::string& name) {
    const auto wires = campaign.topology.wires_of(name);
    return section_of(name) == "nginx" &&
           std::ranges::count(wires, Purpose::upstream, &stack::Wire::purpose) < 2;
  });
  return found;
}

/// The host of a part, or the host itself.
std::string host_in(const std::string& part) {
  const std::string host = host_of(part);
  return host.empty() ? part : host;
}

bool strikes(const Episode& episode, const std::string& host) {
  const auto is_there = [&](const std::string& part) { return host_in(part) == host; };
  return host_in(episode.target) == host || std::ranges::any_of(episode.parts, is_there) ||
         std::ranges::any_of(episode.beyond, is_there);
}

/// The hosts that what somebody saw is about: of an address those that may have had it.
Names hosts_seen(const CausalSite& site, const Event& event) {
  if (event.what == What::vrrp_fault || event.what == What::priority_lowered)
    return {host_in(event.source)};
  if (event.what == What::address_taken_over)
    if (Names others = rivals(site, event); !others.empty()) return others;
  return {host_in(event.target)};
}

/// Whether it is about requests of a class: of what their users feel, or of who is on their way.
bool is_about_requests(const CausalSite& site, const Event& event, std::size_t request_class) {
  return event.what == What::customers_complained ||
         event.target == site.campaign.plan.classes[request_class] ||
         (!section_of(event.target).empty() && site.is_on_way(request_class, event.target));
}

/// Whether what a failure struck is on the way of requests that this is about.
bool may_be_felt(const CausalSite& site, const Event& event, const Episode& episode) {
  const Names ailing = site.ailing(episode);
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    for (const std::string& daemon : ailing)
      if (is_about_requests(site, event, i) && site.is_on_way(i, daemon)) return true;
  return ailing.empty();
}

/// Whether what somebody saw is about what another failure struck that was there too, and not about
/// this one's; or about requests that come to nothing that this one struck; or an alert that was
/// pending before.
bool is_about_another(const CausalSite& site, const Event& event, const Episode& episode,
                      const std::vector<Episode>& all) {
  if (event.what == What::alert_firing && event.time - event.figure < episode.from) return true;
  const Names hosts = hosts_seen(site, event);
  const auto meets = [&](const Episode& one) {
    return std::ranges::any_of(hosts, [&](const auto& host) { return strikes(one, host); });
  };
  if (meets(episode)) return false;
  bool of_requests = false;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    of_requests = of_requests || is_about_requests(site, event, i);
  const bool elsewhere = of_requests && !may_be_felt(site, event, episode);
  if (elsewhere && section_of(event.target).empty()) return true;
  return std::ranges::any_of(all, [&](const Episode& other) {
    return other.from <= event.time && event.time < other.until &&
           (meets(other) || (elsewhere && may_be_felt(site, event, other)));
  });
}

/// Where one of them looks; in the first run, if it was struck itself while that lasted.
std::string where_it_looks(const CausalSite& site, const FaultLine& fault, const std::string& who) {
  for (const Episode& one : site.ailments)
    if (one.until > fault.at && (one.strike == fault.strike || one.from <= fault.at) &&
        one.strikes(who))
      return "it was struck itself";
  const std::string kind = section_of(who);
  return kind == "haproxy"      ? reach_of_checks(site, fault.strike)
         : kind == "keepalived" ? "it looks at what it tracks beside it, and hears other balancers"
         : kind == "db_manager" ? "it looks at databases alone"
                                : "none of its rules held for as long as it must";
}

/// What one of them found out in all runs.
struct Found {
  std::string who, saw;
  std::vector<double> after;
  bool late = true;
};

void add(std::vector<Found>& all, const Event& event, const Episode& episode) {
  const std::string who = finder(event);
  auto one = std::ranges::find(all, who, &Found::who);
  if (one == all.end()) one = all.insert(all.end(), {who, saw(event), {}});
  one->after.push_back(event.time - episode.from);
  one->late = one->late && event.time > episode.repaired;
}

/// The first that each of them found out in one run, before the next failure.
void look(const CausalSite& site, std::vector<Found>& all, const Result& run,
          const Episode& episode, double until) {
  const std::vector<Episode> episodes = episodes_of(run.events);
  std::vector<std::string> told;
  for (const Event& event : run.events) {
    if (event.time < episode.from || event.time >= until || !finds_out(event)) continue;
    if (has(told, finder(event)) || learns_again(run.events, event) ||
        is_about_another(site, event, episode, episodes))
      continue;
    told.push_back(finder(event));
    add(all, event, episode);
  }
}

bool are_alike(const FaultLine& one, const FaultLine& other) {
  return one.kind == other.kind && one.target == other.target;
}

/// When the failure after it strikes that is no part of it, and not the same again, if all these
/// are `one`.
double next_strike(const Campaign& campaign, const Result& run, const Episode& episode,
                   const FaultLine* one) {
  double next = run.duration;
  for (std::size_t i = 0; i < campaign.faults.size(); ++i)
    if (one && are_alike(*one, campaign.faults[i]))
      continue;
    else if (const auto other = strike_in(campaign, run, i);
             other && other->from > episode.repaired)
      next = std::min(next, other->from);
  return next;
}

/// When anything was broken that is felt.
std::vector<Span> times_broken(const std::vector<Event>& events, double end) {
  std::vector<Span> times;
  for (const Episode& one : episodes_of(events)) {
    if (!effect_of(one.kind).is_felt || !one.by.empty() || one.from >= end) continue;
    const Span time{one.from,
                    std::min(std::isfinite(one.repaired) ? one.repaired : one.until, end)};
    if (times.empty() || time.from > times.back().until) times.push_back(time);
    times.back().cover(time);
  }
  return times;
}

/// Where nothing breaks, too much load may do it.
bool fails_after(const Result& run, double date) {
  return std::ranges::any_of(run.stories,
                             [&](const ClassStory& story) { return story.last_failure >= date; });
}

/// Whether somebody mended in time what an alert had told of.
bool helped(const Result& run, const Event& alert) {
  return std::ranges::any_of(run.events, [&](const Event& event) {
    return event.what == What::repaired_by && event.setting && event.time >= alert.time;
  });
}

}  // namespace

std::vector<Discovery> discoveries(const Campaign& campaign) {
  constexpr int most_told = 3;  // strikes alike that are told apart
  std::vector<Discovery> rows;
  if (campaign.results.empty()) return rows;
  const CausalSite site(campaign);
  for (std::size_t i = 0; i < campaign.faults.size(); ++i) {
    const FaultLine& fault = campaign.faults[i];
    const auto is_alike = [&](const FaultLine& one) { return are_alike(one, fault); };
    const auto times = std::ranges::count_if(campaign.faults, is_alike);
    const bool are_one = times > most_told;
    if (are_one && &*std::ranges::find_if(campaign.faults, is_alike) != &fault) continue;
    std::vector<Found> all;
    bool breaks = false;
    for (const Result& run : campaign.results)
      if (const auto episode = strike_in(campaign, run, i)) {
        breaks = breaks || effect_of(episode->kind).is_felt;
        look(site, all, run, *episode,
             next_strike(campaign, run, *episode, are_one ? &fault : nullptr));
      }
    if (!breaks && all.empty()) continue;  // an operator's act is nothing to find out
    std::ranges::stable_sort(all, {}, [](const Found& one) { return mean(one.after); });
    std::string failure = fault_words(fault.kind, spoken(fault.target));
    if (times > 1) failure += " at " + time_text(fault.at);
    if (are_one) failure += fmt::format(", and {} times more", times - 1);
    for (const Found& one : all)
      rows.push_back(
          {failure, one.who, one.saw, Figure(mean(one.after)), one.after.size(), one.late});
    for (const std::string& who : watchers(campaign))
      if (std::ranges::find(all, who, &Found::who) == all.end())
        rows.push_back(
            {.failure = failure, .who = who, .blind_to = where_it_looks(site, fault, who)});
  }
  return rows;
}

Strip who_noticed(const std::vector<Event>& events, double duration) {
  Strip strip{"who noticed", {{0, 0}}, "", ""};
  const auto turn = [&](double time, State state, const std::string& why) {
    strip.spells.back().until = time;
    strip.spells.push_back({time, duration, state, why});
  };
  for (const auto& [from, until] : times_broken(events, duration)) {
    turn(from, State::unnoticed, "nobody knows");
    std::vector<std::string> told;
    for (const Event& event : events) {
      const bool came = event.what == What::acknowledged;
      if (event.time < from || event.time >= until || !(came || finds_out(event))) continue;
      if (has(told, finder(event)) || learns_again(events, event)) continue;
      told.push_back(finder(event));
      turn(event.time, State::noticed, finder(event) + ": " + (came ? "is there" : saw(event)));
    }
    turn(until, State::up, "");
  }
  strip.spells.back().until = duration;
  std::erase_if(strip.spells, [](const Spell& one) { return one.until <= one.from; });
  return strip;
}

AlertCounts alerts(const Campaign& campaign) {
  AlertCounts counts;
  const auto runs = static_cast<double>(std::max<std::size_t>(1, campaign.results.size()));
  for (const Result& run : campaign.results) {
    const auto episodes = episodes_of(run.events);
    for (const Event& event : run.events) {
      if (event.what != What::alert_firing) continue;
      const auto in_force = [&](const Episode& one) {
        return one.from <= event.time && event.time < one.repaired;
      };
      const auto was = [&](const Episode& one) { return one.from <= event.time; };
      const bool warns = episodes.empty() && (fails_after(run, event.time) || helped(run, event));
      (warns || std::ranges::any_of(episodes, in_force) ? counts.useful
       : std::ranges::any_of(episodes, was)             ? counts.late
                                                        : counts.needless) += 1 / runs;
    }
  }
  return counts;
}

std::optional<Call> call(const Campaign& campaign, const std::vector<double>& since) {
  std::optional<Call> best;
  std::size_t most = 0;
  for (const auto& [what, who] : {std::pair{What::notified, "monitoring"},
                                  std::pair{What::customers_complained, "the first customer"}}) {
    std::vector<double> times;
    for (std::size_t i = 0; i < campaign.results.size(); ++i) {
      const Result& run = campaign.results[i];
      times.push_back(since.empty() ? measure::told(run, what)
                                    : measure::told_since(run, what, since[i]));
    }
    const std::vector<double> after = happened(times);
    const bool earlier = best && after.size() == most && mean(after) < best->after;
    if (after.size() <= most && !earlier) continue;
    most = after.size();
    best = Call{who, mean(after), in_runs(after.size(), campaign.results.size())};
  }
  return best;
}

const Event* looked_in_vain(const Result& run) {
  return first_event(run.events, {-never, never},
                     [](const Event& event) { return event.what == What::primary_silent; });
}

bool alerts_nobody(const Campaign& campaign) {
  const auto fired = figure(campaign, "alerted");
  return fired.measured > fired.never && !call(campaign);
}

}  // namespace spof::report
