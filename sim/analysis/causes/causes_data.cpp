#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/causes/causes_failures.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/chronicle.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// Told when both were true of them.
void add_writes(const CausalSite& site, std::vector<Cause>& chain) {
  const std::uint64_t phantom = site.run.writes.phantom;
  if (phantom == 0) return;
  bool again = false;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    again |=
        site.kind(i) == stack::RequestKind::write && !from_the_fault(site.run, i).tries.empty();
  const double end = site.run.duration;
  const double struck = std::clamp<double>(site.run.fault_start, 0, end);
  const bool moved = std::ranges::any_of(
      site.run.events, [](const Event& event) { return event.what == What::promoted; });
  chain.push_back(
      {std::clamp<double>(site.run.writes.phantom_from, struck, end),
       std::clamp<double>(site.run.writes.phantom_until, struck, end),
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
  return texts.empty() ? "" : ": " + joined(texts, ", then ");
}

void add_data(const CausalSite& site, std::vector<Cause>& chain) {
  add_lags(site, chain);
  add_writes(site, chain);
}

}  // namespace spof::report
