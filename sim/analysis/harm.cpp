#include <algorithm>
#include <cmath>

#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/after_fault.hpp"
#include "measure/chronicle.hpp"
#include "measure/takeovers.hpp"

namespace spof::report {
namespace {

constexpr double long_pause = 0.25;  // of the time: so long without a failure, and it was over

/// The share that failed, of all that were scheduled inside these outages.
double share_inside(const std::vector<Outage>& outages) {
  double failed = 0, all = 0;
  for (const Outage& one : outages) {
    failed += static_cast<double>(one.failures);
    all += static_cast<double>(one.failures + one.answered);
  }
  return all > 0 ? failed / all : 0;
}

/// The longest gap in service, if it reaches beyond the fault.
double gap_of(const Result& run, std::size_t request_class) {
  const ClassStory& story = run.stories[request_class];
  return story.gap().until > run.fault_start ? story.longest_gap.value : 0;
}

/// What failed in the outages that this gap meets.
double failed_in_gap(const Result& run, std::size_t request_class) {
  Span gap = run.stories[request_class].gap();
  gap.from -= stalled_least;  // those in flight when it began
  gap.until += stalled_least;
  double failed = 0;
  for (const Outage& one : outages_of(run, request_class))
    if (gap.meets({one.start, one.last_seen})) failed += static_cast<double>(one.failures);
  return failed;
}

/// How slow correct answers became: see `stalled_factor`.
void judge_speed(const Campaign& campaign, std::size_t request_class, Harm& harm) {
  const bool breaks = !campaign.faults.empty();
  const auto before = total(campaign, Phase::before, request_class);
  const auto during = breaks ? total(campaign, Phase::during, request_class) : before;
  if (during.ok.count() == 0) return;
  const auto quantile = [](const Tally& of, double share) {
    return static_cast<double>(of.ok.quantile(share)) / 1e6;
  };
  harm.p99_before = quantile(before, 0.99);
  harm.p99_during = quantile(during, 0.99);
  harm.late = breaks && during.slow_ok > 0 && before.slow_ok == 0;
  const double usual = breaks ? harm.p99_before : quantile(before, 0.01);
  const double limit = std::max(stalled_least, stalled_factor * usual);
  harm.stood_still = harm.gap > limit;
  harm.crawled = harm.p99_during > limit;
}

/// Whether requests failed here and there from a fault to its end: no outages with service between
/// them, but a share that fails.
bool are_scattered(const std::vector<Outage>& outages, double from, double until) {
  constexpr double few = 10;  // failures in each
  double failures = 0, pause = 0, last = from;
  for (const Outage& one : outages) {
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
  for (const Episode& one : episodes_of(run.events))
    if (one.by.empty() && may_end_service(one.kind) && one.from <= felt)
      last = std::max(last, one.from);
  return last;
}

/// What came after an outage and waited, and nobody was answered, up to the repair that ended it:
/// seconds, at most as long as the outage itself.
double waited_on(const Result& run, std::size_t request_class, const Outage& last, double mended) {
  const Span gap = run.stories[request_class].gap();
  const double until = std::min<double>(last.last_seen, mended);
  const bool nobody = gap.from <= last.end && gap.until >= until;
  return mended < never && nobody ? std::clamp<double>(until - last.end, 0, last.end - last.start)
                                  : 0;
}

/// Whether requests still failed, here and there at least, when the fault struck.
bool was_failing(const Result& run, std::size_t request_class) {
  double since = -1, last = -1;
  for (const Outage& one : run.stories[request_class].outages) {
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

/// A failover ended what lasted from a date to an end: it was just before that, or is nearer to it
/// than the date on which what was repaired worked again.
bool is_taken_over(const Result& run, double from, double end, double repair) {
  repair = works_again(episodes_of(run.events), repair);
  return std::ranges::any_of(run.events, [&](const Event& event) {
    const double before = end - event.time;
    return (event.what == What::failed_over || is_takeover(event)) && event.time > from &&
           ((before >= 0 && before < stalled_least) || std::fabs(before) < std::fabs(repair - end));
  });
}

/// A load balancer, its host or its card was back before another, which was well, could have taken
/// its address over: that it did not says nothing.
bool is_brief_of_pair(const Campaign& campaign, const Result& run, double struck, double until) {
  constexpr double takeover = 10;  // seconds, for a slow check and three adverts
  if (until - struck >= takeover) return false;
  const auto episodes = episodes_of(run.events);
  const auto strikes = [](const Episode& one, const std::string& host) {
    return one.target == host || has(one.parts, host) || one.target == "haproxy@" + host ||
           one.target == "keepalived@" + host;
  };
  const auto is_well = [&](const std::string& host) {
    return std::ranges::none_of(episodes, [&](const Episode& one) {
      return one.span().meets({struck, until}) && strikes(one, host);
    });
  };
  for (const scenario::MovingAddress& own : campaign.topology.addresses)
    for (const scenario::MovingAddress& other : campaign.topology.addresses)
      if (other.address == own.address && !is_well(own.host) && is_well(other.host)) return true;
  return false;
}

constexpr std::uint64_t enough = 10;  // requests, that it is no chance

/// Whether nobody was answered from what began it up to the repair that ended it, or the end of the
/// run, and enough had asked that this is no chance.
bool serves_nobody(const Result& run, std::size_t request_class) {
  const ClassStory& story = run.stories[request_class];
  const auto [from, end] = story.gap();
  if (run.fault_start < 0 || end <= run.fault_start) return false;
  const double struck = struck_before(run, from + stalled_least);
  const double until =
      std::min<double>({run.fault_end, run.duration, repair_that_ended(run, end, end)});
  std::uint64_t asked = 0;
  for (const WindowRow& row : run.windows)
    if (row.request_class == request_class && row.start >= from && row.start + run.window <= end)
      asked += row.requests;
  return asked >= enough && until > struck && story.longest_gap > stalled_least &&
         std::min(end, until) - std::max(from, struck) >= lasting_share * (until - struck) &&
         !is_taken_over(run, from, end, until);
}

/// What the outages of a class in one run come to.
struct RunOutages {
  double span = 0, number = 0, share = 0;  ///< seconds, how many, of the requests inside
  bool lasts = false, unserved = false;    ///< as in Harm
};

RunOutages outages_in(const Campaign& campaign, const Result& run, std::size_t request_class) {
  const auto outages = outages_of(run, request_class);
  if (outages.empty()) {  // who waited was answered in the end
    const auto [from, until] = run.stories[request_class].gap();
    const bool unserved =
        serves_nobody(run, request_class) && !is_brief_of_pair(campaign, run, from, until);
    return {.lasts = unserved, .unserved = unserved};
  }
  double mended = never, until = 0, span = 0, struck = 0;
  double longest = 0;  // from a strike to the end of what it began, or its repair
  double broken = 0;   // from what began an outage to the repair that ended it, of all together
  for (const Outage& outage : outages) {
    span += outage.end - outage.start;
    struck = struck_before(run, outage.first_seen);
    const double from = std::max(until, struck);
    mended = repair_that_ended(run, outage.end, outage.last_seen);
    until = std::min<double>({run.fault_end, run.duration, mended});
    broken += std::max(0.0, until - from);
    longest = std::max(longest, std::max<double>(until, outage.end) - struck);
  }
  const Outage &first = outages.front(), &last = outages.back();
  const ClassStory& story = run.stories[request_class];
  const double length = last.end - last.start;
  const bool scattered =
      run.fault_start >= 0 && are_scattered(outages, struck_before(run, first.first_seen), until);
  if (scattered) span = last.end - first.start;
  const bool serves_none = serves_nobody(run, request_class) && 2 * story.longest_gap >= span;
  // It is most of what failed, and nothing ends it; of a few nobody can tell.
  const bool to_the_end = last.end > story.last_arrival - run.outage_gap &&
                          length >= lasting_share * span && last.failures >= enough;
  // It began when checks had noticed, and the repair ended it.
  const bool to_the_repair = mended < never && 2 * length >= until - struck;
  const bool all_the_time =
      span + waited_on(run, request_class, last, mended) >= lasting_share * broken;
  const bool lasts =
      scattered || to_the_end || serves_none ||
      ((to_the_repair || all_the_time) && !is_taken_over(run, last.start, last.end, until));
  return {.span = span,
          .number = scattered ? 1 : static_cast<double>(outages.size()),
          .share = scattered ? failing_share_of(run.tally(Phase::during, request_class))
                             : share_inside(outages),
          .lasts = run.fault_start >= 0 && lasts &&
                   !is_brief_of_pair(campaign, run, struck, struck + longest),
          .unserved = serves_none};
}

Harm harm_of(const Campaign& campaign, std::size_t request_class) {
  Harm harm;
  harm.name = campaign.plan.classes[request_class];
  std::vector<RunOutages> hit;  // of runs that have one
  std::vector<double> gaps;
  std::size_t lasting = 0, unserving = 0;
  for (const Result& run : campaign.results) {
    harm.failed += static_cast<double>(from_the_fault(run, request_class).bad());
    gaps.push_back(gap_of(run, request_class));
    harm.failed_in_gap += failed_in_gap(run, request_class);
    const RunOutages all = outages_in(campaign, run, request_class);
    if (all.number > 0) hit.push_back(all);
    lasting += all.lasts ? 1 : 0;
    unserving += all.unserved ? 1 : 0;
  }
  const auto runs = static_cast<double>(std::max<std::size_t>(campaign.results.size(), 1));
  harm.failed /= runs;
  harm.failed_in_gap /= runs;
  harm.worst_share = mean(mapped(hit, &RunOutages::share));
  harm.outage = mean(mapped(hit, &RunOutages::span));
  harm.outages = mean(mapped(hit, &RunOutages::number));
  harm.runs = hit.size();
  harm.in_flight = harm.failed > 0 && harm.runs == 0;
  harm.lasts = lasting * 2 > campaign.results.size();
  harm.unserved = unserving * 2 > campaign.results.size();
  harm.gap = mean(gaps);
  judge_speed(campaign, request_class, harm);
  const bool was_served = total(campaign, Phase::before, request_class).ok.count() > 0;
  harm.as_before = !(harm.unserved && was_served) && fails_as_before(campaign, request_class);
  return harm;
}

}  // namespace

double failing_share_of(const Tally& requests) {
  return static_cast<double>(requests.bad()) / std::max(1.0, double(requests.requests()));
}

std::vector<Outage> outages_of(const Result& run, std::size_t request_class) {
  std::vector<Outage> found;
  for (Outage outage : run.stories[request_class].outages) {
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
