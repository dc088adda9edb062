#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/causes/causes_failures.hpp"
#include "base/append_new.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

constexpr double long_lag = 1;  // seconds; shorter is how replication works

/// A replica and its source, and since when the oldest transaction that it lacked was committed
/// when it was behind most: what held it back was there then.
struct Laggard {
  std::string replica, primary;
  double since = 0, at = 0;
};

bool is_then(const Laggard& behind, double from, double until) {
  return from <= behind.since + long_lag && until >= behind.since;
}

/// When a replica was without its source, or its applier stopped by command.
struct Pause {
  double from = 0, until = INFINITY;
};

/// The first of those in which a replica fell behind.
std::optional<Pause> pause_of(const CausalSite& site, const Laggard& behind, bool by_command) {
  std::optional<Pause> found;
  for (const Event& event : site.run.events) {
    if (event.source != behind.replica || (event.setting == 1) != by_command) continue;
    if (event.what == What::replication_stopped && !found && event.time <= behind.at)
      found = Pause{event.time};
    if (event.what != What::replication_started || !found) continue;
    if (event.time >= behind.since) {
      found->until = event.time;
      return found;
    }
    found.reset();
  }
  return found;
}

/// Ails a replica, or the way from its source to it.
bool holds_back(const CausalSite& site, const Ailment& one, const Laggard& behind) {
  const std::string host = host_of(behind.replica), source = host_of(behind.primary);
  if (one.kind == What::firewall_rule) return site.troubles(one, behind.primary, host);
  if (one.kind == What::partition)
    return (has(one.parts, host) && has(one.beyond, source)) ||
           (has(one.parts, source) && has(one.beyond, host));
  if (one.target == behind.replica || one.target == host) return true;
  return section_of(one.target).empty() && (has(one.parts, host) || has(one.parts, source));
}

bool is_of_network(What kind) {
  return kind == What::link_down || kind == What::partition || kind == What::firewall_rule;
}

/// What such an ailment does to a replica; empty: that is not known.
std::string held_back_text(const Ailment& one, const Laggard& behind) {
  if (one.kind != What::deploy && measure::effect_of(one.kind).ends_process)
    return "it was down meanwhile";
  if (one.kind == What::hang) return "it hung meanwhile";
  if (one.kind == What::disk_full) return "its disk was full, and it applied nothing";
  if (one.kind == What::slow) return "it applied more slowly than " + behind.primary + " committed";
  if (is_of_network(one.kind)) return "it got no transaction from " + behind.primary;
  return "";
}

/// What held a replica back: of several the one that does most to it.
const Ailment* held_back_by(const CausalSite& site, const Laggard& behind) {
  constexpr std::array gravest{Ail::dead, Ail::silent, Ail::other, Ail::slow};
  for (const Ail ail : gravest)
    for (const Ailment& one : site.ailments)
      if (one.ail() == ail && measure::effect_of(one.kind).is_felt &&
          is_then(behind, one.from, one.until) && holds_back(site, one, behind))
        return &one;
  return nullptr;
}

/// Why a replica is behind, and from when until when it was held back; empty where no event tells.
std::string lag_reason(const CausalSite& site, const Laggard& behind, Cause& link) {
  const Ailment* own = held_back_by(site, behind);
  const std::string what = own ? held_back_text(*own, behind) : "";
  const bool by_network = own && is_of_network(own->kind);
  if (own) {
    link.from = own->from;
    link.until = std::min<double>(own->until, site.run.duration);
    if (!what.empty() && !by_network) return what;
  }
  const auto stopped = pause_of(site, behind, true);
  if (stopped && !own && is_then(behind, stopped->from, stopped->until)) {
    link.from = stopped->from;
    link.until = std::min<double>(stopped->until, site.run.duration);
    return "its applier was stopped by a command";
  }
  const auto lost = pause_of(site, behind, false);
  if (own && !by_network && !lost) return "";
  const std::string delay = site.setting("/mysql/hosts/" + host_of(behind.replica) + "/delay");
  if (!own && !lost && !delay.empty() && delay != "0s")
    return "it applies what it gets later on purpose, by " + delay + " (delay)";
  const bool again = lost && std::isfinite(lost->until);
  if (lost && !own) link.from = lost->from;
  link.until = again ? lost->until : std::max(link.until, behind.at);
  std::string text = lost || by_network ? "it got no transaction from " + behind.primary
                                        : "it could not keep up with " + behind.primary;
  if (again)
    text += fmt::format(", and tried to connect again only every {} (connect_retry)",
                        site.setting("/mysql/hosts/" + host_of(behind.replica) + "/connect_retry"));
  else if (!lost && by_network && behind.at > own->repaired + 1)
    text += ", also for a while after the repair: TCP sends again at growing intervals";
  return text;
}

void add_lag(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t stale = 0;
  for (std::size_t i = 0; i < site.run.classes; ++i) stale += from_the_fault(site, i).stale;
  for (const measure::Lag& lag : site.run.lags) {
    if (lag.max_lag < long_lag) continue;
    Cause link{lag.max_lag_at, lag.max_lag_at, "", false};
    const auto wires = site.campaign.topology.wires_of(lag.replica);
    const Laggard behind{lag.replica, wires.empty() ? "" : wires.front().to,
                         lag.max_lag_at - lag.max_lag, lag.max_lag_at};
    const std::string why = lag_reason(site, behind, link);
    link.text = fmt::format("{} fell behind by up to {} ({} transactions){}{}", lag.replica,
                            time_text(lag.max_lag), count_text(lag.max_behind),
                            why.empty() ? "" : ": ", why);
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

/// A time in which a database took no writes.
struct ReadOnly {
  std::string database;
  double from = 0, until = INFINITY;
  bool by_start = false;  ///< its configuration has read_only
};

std::vector<ReadOnly> read_only_times(const CausalSite& site) {
  std::vector<ReadOnly> times;
  for (const Event& event : site.run.events) {
    if (section_of(event.source) != "mysql") continue;
    const bool starts = event.what == What::serving || event.what == What::accepting ||
                        event.what == What::recovered;
    const bool turns = event.what == What::read_only || event.what == What::read_write ||
                       event.what == What::promoted || starts;
    if (!turns) continue;
    for (ReadOnly& one : times)
      if (one.database == event.source && std::isinf(one.until)) one.until = event.time;
    const bool by_start =
        starts && site.setting("/mysql/hosts/" + host_of(event.source) + "/read_only") == "true";
    if (event.what == What::read_only || by_start)
      times.push_back({event.source, event.time, INFINITY, by_start});
  }
  return times;
}

/// Whether an application sent its writes to a database in a time. Behind a proxy or an address
/// that moves it may be any.
bool is_written_to(const CausalSite& site, const std::string& database, double from, double until) {
  bool any = false;
  for (const auto& edge : site.campaign.topology.edges) {
    if (edge.wire.purpose != Purpose::write) continue;
    if (section_of(edge.wire.to) != "mysql") return true;
    any = true;
    std::string target = edge.wire.to;
    for (const Event& event : site.run.events) {
      if (event.source != edge.from || event.what != What::write_to || event.time > until) continue;
      if (target == database && event.time >= from) return true;
      target = event.target;
    }
    if (target == database) return true;
  }
  return !any;
}

/// Requests that ended as those of a group were under way in a time.
bool has_failures(const CausalSite& site, const FailureGroup& group, double from, double until) {
  return std::ranges::any_of(site.run.windows, [&](const measure::WindowRow& row) {
    const double last = row.start + site.run.window + double(row.max) * 1e-6;
    return row.outcome == group.outcome &&
           std::ranges::count(group.indices, row.request_class) > 0 && row.start <= until &&
           last >= from;
  });
}

}  // namespace

std::string who_refuses(const CausalSite& site, const FailureGroup& group) {
  Names texts;
  for (const ReadOnly& one : read_only_times(site)) {
    const double from = std::max(one.from, group.from), until = std::min(one.until, group.until);
    if (from > until || !is_written_to(site, one.database, from, until) ||
        !has_failures(site, group, from, until))
      continue;
    std::string text = one.by_start
                           ? one.database + " started so, as its configuration says (read_only)"
                           : fmt::format("{} was made so at {:.1f} s", one.database, one.from);
    if (std::isfinite(one.until))
      text += fmt::format(", until {:.1f} s", one.until);
    else if (one.by_start)
      text += ", and nobody made it writable";
    append_new(texts, text);
  }
  return texts.empty() ? "" : ": " + fmt::format("{}", fmt::join(texts, ", then "));
}

void add_data(const CausalSite& site, std::vector<Cause>& chain) {
  add_lag(site, chain);
  add_writes(site, chain);
}

}  // namespace spof::report
