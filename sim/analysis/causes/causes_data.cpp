#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/causes/causes_site.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

constexpr double long_lag = 1;  // seconds; shorter is how replication works
constexpr double little = 0.1;  // of a lag

/// A replica when it was behind most: since the oldest transaction that it lacked was committed.
struct Laggard : Span {
  std::string replica, source;
  double lag() const { return until - from; }
};

/// What kept it from having what its source had committed.
struct Hold : Span {
  std::string text;
  bool silences = false;  ///< what was sent meanwhile is sent again at growing intervals
  bool slows = false;     ///< it fell behind little by little
};
using Holds = std::vector<Hold>;

bool is_of_network(What kind) {
  return kind == What::link_down || kind == What::partition || kind == What::firewall_rule;
}

/// Ails a replica, or the way from its source to it.
bool holds_back(const CausalSite& site, const Ailment& one, const Laggard& behind) {
  const std::string host = host_of(behind.replica), source = host_of(behind.source);
  if (one.kind == What::firewall_rule) return site.troubles(one, behind.source, host);
  if (one.kind == What::partition) return one.separates(host, source);
  if (one.target == behind.replica || one.target == host) return true;
  return section_of(one.target).empty() && (has(one.parts, host) || has(one.parts, source));
}

std::string nothing_from(const Laggard& behind) {
  return "it got no transaction from " + behind.source;
}

/// What such an ailment does to a replica; empty: that is not known.
std::string held_back_text(const Ailment& one, const Laggard& behind) {
  if (one.kind != What::deploy && effect_of(one.kind).ends_process) return "it was down meanwhile";
  if (one.kind == What::hang) return "it hung meanwhile";
  if (one.kind == What::slow) return "it applied more slowly than " + behind.source + " committed";
  if (is_of_network(one.kind)) return nothing_from(behind);
  if (one.kind == What::latency || one.kind == What::loss || one.kind == What::bandwidth)
    return fmt::format("what came from {} over {} was late", behind.source, one.target);
  return "";
}

/// What ails it, or the way to it, so.
void add_ailments(const CausalSite& site, const Laggard& behind, Ail ail, bool of_network,
                  Holds& holds) {
  for (const Ailment& one : site.ailments) {
    if (one.ail() != ail || !effect_of(one.kind).is_felt) continue;
    if (is_of_network(one.kind) != of_network) continue;
    if (!holds_back(site, one, behind)) continue;
    const std::string text = held_back_text(one, behind);
    const bool silences =
        is_of_network(one.kind) || (one.kind == What::hang && section_of(one.target).empty());
    if (!text.empty()) holds.push_back({one.span(), text, silences, ail == Ail::slow});
  }
}

/// What it waited for before it came back to its source.
std::string until_back(const CausalSite& site, const Laggard& behind, const Event& stopped,
                       double back) {
  for (const Ailment& one : site.ailments)
    if (is_of_network(one.kind) && holds_back(site, one, behind) && one.repaired <= back &&
        back - one.repaired <= std::max(long_lag, little * behind.lag()))
      return "";
  const bool at_once = stopped.figure > 0 && back < stopped.time + long_lag;
  const std::string setting = at_once ? "net_timeout" : "connect_retry";
  const char* words = at_once ? "took its dead connection for alive until no heartbeat had come for"
                              : "tried to connect again only every";
  return fmt::format(", and {} {} ({})", words, site.own(behind.replica, setting), setting);
}

/// When it was without its source, or stopped by command. A connection that ended for want of
/// heartbeats had been dead for so long.
void add_pauses(const CausalSite& site, const Laggard& behind, bool by_command, Holds& holds) {
  const Event* stopped = nullptr;
  const auto add = [&](double until) {
    const std::string text =
        by_command ? fmt::format("its {} was stopped by a command",
                                 stopped->setting == 1 ? "applier" : "replication")
                   : nothing_from(behind) +
                         (std::isfinite(until) ? until_back(site, behind, *stopped, until) : "");
    holds.push_back({{stopped->time - stopped->figure, until}, text});
  };
  for (const Event& event : site.run.events) {
    if (event.source != behind.replica) continue;
    const bool anew = event.what == What::accepting || event.what == What::recovered;
    if (!anew && (event.setting > 0) != by_command) continue;
    if (event.what == What::replication_stopped && !stopped) stopped = &event;
    if ((event.what != What::replication_started && !anew) || !stopped) continue;
    add(event.time);
    stopped = nullptr;
  }
  if (stopped) add(INFINITY);
}

/// A replica does again what its primary has done with its schema, for as long.
void add_change(const CausalSite& site, const Laggard& behind, const Event& migrated,
                Holds& holds) {
  const Event* began = last_event(site.run.events, {-never, migrated.time}, [&](const Event& one) {
    return one.what == What::migrating && (one.source == migrated.source || migrated.figure == 2);
  });
  if (!began) return;
  double took = migrated.time - began->time;
  for (const Event& one : site.run.events)  // it waited for its table
    if (one.what == What::table_open && one.time >= began->time && one.time <= migrated.time)
      took -= one.figure;
  holds.push_back({{migrated.time, migrated.time + took},
                   fmt::format("it changed its schema for version {} after {} had, and applied "
                               "nothing else meanwhile",
                               began->version, behind.source)});
}

/// What it did itself instead of applying.
void add_occupations(const CausalSite& site, const Laggard& behind, Holds& holds) {
  if (const Event* broken = broken_since(site.run.events, behind.replica, behind.until))
    holds.push_back({{broken->time, INFINITY},
                     fmt::format("replication from {} broke, for {} transaction {}", broken->target,
                                 broken->figure > 0   ? "their logs part after"
                                 : broken->figure < 0 ? "this one took writes of its own after"
                                                      : "that one's log begins after",
                                 broken->setting)});
  for (const Ailment& one : site.ailments)
    if (one.target == behind.replica && copies_anew(site.degree(one)))
      holds.push_back({{one.from, site.copied_at(one)},
                       "it had given up what it had, and was being copied anew"});
  for (const Event& event : site.run.events) {
    if (event.what == What::migrated && event.figure != 1) add_change(site, behind, event, holds);
    if (event.source != behind.replica) continue;
    if (event.what == What::no_space)
      holds.push_back(
          {until_next(site, event, What::has_space), "its disk was full, and it applied nothing"});
    if (event.what == What::table_closed)
      holds.push_back(
          {closed_time(site, event), "an open transaction of a client kept a table from it"});
    if (event.what == What::rebuilt)
      holds.push_back({{event.time - event.figure, event.time},
                       "it was being copied from " + behind.source + " meanwhile"});
  }
}

/// Its own commits waited for its own replicas, or its source lacked the same.
void add_chains(const CausalSite& site, const Laggard& behind, Holds& holds) {
  for (const Event& event : site.run.events)
    if (event.what == What::semi_sync_off && event.source == behind.replica)
      holds.push_back(
          {{std::min<double>(behind.from, event.time), event.time},
           fmt::format("its applier waited for a replica of its own, for semi_sync_timeout ({})",
                       site.own(behind.replica, "semi_sync_timeout"))});
  for (const Lag& lag : site.run.lags)
    if (lag.replica == behind.source && lag.max_lag >= long_lag)
      holds.push_back({{lag.max_lag_at - lag.max_lag, lag.max_lag_at},
                       fmt::format("{} was behind itself", behind.source)});
}

/// Gravest first.
Holds holds_of(const CausalSite& site, const Laggard& behind) {
  Holds holds;
  add_occupations(site, behind, holds);
  add_ailments(site, behind, Ail::dead, false, holds);
  add_ailments(site, behind, Ail::silent, false, holds);
  add_pauses(site, behind, false, holds);
  for (const Ail ail : {Ail::silent, Ail::dead, Ail::other})
    add_ailments(site, behind, ail, true, holds);
  add_pauses(site, behind, true, holds);
  add_ailments(site, behind, Ail::other, false, holds);
  add_chains(site, behind, holds);
  add_ailments(site, behind, Ail::slow, false, holds);
  return holds;
}

/// Of what was there at a date the gravest that explains half of what is left, or else what
/// explains most; where that is little, of what came later; nullptr: nothing does.
const Hold* next_of(const Holds& holds, double date, const Laggard& behind) {
  const Hold *now = nullptr, *later = nullptr;
  const auto explained = [&](const Hold* one) {
    return one ? std::min(one->until, behind.until) - std::max(one->from, date) : 0;
  };
  for (const Hold& one : holds) {
    const bool is_there = one.from <= date + long_lag;
    if (is_there && 2 * explained(&one) >= behind.until - date) return &one;
    const Hold*& best = is_there ? now : later;
    if (explained(&one) > explained(best)) best = &one;
  }
  return explained(now) > little * behind.lag() ? now : explained(later) > 0 ? later : nullptr;
}

/// The link of a host that was full in a direction while the replica fell behind; empty: none was.
std::string full_link(const CausalSite& site, const Laggard& behind, const std::string& host,
                      std::string_view direction) {
  constexpr double nearly = 0.9;
  for (const Load& load : site.run.loads) {
    if (load.what != direction || !load.part.starts_with(host)) continue;
    double busy = 0;
    for (const Load::Window& one : load.windows)
      if (behind.holds(static_cast<double>(one.number) * load.length)) busy += one.busy;
    if (busy >= nearly * behind.lag()) return load.part;
  }
  return "";
}

/// Where nothing held it back that is known of.
std::string too_little(const CausalSite& site, const Laggard& behind) {
  const std::string delay = site.own(behind.replica, "delay");
  if (!delay.empty() && delay != "0s")
    return "it applies what it gets later on purpose, by " + delay + " (delay)";
  for (const Ailment& one : site.ailments)
    if ((one.ail() == Ail::dead || is_of_host(one.kind)) && one.strikes(behind.source) &&
        one.from <= behind.from + long_lag && one.until + long_lag >= behind.from)
      return nothing_from(behind);
  for (const auto& [daemon, direction] :
       {std::pair(behind.source, "out"), std::pair(behind.replica, "in")})
    if (const std::string link = full_link(site, behind, host_of(daemon), direction); !link.empty())
      return link + " was full";
  return "it could not keep up with " + behind.source;
}

/// Why, and from when on.
std::string lag_reason(const CausalSite& site, const Laggard& behind, Cause& link) {
  const Holds holds = holds_of(site, behind);
  Names texts;
  double date = behind.from, explained = 0;
  const Hold* last = nullptr;
  while (behind.until - date > std::max(long_lag, little * behind.lag())) {
    const Hold* next = next_of(holds, date, behind);
    if (!next) break;
    if (!last && (next->slows || link.from <= next->from + 2 * long_lag))
      link.from = std::min(next->from, link.from);
    if (!texts.empty() && next->text.starts_with(texts.back())) texts.pop_back();
    append_new(texts, next->text);
    explained += std::min(next->until, behind.until) - std::max(next->from, date);
    date = next->until;
    last = next;
  }
  if (2 * explained < behind.lag()) return too_little(site, behind);
  // Lags are looked at every second.
  if (last->until > link.until && last->until < link.until + long_lag) link.until = last->until;
  std::string text = joined(texts, ", then ");
  if (last && last->silences && behind.until > last->until + long_lag)
    text += ", also for a while after the repair: TCP sends again at growing intervals";
  return text;
}

/// Whom a replica copies from at a date; who never was one copies from nobody.
std::string source_of(const CausalSite& site, const std::string& replica, double date) {
  const auto wires = site.campaign.topology.wires_of(replica);
  const Event* changed = last_event(site.run.events, {-never, date}, [&](const Event& event) {
    return event.what == What::source_changed && event.source == replica;
  });
  return changed ? changed->target : wires.empty() ? "" : wires.front().to;
}

/// Which replica was behind and why, and what was read there.
void add_lags(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t stale = 0;
  for (std::size_t i = 0; i < site.run.classes; ++i) stale += from_the_fault(site.run, i).stale;
  const std::string reads = site.filled(
      count_text(stale) +
          " {read was|reads were} answered by a database that lacked some committed write",
      stale);
  std::vector<Cause> told;
  for (const Lag& lag : site.run.lags) {
    if (lag.max_lag < long_lag) continue;
    const Laggard behind{{lag.max_lag_at - lag.max_lag, lag.max_lag_at},
                         lag.replica,
                         source_of(site, lag.replica, lag.max_lag_at)};
    Cause link{behind.from, behind.until, ""};
    const std::string why = behind.source.empty() ? "" : lag_reason(site, behind, link);
    const bool on_purpose = why.ends_with("(delay)");  // and all the time
    if (on_purpose) link.from = std::clamp<double>(site.run.fault_start, 0, link.until);
    link.text = fmt::format("{} {} {} ({}){}{}", lag.replica,
                            on_purpose ? "lacked up to the last" : "fell behind by up to",
                            time_text(lag.max_lag), counted(lag.max_behind, "transaction"),
                            why.empty() ? "" : ": ", why);
    told.push_back(std::move(link));
  }
  if (stale > 0 && told.size() == 1) told.front().text += "; " + reads;
  if (stale > 0 && told.size() > 1) {  // which of them answered how many is not known
    Span all = no_span;
    for (const Cause& one : told) all.cover({one.from, one.until});
    told.push_back({all.from, all.until, reads});
  }
  chain.insert(chain.end(), told.begin(), told.end());
}

/// Told when both were true of them.
void add_writes(const CausalSite& site, std::vector<Cause>& chain) {
  const double end = site.run.duration;
  const double struck = std::clamp<double>(site.run.fault_start, 0, end);
  const auto tell = [&](const measure::Dated& writes, const std::string& words) {
    if (writes.number > 0)
      chain.push_back(
          {std::clamp<double>(writes.from, struck, end),
           std::clamp<double>(writes.until, struck, end),
           site.filled(count_text(writes.number) + " " + words, writes.number)});
  };
  bool again = false;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    again |=
        site.kind(i) == stack::RequestKind::write && !from_the_fault(site.run, i).tries.empty();
  const bool moved = std::ranges::any_of(
      site.run.events, [](const Event& event) { return event.what == What::promoted; });
  tell(site.run.writes.phantom,
       fmt::format("{} committed although {{its client was|their clients were}} told of a failure: "
                   "the database had {{it|them}}, the answer did not come back{}",
                   again ? "{try at a write was|tries at a write were}" : "{write was|writes were}",
                   moved ? " (whether the later primary has {it|them} was not counted)" : ""));
  tell(site.run.writes.twice,
       "{write was|writes were} committed twice: {it was|they were} sent again on the way, and the "
       "first {copy|copies} arrived, too");
}

}  // namespace

void add_data(const CausalSite& site, std::vector<Cause>& chain) {
  add_lags(site, chain);
  add_writes(site, chain);
}

}  // namespace spof::report
