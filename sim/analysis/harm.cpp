#include <algorithm>
#include <cmath>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/after_fault.hpp"
#include "measure/chronicle.hpp"

namespace spof::report {
namespace {

/// The share that failed, of all that were scheduled inside these outages.
double share_inside(const std::vector<measure::Outage>& outages) {
  double failed = 0, all = 0;
  for (const measure::Outage& one : outages) {
    failed += static_cast<double>(one.failures);
    all += static_cast<double>(one.failures + one.answered);
  }
  return all > 0 ? failed / all : 0;
}

/// The longest gap in service, if it reaches beyond the fault.
double gap_of(const Result& run, std::size_t request_class) {
  const measure::ClassStory& story = run.stories[request_class];
  return story.gap_start + story.longest_gap > run.fault_start ? story.longest_gap.value : 0;
}

/// How slow correct answers became: see `stalled_factor`.
void judge_speed(const Campaign& campaign, std::size_t request_class, Harm& harm) {
  const bool breaks = !campaign.faults.empty();
  const auto before = total(campaign, Phase::before, request_class);
  const auto during = breaks ? total(campaign, Phase::during, request_class) : before;
  if (during.ok.count() == 0) return;
  const auto quantile = [](const Tally& of, double share) {
    return of.ok.count() > 0 ? static_cast<double>(of.ok.quantile(share)) / 1e6 : 0;
  };
  harm.p99_before = quantile(before, 0.99);
  harm.p99_during = quantile(during, 0.99);
  const double usual = breaks ? harm.p99_before : quantile(before, 0.01);
  const double limit = std::max(stalled_least, stalled_factor * usual);
  harm.stood_still = harm.gap > limit;
  harm.crawled = harm.p99_during > limit;
}

/// Whether requests failed here and there from a fault to its end: no outages with service between
/// them, but a share that fails.
bool are_scattered(const std::vector<measure::Outage>& outages, double from, double until) {
  constexpr double few = 10, long_pause = 0.25;  // failures in each; of the time
  double failures = 0, pause = 0, last = from;
  for (const measure::Outage& one : outages) {
    failures += static_cast<double>(one.failures);
    pause = std::max(pause, one.start - last);
    last = one.end;
  }
  pause = std::max(pause, until - last);
  return outages.size() > 1 && failures < few * static_cast<double>(outages.size()) &&
         pause <= long_pause * (until - from);
}

/// The last failure that struck before an outage was felt: what had been broken for long, and
/// borne, is not what began it.
double struck_before(const Result& run, double felt) {
  double last = run.fault_start;
  for (const measure::Episode& one : measure::episodes_of(run.events))
    if (one.by.empty() && measure::may_end_service(one.kind) && one.from <= felt)
      last = std::max(last, one.from);
  return last;
}

/// What came after an outage and waited, and nobody was answered, up to the repair that ended it:
/// seconds, at most as long as the outage itself.
double waited_on(const Result& run, std::size_t request_class, const measure::Outage& last,
                 double mended) {
  const measure::ClassStory& story = run.stories[request_class];
  const double until = std::min<double>(last.last_seen, mended);
  const bool nobody = story.gap_start <= last.end && story.gap_start + story.longest_gap >= until;
  return mended < never && nobody ? std::clamp<double>(until - last.end, 0, last.end - last.start)
                                  : 0;
}

/// Whether requests still failed, here and there at least, when the fault struck.
bool was_failing(const Result& run, std::size_t request_class) {
  constexpr double long_pause = 0.25;  // of the time
  double since = -1, last = -1;
  for (const measure::Outage& one : run.stories[request_class].outages) {
    if (one.start >= run.fault_start) break;
    if (since < 0) since = one.start;
    last = one.end;
  }
  return since >= 0 && run.fault_start - last <= long_pause * (run.fault_start - since);
}

/// Whether a fault made nothing worse, but for what chance does.
bool fails_as_before(const Campaign& campaign, std::size_t request_class) {
  for (const Result& run : campaign.results)
    if (!was_failing(run, request_class)) return false;
  const double before = failing_share_of(total(campaign, Phase::before, request_class));
  const Tally during = total(campaign, Phase::during, request_class);
  const double chance = std::sqrt(before * (1 - before) / std::max(1.0, double(during.requests())));
  return before >= failing_share && failing_share_of(during) <= before + 2 * chance;
}

/// A failover ended what lasted from a date to an end before what was repaired worked again: its
/// date is nearer to the end.
bool is_taken_over(const Result& run, double from, double end, double repair) {
  for (const measure::Episode& one : measure::episodes_of(run.events))
    if (one.repaired == repair && std::isfinite(one.until)) repair = std::max(repair, one.until);
  return std::ranges::any_of(run.events, [&](const Event& event) {
    return (event.what == What::failed_over || event.what == What::address_taken_over) &&
           event.time > from && event.time < repair &&
           std::fabs(event.time - end) < std::fabs(repair - end);
  });
}

/// Whether nobody was answered from what began it up to the repair that ended it, or the end of the
/// run, and enough had asked that this is no chance.
bool serves_nobody(const Result& run, std::size_t request_class) {
  constexpr std::uint64_t enough = 10;
  const measure::ClassStory& story = run.stories[request_class];
  const double from = story.gap_start, end = from + story.longest_gap;
  if (run.fault_start < 0 || end <= run.fault_start) return false;
  const double struck = struck_before(run, from + stalled_least);
  const double until =
      std::min<double>({run.fault_end, run.duration, measure::repair_that_ended(run, end, end)});
  std::uint64_t asked = 0;
  for (const measure::WindowRow& row : run.windows)
    if (row.request_class == request_class && row.start >= from && row.start + run.window <= end)
      asked += row.requests;
  return asked >= enough && until > struck && story.longest_gap > stalled_least &&
         std::min(end, until) - std::max(from, struck) >= lasting_share * (until - struck) &&
         !is_taken_over(run, from, end, until);
}

Harm harm_of(const Campaign& campaign, std::size_t request_class) {
  Harm harm;
  harm.name = campaign.plan.classes[request_class];
  std::vector<double> shares, spans, numbers, gaps;
  std::size_t lasting = 0, unserving = 0;
  for (const Result& run : campaign.results) {
    for (const Phase phase : {Phase::before, Phase::during, Phase::after})
      if (run.fault_start < 0 || phase != Phase::before)
        harm.failed += static_cast<double>(run.tally(phase, request_class).bad());
    gaps.push_back(gap_of(run, request_class));
    const auto outages = outages_of(run, request_class);
    if (outages.empty()) continue;
    double mended = never, until = 0, span = 0;
    double broken = 0;  // from what began an outage to the repair that ended it, of all together
    for (const measure::Outage& outage : outages) {
      span += outage.end - outage.start;
      const double struck = std::max(until, struck_before(run, outage.first_seen));
      mended = measure::repair_that_ended(run, outage.end, outage.last_seen);
      until = std::min<double>({run.fault_end, run.duration, mended});
      broken += std::max(0.0, until - struck);
    }
    const double struck = struck_before(run, outages.front().first_seen);
    const bool scattered = run.fault_start >= 0 && are_scattered(outages, struck, until);
    if (scattered) span = outages.back().end - outages.front().start;
    spans.push_back(span);
    numbers.push_back(scattered ? 1 : static_cast<double>(outages.size()));
    shares.push_back(scattered ? failing_share_of(run.tally(Phase::during, request_class))
                               : share_inside(outages));
    const double unserved = span + waited_on(run, request_class, outages.back(), mended);
    const measure::Outage& last = outages.back();
    const bool to_the_end =  // it is most of what failed, and nothing ends it
        last.end > run.stories[request_class].last_arrival - run.outage_gap &&
        last.end - last.start >= lasting_share * span;
    const bool serves_none =
        serves_nobody(run, request_class) && 2 * run.stories[request_class].longest_gap >= span;
    unserving += serves_none ? 1 : 0;
    const bool lasts =
        scattered || to_the_end || serves_none ||
        (unserved >= lasting_share * broken && !is_taken_over(run, last.start, last.end, until));
    lasting += run.fault_start >= 0 && lasts ? 1 : 0;
  }
  harm.failed /= static_cast<double>(std::max<std::size_t>(campaign.results.size(), 1));
  harm.worst_share = mean(shares);
  harm.outage = mean(spans);
  harm.outages = mean(numbers);
  harm.runs = spans.size();
  harm.in_flight = harm.failed > 0 && harm.runs == 0;
  harm.lasts = lasting * 2 > campaign.results.size();
  harm.unserved = unserving * 2 > campaign.results.size();
  harm.gap = mean(gaps);
  judge_speed(campaign, request_class, harm);
  harm.as_before = fails_as_before(campaign, request_class);
  return harm;
}

constexpr double aftermath = 15;  // seconds until all knew that something was over

/// From a strike until all knew that it was over.
Span felt_in(const measure::Episode& episode) {
  const bool ends = std::isfinite(episode.until) && std::isfinite(episode.repaired);
  const double until = episode.kind == What::reload ? episode.from
                       : ends ? std::max<double>(episode.until, episode.repaired)
                              : never;
  return {episode.from, until + aftermath};
}

/// What a class of a run suffered in a time.
struct Suffering {
  double due = 0;      ///< requests
  double failed = 0;   ///< in outages that reach into it
  bool stood = false;  ///< its longest gap in service is one of that time
  bool any = false;    ///< or a request failed, or came late
};
Suffering suffered(const Result& run, std::size_t request_class, const Span& time) {
  const measure::ClassStory& story = run.stories[request_class];
  Suffering found;
  found.stood = story.longest_gap > stalled_least &&
                time.meets({story.gap_start, story.gap_start + story.longest_gap});
  for (const measure::Outage& one : story.outages) {
    // What fails by a strike is seen after it; a command may be what ends an outage.
    const bool is_ended = one.first_seen < time.from && one.end < time.from + stalled_least;
    if (time.meets({one.start, one.last_seen}) && !is_ended)
      found.failed += static_cast<double>(one.failures);
  }
  found.any = found.stood || found.failed > 0;
  for (const measure::WindowRow& row : run.windows) {
    if (row.request_class != request_class) continue;
    const double end = row.start + run.window, slowest = static_cast<double>(row.max) * 1e-6;
    if (time.meets({row.start, end})) found.due += static_cast<double>(row.requests);
    found.any = found.any || ((row.outcome != Outcome::ok || slowest > measure::slow_limit) &&
                              time.meets({row.start, end + slowest}));
  }
  return found;
}

/// Whether requests of a class failed for a certificate's sake.
bool fails_by_certificate(const Campaign& campaign, std::size_t request_class) {
  const Tally all = total(campaign, std::nullopt, request_class);
  return std::ranges::any_of(all.failures, [](const measure::Failure& one) {
    return one.outcome == Outcome::certificate ||
           (one.cause >= measure::Cause::certificate_expired &&
            one.cause <= measure::Cause::certificate_chain);
  });
}

/// Whether somebody else who may have the address that a daemon listens on ailed at the same time.
bool is_needed(const CausalSite& site, const scenario::Edge& edge, const std::string& daemon,
               const measure::Episode& episode) {
  return std::ranges::any_of(site.campaign.topology.behind(edge.wire), [&](const auto& other) {
    return other != daemon && std::ranges::any_of(site.ailments, [&](const Ailment& one) {
             return one.span().meets(episode.span()) && site.troubles(one, other, "");
           });
  });
}

/// Whether a daemon that ails is met by requests of a class: it is on their way, and has the
/// address that they come by if that moves, or should have taken it.
bool may_be_met(const CausalSite& site, std::size_t request_class, const std::string& daemon,
                const measure::Episode& episode) {
  if (!site.is_on_way(request_class, daemon)) return false;
  bool is_door = false;
  for (const scenario::Edge& edge : site.campaign.topology.edges) {
    if (edge.wire.purpose != Purpose::door ||
        !has(site.campaign.topology.behind(edge.wire), daemon))
      continue;
    is_door = true;
    if (may_have_address(site, {edge.from, daemon, &edge, &episode}, episode.span()) ||
        is_needed(site, edge, daemon, episode))
      return true;
  }
  return !is_door;
}

/// Whether an address moved, or was given up, while this lasted or soon after it.
bool moves_meanwhile(const CausalSite& site, const measure::Episode& episode) {
  const Span time{episode.from, episode.until + aftermath};
  return std::ranges::any_of(site.run.events, [&](const Event& event) {
    const bool moves = moves_address(event) || event.what == What::vrrp_backup;
    return moves && time.holds(event.time);
  });
}

/// Whether a rule keeps those from each other who share an address.
bool stops_adverts(const CausalSite& site, const measure::Episode& rule) {
  constexpr int vrrp = 112;  // the protocol's number, which stands for its port
  return (rule.rule.port == vrrp || rule.rule.port == 0) &&
         site.campaign.topology.find("keepalived@" + rule.target);
}

/// What part a fault may have in what requests of a class suffer: by what they meet, by who moves
/// addresses or fails databases over, or by who calls people.
Part may_have(const CausalSite& site, std::size_t request_class, const measure::Episode& episode) {
  if (episode.kind == What::clock && !fails_by_certificate(site.campaign, request_class))
    return Part::none;
  const auto ailing = site.ailing(episode);
  if (episode.kind == What::firewall_rule && ailing.empty())
    return stops_adverts(site, episode) && moves_meanwhile(site, episode) ? Part::much : Part::none;
  if (ailing.empty() || episode.kind == What::deploy) return Part::much;
  Part most =
      std::ranges::any_of(site.run.events,
                          [](const Event& event) { return event.what == What::repaired_by; })
          ? Part::delays
          : Part::none;
  for (const std::string& daemon : ailing) {
    const std::string section = section_of(daemon);
    const bool serves = section == "haproxy" || section == "nginx" || section == "app" ||
                        section == "mysql" || section == "dns";
    const bool manages =
        section == "db_manager" || (section == "keepalived" && moves_meanwhile(site, episode));
    if (serves ? may_be_met(site, request_class, daemon, episode) : manages) most = Part::much;
  }
  return most;
}

/// What failed of a class in outages from the fault on, over all runs.
double failed_in_outages(const Campaign& campaign, std::size_t request_class) {
  double failed = 0;
  for (const Result& run : campaign.results)
    for (const measure::Outage& one : outages_of(run, request_class))
      failed += static_cast<double>(one.failures);
  return failed;
}

/// The part of one fault in what a class suffered.
Part part_in(const Campaign& campaign, const std::vector<CausalSite>& sites, std::size_t fault,
             std::size_t request_class) {
  Part most = Part::none;
  Suffering all;
  for (const CausalSite& site : sites) {
    const auto strike = strike_in(campaign, site.run, fault);
    const Part may = strike ? may_have(site, request_class, *strike) : Part::none;
    if (may == Part::none) continue;
    const Suffering own = suffered(site.run, request_class, felt_in(*strike));
    if (own.any) most = std::max(most, may);
    all.due += own.due;
    all.failed += own.failed;
    all.stood = all.stood || own.stood;
  }
  const double failed = failed_in_outages(campaign, request_class);
  const bool few = !all.stood && failed > 0 && all.failed < little_share * failed &&
                   all.failed < failing_share * all.due;
  return few ? std::min(most, Part::little) : most;
}

}  // namespace

std::vector<Blame> blames(const Campaign& campaign) {
  std::vector<CausalSite> sites;
  for (const Result& run : campaign.results) sites.emplace_back(campaign, run);
  std::vector<Blame> found(campaign.faults.size());
  bool any = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const CausalSite& site : sites) any = any || strike_in(campaign, site.run, i);
    for (std::size_t one = 0; one < campaign.plan.classes.size(); ++one) {
      const Part part = part_in(campaign, sites, i, one);
      found[i].part = std::max(found[i].part, part);
      if (part == Part::much) found[i].classes.push_back(campaign.plan.classes[one]);
    }
  }
  if (!any) found.assign(found.size(), {Part::much, campaign.plan.classes});  // no event tells
  return found;
}

double failing_share_of(const Tally& requests) {
  return static_cast<double>(requests.bad()) / std::max(1.0, double(requests.requests()));
}

std::vector<measure::Outage> outages_of(const Result& run, std::size_t request_class) {
  std::vector<measure::Outage> found;
  for (measure::Outage outage : run.stories[request_class].outages) {
    if (run.fault_start >= 0 && outage.end < run.fault_start) continue;
    outage.start = std::max(outage.start, run.fault_start);
    found.push_back(outage);
  }
  return found;
}

std::vector<Harm> harms(const Campaign& campaign) {
  std::vector<Harm> all;
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i)
    all.push_back(harm_of(campaign, i));
  return all;
}

}  // namespace spof::report
