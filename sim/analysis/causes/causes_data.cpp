#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/chronicle.hpp"
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
  double silent = 0;  ///< it ended a connection that had been dead for so long; 0: it was told
  int command = 0;    ///< of an operator; 1: to its applier only
};

/// The first of those in which a replica fell behind.
std::optional<Pause> pause_of(const CausalSite& site, const Laggard& behind, bool by_command) {
  std::optional<Pause> found;
  for (const Event& event : site.run.events) {
    if (event.source != behind.replica || (event.setting > 0) != by_command) continue;
    if (event.what == What::replication_stopped && !found && event.time - event.figure <= behind.at)
      found = Pause{event.time - event.figure, INFINITY, event.figure, event.setting};
    if (event.what != What::replication_started || !found) continue;
    if (event.time >= behind.since) {
      found->until = event.time;
      return found;
    }
    found.reset();
  }
  return found;
}

/// Why a replica got nothing for as long as a pause: what it waited for before it came back.
std::string until_back(const CausalSite& site, const Laggard& behind, const Pause& pause) {
  const bool at_once = pause.silent > 0 && pause.until < pause.from + pause.silent + long_lag;
  const std::string setting = at_once ? "net_timeout" : "connect_retry";
  const char* words = at_once ? "took its dead connection for alive until no heartbeat had come for"
                              : "tried to connect again only every";
  return fmt::format(", and {} {} ({})", words, site.own(behind.replica, setting), setting);
}

/// Ails a replica, or the way from its source to it.
bool holds_back(const CausalSite& site, const Ailment& one, const Laggard& behind) {
  const std::string host = host_of(behind.replica), source = host_of(behind.primary);
  if (one.kind == What::firewall_rule) return site.troubles(one, behind.primary, host);
  if (one.kind == What::partition) return one.separates(host, source);
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
  if (one.kind == What::latency || one.kind == What::loss || one.kind == What::bandwidth)
    return fmt::format("what came from {} over {} was late", behind.primary, one.target);
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

/// For how long a primary changed its schema.
double took_to_change(const CausalSite& site, const Event& migrated) {
  const Event* began = last_event(site.run.events, {-never, migrated.time}, [&](const Event& one) {
    return one.what == What::migrating && one.source == migrated.source;
  });
  return began ? migrated.time - began->time : 0;
}

/// What kept it from applying anything; empty: nothing that is known.
std::string occupied_words(const CausalSite& site, const Laggard& behind, Cause& link) {
  for (const Event& event : site.run.events) {
    const double took = event.what == What::rebuilt ? double(event.figure) : 0;
    const double began = event.time - took;
    if (!is_then(behind, began, event.time)) continue;
    if (event.what == What::rebuilt && event.source == behind.replica) {
      link = {began, event.time, ""};
      return "it was being copied from " + behind.primary + " meanwhile";
    }
    if (event.what == What::migrated && 2 * took_to_change(site, event) > behind.at - event.time) {
      link = {event.time, behind.at, ""};
      return fmt::format(
          "it changed its schema for version {} after {} had, and applied nothing "
          "else meanwhile",
          event.version, behind.primary);
    }
  }
  return "";
}

/// Why a replica is behind, and from when until when it was held back; empty where no event tells.
std::string lag_reason(const CausalSite& site, const Laggard& behind, Cause& link) {
  if (const Event* broken = measure::broken_since(site.run.events, behind.replica, behind.at)) {
    link.from = broken->time;
    return fmt::format("replication from {} broke, for {} transaction {}", broken->target,
                       broken->figure > 0   ? "their logs part after"
                       : broken->figure < 0 ? "this one took writes of its own after"
                                            : "that one's log begins after",
                       broken->setting);
  }
  if (const std::string words = occupied_words(site, behind, link); !words.empty()) return words;
  const Ailment* own = held_back_by(site, behind);
  const bool was_out = own && (own->ail() == Ail::dead || own->ail() == Ail::silent) &&
                       2 * (own->until - own->from) > behind.at - behind.since;
  for (const Event& event : site.run.events)
    if (!was_out && event.what == What::semi_sync_off && event.source == behind.replica &&
        is_then(behind, behind.since, event.time) && event.time <= behind.at + long_lag) {
      link = {behind.since, event.time, ""};
      return fmt::format("its applier waited for a replica of its own, for semi_sync_timeout ({})",
                         site.own(behind.replica, "semi_sync_timeout"));
    }
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
    return fmt::format("its {} was stopped by a command",
                       stopped->command == 1 ? "applier" : "replication");
  }
  const auto lost = pause_of(site, behind, false);
  if (own && !by_network && !lost) return "";
  const std::string delay = site.own(behind.replica, "delay");
  if (!own && !lost && !delay.empty() && delay != "0s")
    return "it applies what it gets later on purpose, by " + delay + " (delay)";
  const bool again = lost && std::isfinite(lost->until);
  if (lost && !own) link.from = lost->silent > 0 ? std::max(lost->from, behind.since) : lost->from;
  link.until = std::max(again ? lost->until : link.until, behind.at);
  const bool source_was_dead = std::ranges::any_of(site.ailments, [&](const Ailment& one) {
    return (one.ail() == Ail::dead || measure::is_of_host(one.kind)) &&
           one.strikes(behind.primary) && is_then(behind, one.from, one.until + long_lag);
  });
  std::string text = lost || by_network || source_was_dead
                         ? "it got no transaction from " + behind.primary
                         : "it could not keep up with " + behind.primary;
  constexpr double little = 0.1;  // of the lag
  const bool back_at_once =
      again && by_network &&
      lost->until - own->repaired <= std::max(long_lag, little * (behind.at - behind.since));
  if (again && !back_at_once)
    text += until_back(site, behind, *lost);
  else if (!lost && by_network && behind.at > own->repaired + 1)
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

void add_lag(const CausalSite& site, std::vector<Cause>& chain) {
  std::uint64_t stale = 0;
  for (std::size_t i = 0; i < site.run.classes; ++i) stale += from_the_fault(site.run, i).stale;
  const std::string reads = site.filled(
      count_text(stale) +
          " {read was|reads were} answered by a database that lacked some committed write",
      stale);
  std::vector<Cause> told;
  for (const measure::Lag& lag : site.run.lags) {
    if (lag.max_lag < long_lag) continue;
    Cause link = at(lag.max_lag_at, "");
    const Laggard behind{lag.replica, source_of(site, lag.replica, lag.max_lag_at),
                         lag.max_lag_at - lag.max_lag, lag.max_lag_at};
    const std::string why = behind.primary.empty() ? "" : lag_reason(site, behind, link);
    link.until = std::min<double>(link.until, site.run.duration);
    link.text = fmt::format("{} fell behind by up to {} ({} transaction{}){}{}", lag.replica,
                            time_text(lag.max_lag), count_text(lag.max_behind),
                            lag.max_behind == 1 ? "" : "s", why.empty() ? "" : ": ", why);
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

/// Told at the time of the failures among which they are: it is not known when each was committed.
void add_writes(const CausalSite& site, std::vector<Cause>& chain) {
  const std::uint64_t phantom = site.run.writes.phantom;
  if (phantom == 0) return;
  Span failing = no_span;
  bool again = false;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i) {
    if (site.kind(i) != stack::RequestKind::write) continue;
    const Tally tally = from_the_fault(site.run, i);
    again |= !tally.tries.empty();
    if (again) failing.cover({tally.tries_from, tally.tries_until});
    for (const measure::Outage& outage : site.run.stories[i].outages)
      failing.cover({outage.start, outage.end});
  }
  const double struck = std::max<double>(0, site.run.fault_start);
  const bool moved = std::ranges::any_of(
      site.run.events, [](const Event& event) { return event.what == What::promoted; });
  chain.push_back(
      {std::isinf(failing.from) ? struck : std::max(failing.from, struck),
       std::max(failing.until, struck),
       site.filled(
           fmt::format(
               "{} {} committed although {{its client was|their clients were}} "
               "told of a failure: the database had {{it|them}}, the answer did "
               "not come back{}",
               count_text(phantom),
               again ? "{try at a write was|tries at a write were}" : "{write was|writes were}",
               moved ? " (whether the later primary has {it|them} was not counted)" : ""),
           phantom)});
}

/// A time in which a database took no writes.
struct ReadOnly {
  std::string database;
  double from = 0, until = INFINITY;
  enum class Because { command, start, replica } because{};
  std::string source = {};  ///< of a replica

  std::string words() const {
    std::string text =
        database + (because == Because::start ? " started so, as its configuration says (read_only)"
                    : because == Because::command ? fmt::format(" was made so at {:.1f} s", from)
                                                  : " was a replica of " + source);
    if (std::isfinite(until))
      text += fmt::format(", until {:.1f} s", until);
    else if (because == Because::start)
      text += ", and nobody made it writable";
    return text;
  }
};

std::vector<ReadOnly> read_only_times(const CausalSite& site) {
  using Because = ReadOnly::Because;
  std::vector<ReadOnly> times;
  const auto is_set = [&](const std::string& database) {
    return site.own(database, "read_only") == "true";
  };
  for (const auto& edge : site.campaign.topology.edges)
    if (edge.wire.purpose == Purpose::source && is_set(edge.from))
      times.push_back({edge.from, 0, INFINITY, Because::replica, edge.wire.to});
  for (const Event& event : site.run.events) {
    if (section_of(event.source) != "mysql") continue;
    const bool starts = event.what == What::serving || event.what == What::accepting ||
                        event.what == What::recovered;
    const bool turns = event.what == What::read_only || event.what == What::read_write ||
                       event.what == What::promoted || starts;
    if (!turns) continue;
    for (ReadOnly& one : times)
      if (one.database == event.source && std::isinf(one.until)) one.until = event.time;
    const bool by_start = starts && is_set(event.source);
    if (event.what == What::read_only || by_start)
      times.push_back(
          {event.source, event.time, INFINITY, by_start ? Because::start : Because::command});
  }
  return times;
}

/// Applications that sent their writes to a database in a time. Behind a proxy or an address that
/// moves it may be any of them: nothing.
std::optional<Names> writers_to(const CausalSite& site, const std::string& database,
                                const Span& time) {
  Names found;
  bool any = false;
  for (const auto& edge : site.campaign.topology.edges) {
    if (edge.wire.purpose != Purpose::write) continue;
    if (section_of(edge.wire.to) != "mysql") return {};
    any = true;
    std::string target = edge.wire.to;
    bool writes = false;
    for (const Event& event : site.run.events) {
      if (event.source != edge.from || event.what != What::write_to || event.time > time.until)
        continue;
      writes = writes || (target == database && event.time >= time.from);
      target = event.target;
    }
    if (writes || target == database) append_new(found, edge.from);
  }
  return any ? std::optional(found) : std::nullopt;
}

/// Whether a load balancer had taken the server at the end of a wire DOWN before a time, and not UP
/// until its end.
bool is_down(const CausalSite& site, const scenario::Edge& edge, const Span& time) {
  const Event* last = last_event(site.run.events, {-never, time.until}, [&](const Event& event) {
    return event.source == edge.from && event.target == edge.wire.label &&
           (event.what == What::down || event.what == What::up);
  });
  return last && last->what == What::down && last->time <= time.from;
}

/// Whether writes may have got to a database in a time, where a proxy decides or an address that
/// moves: a replica must have it, others may be sent to still.
bool may_be_asked(const CausalSite& site, const ReadOnly& one, const Span& time) {
  const auto& topology = site.campaign.topology;
  return std::ranges::any_of(topology.edges, [&](const scenario::Edge& edge) {
    return scenario::carries(edge.wire, stack::RequestKind::write) &&
           has(topology.behind(edge.wire), one.database) && !is_down(site, edge, time) &&
           (one.because != ReadOnly::Because::replica ||
            may_have_address(site, {edge.from, one.database, &edge, nullptr}, time));
  });
}

/// Whom a manager had made the primary in place of this one by a date; empty: nobody.
std::string primary_beside(const CausalSite& site, const std::string& database, double date) {
  const Event* over = last_event(site.run.events, {-never, date}, [](const Event& event) {
    return event.what == What::failed_over;
  });
  return over && over->target != database ? over->target : "";
}

/// Requests that ended as those of a group were under way in a time.
bool has_failures(const CausalSite& site, const FailureGroup& group, const Span& time) {
  return std::ranges::any_of(site.run.windows, [&](const measure::WindowRow& row) {
    return row.outcome == group.outcome && has(group.indices, row.request_class) &&
           under_way(site.run, row).meets(time);
  });
}

}  // namespace

std::vector<Refusal> refusals_of(const CausalSite& site, const FailureGroup& group) {
  std::vector<Refusal> found;
  for (const ReadOnly& one : read_only_times(site)) {
    const Span time{std::max(one.from, group.under_way.from),
                    std::min(one.until, group.under_way.until)};
    if (time.from > time.until || !has_failures(site, group, time)) continue;
    const auto writers = writers_to(site, one.database, time);
    if (writers ? writers->empty() : !may_be_asked(site, one, time)) continue;
    const std::string primary = primary_beside(site, one.database, time.from);
    const std::string untold = " {was|were} not told that " + primary + " was the primary";
    found.push_back({time, writers.value_or(Names{}),
                     primary.empty() || !writers
                         ? one.words()
                         : fmt::format("{}{}, and went on with {}", listed(*writers),
                                       site.filled(untold, writers->size()), one.database)});
  }
  return found;
}

std::string who_refuses(const CausalSite& site, const FailureGroup& group) {
  Names texts;
  for (const Refusal& one : refusals_of(site, group)) append_new(texts, one.words);
  return texts.empty() ? "" : ": " + fmt::format("{}", fmt::join(texts, ", then "));
}

void add_data(const CausalSite& site, std::vector<Cause>& chain) {
  add_lag(site, chain);
  add_writes(site, chain);
}

}  // namespace spof::report
