#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/causes/causes_site.hpp"
#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "fault/catalogue.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// A target in a sentence; that of a partition are the two sides, of which one may still be heard.
std::string plain_name(const Ailment& ailment) {
  if (ailment.kind != What::partition) return spoken(ailment.target);
  const auto partition = fault::read_partition(ailment.target);
  const bool one_way = partition && partition->one_way;
  return fmt::format("{} {} {} {}", one_way ? "from" : "between", listed(ailment.parts),
                     one_way ? "to" : "and", listed(ailment.beyond));
}

/// Names that are told together, by date.
using Together = std::map<double, Names>;

/// Ailments of one kind that began together are told together; so are those of one target.
struct Strike {
  std::vector<const Ailment*> all;
  bool repeated = false;  ///< one target, one after the other

  const Ailment& first() const { return *all.front(); }
  const Ailment& last() const { return *all.back(); }
  Names names() const {
    Names found;
    for (const Ailment* one : all)
      if (found.empty() || !repeated) found.push_back(plain_name(*one));
    return found;
  }
};

/// The scenario has several rules for the firewall of a host, or none that is known.
bool are_many_rules(const CausalSite& site, const std::string& host) {
  const Json& scenario = site.campaign.scenario;
  if (!scenario.contains("faults")) return true;
  return std::ranges::count_if(scenario["faults"], [&](const Json& one) {
           return one.value("kind", "") == word_of(What::firewall_rule) &&
                  one.value("target", "") == host;
         }) != 1;
}

/// Applications that a release was for: "app@server1 and app@server2".
Names targets_of(const Ailment& deploy) {
  std::string targets = deploy.target;
  const std::string_view last = " and ";
  if (const std::size_t at = targets.find(last); at != targets.npos)
    targets.replace(at, last.size(), ", ");
  return parts_of(targets, ", ");
}

/// Those that started with it before it was taken back.
Names reached_by(const CausalSite& site, const Ailment& deploy) {
  Names reached;
  for (const std::string& target : targets_of(deploy))
    if (site.started_anew(target, {deploy.from, deploy.repaired})) reached.push_back(target);
  return reached;
}

/// "release 2 was rolled out to app@server1; app@server2 did not start with it"
std::string rolled_out_text(const CausalSite& site, const Ailment& deploy, std::string degree) {
  const Names reached = reached_by(site, deploy);
  Names others;
  for (const std::string& target : targets_of(deploy))
    if (!has(reached, target)) others.push_back(target);
  const auto put = [&](const Names& names) { degree.replace(degree.find('%'), 1, listed(names)); };
  if (reached.empty()) {
    if (const std::size_t at = degree.find(" was rolled out"); at != std::string::npos)
      degree.replace(at, 4, " was to be");
    put(others);
    return degree + ", and did not get there";
  }
  put(reached);
  return degree + (others.empty() ? "" : ", and did not get to " + listed(others));
}

/// Two strikes at one target are of one thing, and can be told as one that happened again.
bool is_of_same(const CausalSite& site, const Ailment& first, const Ailment& other) {
  if (first.kind == What::firewall_rule) return !are_many_rules(site, first.target);
  // As long as one holds, what both do is not over: but a weight is of one server.
  return site.degree(first) == site.degree(other) ||
         (first.kind != What::weight && other.from < first.repaired);
}

/// What is told together is alike, and began and ended together, or struck one target.
bool fits(const CausalSite& site, const Strike& strike, const Ailment& ailment) {
  const Ailment& first = strike.first();
  if (first.kind != ailment.kind || first.kind == What::command || first.kind == What::maintenance)
    return false;
  if (first.target == ailment.target)
    return (strike.repeated || strike.all.size() == 1) && is_of_same(site, first, ailment);
  return !strike.repeated && first.from == ailment.from && first.repaired == ailment.repaired &&
         site.degree(first) == site.degree(ailment);
}

std::vector<Strike> strikes(const CausalSite& site) {
  std::vector<Strike> made;
  for (const Ailment& ailment : site.ailments) {
    if (!ailment.by.empty()) continue;  // no fault
    const auto same = std::ranges::find_if(
        made, [&](const Strike& strike) { return fits(site, strike, ailment); });
    if (same == made.end()) {
      made.push_back({{&ailment}});
    } else {
      same->repeated = same->first().target == ailment.target;
      same->all.push_back(&ailment);
    }
  }
  return made;
}

std::string more_text(std::size_t times, double last) {
  return times == 1 ? fmt::format(", and again at {}", time_text(last))
                    : fmt::format(", and {} times more until {}", times, time_text(last));
}

/// Of a database that was told to copy something: what came of it; empty: it has done so.
std::string not_done_words(const CausalSite& site, const Ailment& command) {
  const bool refused = std::ranges::any_of(site.run.events, [&](const Event& event) {
    return event.what == What::command_refused && event.source == command.target &&
           event.time == command.from;
  });
  return refused                               ? ", and refused"
         : std::isinf(site.copied_at(command)) ? ", and was not done with that when the run ended"
                                               : "";
}

/// "server1 became 20 times slower", "nginx@server1 and nginx@server2 crashed, and ..."
std::string strike_text(const CausalSite& site, const Strike& strike) {
  const std::string degree = site.degree(strike.first());
  std::string text;
  if (degree.empty()) {
    text = struck_words(word_of(strike.first().kind), strike.names());
  } else if (strike.first().kind == What::deploy && strike.all.size() == 1) {
    text = rolled_out_text(site, strike.first(), degree);
  } else {
    const bool has_place = degree.find('%') != std::string::npos;
    text = with_targets(has_place ? degree : "% " + degree, strike.names());
  }
  if (strike.repeated) text += more_text(strike.all.size() - 1, strike.last().from);
  if (copies_anew(degree)) text += not_done_words(site, strike.first());
  return text;
}

/// Daemons that systemd started.
void add_restarts(const CausalSite& site, const Strike& strike, std::vector<Cause>& chain) {
  Together starts;
  for (const Ailment* ailment : strike.all)
    if (std::isfinite(ailment->restarted)) starts[ailment->restarted].push_back(ailment->target);
  for (const auto& [date, targets] : starts) {
    std::string text = fmt::format("systemd started {} again (restart_sec {})", listed(targets),
                                   site.own(targets.front(), "service/restart_sec"));
    if (strike.repeated && starts.size() > 1)
      text += more_text(starts.size() - 1, starts.rbegin()->first);
    chain.push_back(at(date, std::move(text)));
    if (strike.repeated) return;
  }
}

/// Another fault held the same process down when this one was repaired.
bool is_struck_still(const CausalSite& site, const Ailment& daemon) {
  return std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return effect_of(one.kind).ends_process && one.target == daemon.target &&
           one.from <= daemon.repaired && one.repaired > daemon.repaired;
  });
}

/// A restart ended it, which tells of itself: nobody went on.
bool is_restarted(const CausalSite& site, const Ailment& hang) {
  return std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return one.kind == What::restart && one.target == hang.target &&
           Span{one.from, one.repaired}.holds(hang.repaired);
  });
}

/// A manager had cut the power of its host when it was repaired.
bool is_switched_off(const CausalSite& site, const Ailment& daemon) {
  return std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return one.kind == What::power_off && &one != &daemon && one.strikes(daemon.target) &&
           one.from <= daemon.repaired && one.repaired > daemon.repaired;
  });
}

/// Of those that a release is taken back from: who had it and can go back, and who never had it.
void add_gone_back(const CausalSite& site, const Ailment& deploy, Names& went, Names& untouched) {
  for (const std::string& one : deploy.parts) {
    double next = INFINITY;
    for (const Ailment& other : site.ailments)
      if (other.strikes(one) && other.from > deploy.repaired) next = std::min(next, other.from);
    const bool is_dead = std::ranges::any_of(site.ailments, [&](const Ailment& other) {
      return &other != &deploy && effect_of(other.kind).ends_process &&
             other.kind != What::deploy && (other.target == one || other.target == host_of(one)) &&
             other.from <= deploy.repaired && deploy.repaired < other.until;
    });
    if (!site.started_anew(one, {deploy.from, next}))
      append_new(untouched, one);
    else if (!is_dead)
      append_new(went, one);
  }
}

/// Who is started at the repair, who ran already, and whom it cannot help.
void add_repair(const CausalSite& site, const Strike& strike, std::vector<Cause>& chain) {
  // Nothing is repaired as long as one of them holds.
  const Ailment& last =
      **std::ranges::max_element(strike.all, {}, [](const Ailment* one) { return one->repaired; });
  const double date = last.repaired;
  if (date >= site.run.duration) return;
  Names started, running, ended, off, untouched;
  for (const Ailment* ailment : strike.all) {
    if ((strike.repeated && ailment != &last) || is_struck_still(site, *ailment)) continue;
    if (ailment->kind == What::restart ||
        (ailment->kind == What::hang && is_restarted(site, *ailment)))
      continue;
    if (ailment->kind == What::deploy)
      add_gone_back(site, *ailment, started, untouched);
    else
      (is_switched_off(site, *ailment)                   ? off
       : !ailment->came_back() && ailment->until >= date ? started
       : ailment->kind == What::open_transaction         ? ended
                                                         : running)
          .push_back(plain_name(*ailment));
  }
  const char* what = strike.repeated ? "last repair: " : "repair: ";
  const std::string repaired =
      started.empty() ? "" : repaired_words(word_of(strike.first().kind), started);
  if (!repaired.empty()) chain.push_back(at(date, what + repaired));
  const auto in_vain = [&](const Names& names, const char* why) {
    if (!names.empty())
      chain.push_back(
          at(date, fmt::format("{}nothing to do, {} {}", what, listed(names), why), true));
  };
  in_vain(running, "ran already");
  in_vain(ended, "had ended it with its process");
  in_vain(off, "had no power any more");
  in_vain(untouched, "did not have the release");
}

/// What serves again later than its repair. What only runs again is a detail.
void add_ready(const CausalSite& site, std::vector<Cause>& chain) {
  Together told;
  for (const Event& event : site.run.events) {
    if (event.role() != Role::ready || event.time < site.run.fault_start ||
        event.time > site.run.duration)
      continue;
    const bool at_once = std::ranges::any_of(site.ailments, [&](const Ailment& ailment) {
      return ailment.target == event.source &&
             (ailment.repaired == event.time || std::fabs(ailment.restarted - event.time) < 1e-6);
    });
    if (event.what != What::serving)
      chain.push_back(
          at(event.time,
             fmt::format("{} {}{}", concerned(event), ready_words(event, true), in_brackets(event)),
             event.what == What::failed_over));
    else if (!at_once)
      told[event.time].push_back(event.source);
  }
  std::size_t left = 3;
  for (const auto& [date, names] : told)
    if (left-- > 0) chain.push_back(at(date, listed(names) + " served again", true));
}

/// A manager has told everybody of this primary.
bool is_told(const CausalSite& site, const std::string& primary) {
  return std::ranges::any_of(site.run.events, [&](const Event& event) {
    return event.what == What::failed_over && event.target == primary;
  });
}

/// What components say of themselves, and operators do; the first time, and how often.
void add_remarks(const CausalSite& site, std::vector<Cause>& chain) {
  constexpr std::array told{What::transactions_lost,
                            What::relay_log_purged,
                            What::replication_broken,
                            What::source_changed,
                            What::write_to,
                            What::start_limit_hit,
                            What::start_failed,
                            What::struck_in_vain,
                            What::out_of_memory,
                            What::worker_killed,
                            What::maint,
                            What::drain,
                            What::ready,
                            What::reloaded};
  struct Repeated {
    std::size_t place;
    int more = 0;
    double last = 0;
  };
  std::map<std::string, Repeated> seen;
  for (const Event& event : site.run.events) {
    if (!has(told, event.what) || event.time > site.run.duration) continue;
    if (event.what == What::write_to && is_told(site, event.target)) continue;
    std::string words =
        event.what == What::worker_killed && event.setting == 1 ? "ended" : word_of(event.what);
    std::ranges::replace(words, '_', ' ');
    const bool itself = event.target.empty() || event.target == event.source;
    const std::string text = event.source + ": " + words + (itself ? "" : " " + event.target);
    const auto [one, is_new] = seen.try_emplace(text, Repeated{chain.size()});
    if (is_new) chain.push_back(at(event.time, text + in_brackets(event)));
    one->second.more += is_new ? 0 : 1;
    one->second.last = event.time;
  }
  for (const auto& [unused, one] : seen)
    if (one.more > 0)
      chain[one.place].text += fmt::format("; {} more until {:.1f} s", one.more, one.last);
}

}  // namespace

void add_faults(const CausalSite& site, std::vector<Cause>& chain) {
  for (const Strike& strike : strikes(site)) {
    chain.push_back(at(strike.first().from, strike_text(site, strike)));
    chain.back().strikes = true;
    add_restarts(site, strike, chain);
    add_repair(site, strike, chain);
  }
  add_ready(site, chain);
  add_remarks(site, chain);
}

}  // namespace spof::report
