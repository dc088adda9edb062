#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/causes/causes_parts.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Phase;
using measure::Tally;
using measure::What;

constexpr double long_lag = 1;  // seconds; shorter is how replication works

Tally sum_of(const CausalSite& site, bool before) {
  Tally sum;
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    for (std::size_t i = 0; i < site.run.classes; ++i)
      if ((static_cast<Phase>(p) == Phase::before) == before)
        sum.merge(site.run.tally(static_cast<Phase>(p), i));
  return sum;
}

/// The first event of this name that a replica told, at or after a date.
const Event* told_by(const CausalSite& site, const std::string& replica, What what, double after) {
  for (const Event& event : site.run.events)
    if (event.source == replica && event.what == what && event.time >= after) return &event;
  return nullptr;
}

/// Why a replica is behind, and from when until when it was kept from fetching.
std::string lag_reason(const CausalSite& site, const std::string& replica, Cause& link) {
  const double lag_at = link.from;

  const std::string host = host_of(replica);
  const auto wires = site.campaign.topology.wires_of(replica);
  const std::string primary = wires.empty() ? "" : wires.front().to;
  const Ailment* own = site.ails(replica, host_of(primary));
  if (own) {
    link.from = own->from;
    link.until = std::min<double>(own->until, site.run.duration);
    if (own->ail() == Ail::slow) return "it applied more slowly than " + primary + " committed";
    if (own->ail() == Ail::dead || own->target == host || own->target == replica)
      return "it was down meanwhile";
  }
  const Event* lost = told_by(site, replica, What::replication_stopped, site.run.fault_start);
  if (lost) link.from = own ? own->from : lost->time.value;
  const Event* again =
      lost ? told_by(site, replica, What::replication_started, lost->time) : nullptr;
  if (again) link.until = again->time;
  std::string text = lost || own ? "it got no transaction from " + primary
                                 : "it could not keep up with " + primary;
  if (again)
    text += fmt::format(", and tried to connect again only every {} (connect_retry)",
                        site.setting("/mysql/hosts/" + host + "/connect_retry"));
  else if (!lost && own && lag_at > own->repaired + 1)
    text += ", also for a while after the repair: TCP sends again at growing intervals";
  if (!again) link.until = std::max(link.until, lag_at);
  return text;
}

void add_lag(const CausalSite& site, std::vector<Cause>& chain) {
  const std::uint64_t stale = sum_of(site, false).stale;
  for (const measure::Lag& lag : site.run.lags) {
    if (lag.max_lag < long_lag) continue;
    Cause link{lag.max_lag_at, lag.max_lag_at, "", false};
    const std::string why = lag_reason(site, lag.replica, link);
    link.text = fmt::format("{} fell behind by up to {} ({} transactions): {}", lag.replica,
                            time_text(lag.max_lag), count_text(lag.max_behind), why);
    if (stale > 0)
      link.text += fmt::format("; {} reads lacked a committed write",
                               count_text(static_cast<double>(stale)));
    chain.push_back(std::move(link));
  }
}

void add_writes(const CausalSite& site, std::vector<Cause>& chain) {
  const measure::Writes& writes = site.run.writes;
  double from = site.run.duration, until = 0;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    const Span failed = failures_of(site, i);
    if (failed.requests == 0 || site.kind_of_class(i) != "write") continue;
    from = std::min(from, std::max<double>(failed.from, site.run.fault_start));
    until = std::max(until, failed.until);
  }
  from = std::min(from, until);
  if (writes.phantom > 0)
    chain.push_back(
        {from, until,
         fmt::format("{} writes were committed although their clients were told of a failure: who "
                     "waited for the answer gave up first, the database did not",
                     count_text(static_cast<double>(writes.phantom)))});
}

/// What components say of themselves, and operators do.
void add_remarks(const CausalSite& site, std::vector<Cause>& chain) {
  constexpr std::array told{What::transactions_lost,
                            What::replication_broken,
                            What::promoted,
                            What::source_changed,
                            What::write_to,
                            What::writes_left_behind,
                            What::start_limit_hit,
                            What::worker_killed,
                            What::maint,
                            What::drain,
                            What::ready,
                            What::reloaded};
  std::vector<const Event*> seen;
  for (const Event& event : site.run.events) {
    if (std::find(told.begin(), told.end(), event.what) == told.end()) continue;
    const auto same = std::find_if(seen.begin(), seen.end(), [&](const Event* other) {
      return other->source == event.source && other->what == event.what &&
             other->target == event.target;
    });
    if (same != seen.end()) continue;
    seen.push_back(&event);
    std::string words = word_of(event.what);
    std::replace(words.begin(), words.end(), '_', ' ');
    const bool itself = event.target.empty() || event.target == event.source;
    chain.push_back({event.time, event.time,
                     fmt::format("{}: {}{}{}", event.source, words,
                                 itself ? "" : " " + event.target, in_brackets(event))});
  }
}

}  // namespace

void add_data(const CausalSite& site, std::vector<Cause>& chain) {
  add_lag(site, chain);
  add_writes(site, chain);
  add_remarks(site, chain);
}

}  // namespace spof::report
