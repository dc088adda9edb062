#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes_site.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

constexpr double long_lag = 1;  // seconds; shorter is how replication works

/// The first event of this name that a replica told, at or after a date.
const Event* told_by(const CausalSite& site, const std::string& replica, What what, double after) {
  for (const Event& event : site.run.events)
    if (event.source == replica && event.what == what && event.time >= after) return &event;
  return nullptr;
}

/// Why a replica is behind, and from when until when it was kept from fetching.
std::string lag_reason(const CausalSite& site, const std::string& replica, Cause& link) {
  const double lag_at = link.from;
  const auto wires = site.campaign.topology.wires_of(replica);
  const std::string primary = wires.empty() ? "" : wires.front().to;
  const Ailment* own = site.ails(replica, host_of(primary));
  if (own) {
    link.from = own->from;
    link.until = std::min<double>(own->until, site.run.duration);
    if (own->ail() == Ail::slow) return "it applied more slowly than " + primary + " committed";
    if (own->ail() == Ail::dead || own->target == host_of(replica) || own->target == replica)
      return "it was down meanwhile";
  }
  const Event* lost = told_by(site, replica, What::replication_stopped, site.run.fault_start);
  const Event* again =
      lost ? told_by(site, replica, What::replication_started, lost->time) : nullptr;
  if (lost && !own) link.from = lost->time;
  link.until = again ? double(again->time) : std::max(link.until, lag_at);
  std::string text = lost || own ? "it got no transaction from " + primary
                                 : "it could not keep up with " + primary;
  if (again)
    text += fmt::format(", and tried to connect again only every {} (connect_retry)",
                        site.setting("/mysql/hosts/" + host_of(replica) + "/connect_retry"));
  else if (!lost && own && lag_at > own->repaired + 1)
    text += ", also for a while after the repair: TCP sends again at growing intervals";
  return text;
}

void add_lag(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t stale = 0;
  for (std::size_t i = 0; i < site.run.classes; ++i) stale += from_the_fault(site, i).stale;
  for (const measure::Lag& lag : site.run.lags) {
    if (lag.max_lag < long_lag) continue;
    Cause link{lag.max_lag_at, lag.max_lag_at, "", false};
    const std::string why = lag_reason(site, lag.replica, link);
    link.text = fmt::format("{} fell behind by up to {} ({} transactions): {}", lag.replica,
                            time_text(lag.max_lag), count_text(lag.max_behind), why);
    if (stale > 0)
      link.text += site.filled(fmt::format("; {} {{read was|reads were}} answered by a replica "
                                           "that lacked some committed write",
                                           count_text(stale)),
                               stale);
    chain.push_back(std::move(link));
  }
}

/// Told at the time of the failures among which they are: it is not known when each was committed.
void add_writes(const CausalSite& site, std::vector<Cause>& chain) {
  const std::uint64_t phantom = site.run.writes.phantom;
  if (phantom == 0) return;
  double from = site.run.duration, until = -1;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    if (site.kind(i) == stack::RequestKind::write)
      for (const measure::Outage& outage : site.run.stories[i].outages) {
        from = std::min<double>(from, std::max(outage.start, site.run.fault_start));
        until = std::max<double>(until, std::max(outage.end, site.run.fault_start));
      }
  if (until < 0) from = until = std::max<double>(0, site.run.fault_start);
  chain.push_back({from, until,
                   site.filled(fmt::format("{} {{write was|writes were}} committed although {{its "
                                           "client was|their clients were}} told of a failure: the "
                                           "database had {{it|them}}, the answer did not come back",
                                           count_text(phantom)),
                               phantom)});
}

}  // namespace

void add_data(const CausalSite& site, std::vector<Cause>& chain) {
  add_lag(site, chain);
  add_writes(site, chain);
}

}  // namespace spof::report
