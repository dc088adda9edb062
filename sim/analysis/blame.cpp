#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "analysis/causes/causes_site.hpp"
#include "analysis/faults.hpp"
#include "analysis/remarks.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "measure/chronicle.hpp"

// What each fault has to do with what was suffered.
namespace spof::report {
namespace {

constexpr double aftermath = 15;  // seconds until all knew that something was over

/// From a strike until all knew that it was over.
Span felt_in(const Episode& episode) {
  const bool ends = std::isfinite(episode.until) && std::isfinite(episode.repaired);
  const double until = episode.kind == What::reload ? episode.from
                       : ends ? std::max<double>(episode.until, episode.repaired)
                              : never;
  return {episode.from, until + aftermath};
}

/// What a class of a run suffered in a time.
struct Suffering {
  double due = 0;      ///< requests
  double late = 0;     ///< of these
  double failed = 0;   ///< in outages that reach into it
  bool stood = false;  ///< its longest gap in service is one of that time
  bool any = false;    ///< or a request failed, or came late
  bool fails = false;  ///< there are outages or a gap, whatever they are due to
};

bool is_of_date(measure::Cause cause) {
  return cause == measure::Cause::certificate_expired || cause == measure::Cause::certificate_early;
}

/// Name servers, and nobody else: who asks them in vain asks the next, or fails by that alone.
bool is_of_names(const Names& ailing) { return are_all_of(ailing, {"dns"}); }

/// Whether a fault can make a request fail so: a certificate by its date only what changes dates,
/// what is slow nobody who was refused, or whose connection was broken off, and what clients meet
/// by themselves only who is at their door.
bool may_cause(const CausalSite& site, const Episode& episode, const Failure& failure) {
  using measure::Cause;
  const bool changes_dates =
      episode.kind == What::certificate_expiry || episode.kind == What::clock;
  if (is_of_date(failure.cause) || changes_dates) return is_of_date(failure.cause) == changes_dates;
  constexpr std::array at_door{Outcome::refused, Outcome::reset, Outcome::closed};
  constexpr std::array no_room{Outcome::connect_timeout, Outcome::unreachable};
  const bool holds_none = episode.ail() == Ail::dead;  // it refuses, and so fills nothing before it
  const bool by_client =
      failure.cause == Cause::none &&
      (has(at_door, failure.outcome) || (holds_none && has(no_room, failure.outcome)));
  const Names ailing = site.ailing(episode), doors = site.campaign.topology.ends(Purpose::door);
  if (is_of_names(ailing)) return failure.outcome == Outcome::dns_failure;
  const auto is_door = [&](const std::string& one) {
    return has(doors, one) || section_of(one) == "keepalived";
  };
  if (by_client && !ailing.empty() && std::ranges::none_of(ailing, is_door)) return false;
  if (episode.ail() != Ail::slow) return true;
  constexpr std::array broken{Cause::server_closed, Cause::upstream_refused, Cause::upstream_closed,
                              Cause::db_refused,    Cause::db_lost,          Cause::db_read_only,
                              Cause::bad_release,   Cause::connect_error};
  return !has(broken, failure.cause) && !by_client;
}

/// Until when requests waited that a strike broke off with the process that had them: they came
/// before it.
double broken_off(const ClassStory& story, const Episode& episode, const Failure& failure) {
  using measure::Cause;
  constexpr std::array broken{Cause::server_closed, Cause::upstream_closed, Cause::db_lost};
  double until = failure.last;
  const bool ends = effect_of(episode.kind).ends_process;
  for (const Outage& one : story.outages)
    if (ends && has(broken, failure.cause) && one.first_seen >= episode.from &&
        one.start <= failure.last && failure.last <= one.end)
      until = one.last_seen;
  return until;
}

/// How many requests failed in this time as such a fault can make them; dates of each kind of
/// failure are those of its first and last arrival, and some were under way when it struck.
double failed_so(const CausalSite& site, std::size_t request_class, const Episode& episode,
                 const Span& time) {
  double failed = 0;
  const Tally all = site.run.total({}, request_class);
  const auto meets = [&](const Failure& one) {
    const double until = broken_off(site.run.stories[request_class], episode, one);
    return one.first > one.last || time.meets({one.first, until + stalled_least});
  };
  for (const Failure& one : all.failures)
    if (may_cause(site, episode, one) && meets(one)) failed += static_cast<double>(one.requests);
  return failed;
}

Suffering suffered(const CausalSite& site, std::size_t request_class, const Episode& episode) {
  const Result& run = site.run;
  const ClassStory& story = run.stories[request_class];
  const Span time = felt_in(episode);
  const double so = failed_so(site, request_class, episode, time);
  Suffering found;
  const bool fails_otherwise =  // those who wait beside who fails wait for the same
      so == 0 && std::ranges::any_of(story.outages, [&](const Outage& one) {
        return story.gap().meets({one.start, one.end});
      });
  // Who is refused tries again at once.
  const bool may_hold = episode.ail() != Ail::dead && !is_of_names(site.ailing(episode));
  const auto is_surges = [&](double began) {  // after the fault, and with a surge or an attack
    return began > time.until - aftermath &&
           std::ranges::any_of(site.campaign.surges,
                               [&](const Surge& one) { return one.time.holds(began); });
  };
  const bool stood_already = story.gap().from < time.from - stalled_least;
  found.stood = story.longest_gap > stalled_least && time.meets(story.gap()) && !fails_otherwise &&
                !stood_already && !is_surges(story.gap().from);
  for (const Outage& one : story.outages) {
    // What fails by a strike is seen after it; a command may be what ends an outage.
    const bool is_ended = (one.first_seen < time.from && one.end < time.from + stalled_least) ||
                          (episode.kind == What::reload && one.end < time.from);
    if (!time.meets({one.start, one.last_seen}) || is_ended || is_surges(one.start)) continue;
    found.fails = true;
    found.failed += static_cast<double>(one.failures);
  }
  found.failed = std::min(found.failed, so);
  found.any = found.stood || found.failed > 0;
  for (const WindowRow& row : run.windows) {
    if (row.request_class != request_class) continue;
    const double end = row.start + run.window, slowest = static_cast<double>(row.max) * 1e-6;
    if (time.meets({row.start, end})) found.due += static_cast<double>(row.requests);
    // Who comes when it is over is not late by it, but for what had piled up.
    if (may_hold && time.from <= end && row.start <= time.until - aftermath)
      found.late += static_cast<double>(row.slow);
    // Who was late already when it struck is not late by it.
    const bool hurts = row.outcome == Outcome::ok
                           ? row.slow > 0 && end + measure::slow_limit >= time.from
                           : so > 0;
    found.any = found.any || (hurts && time.meets({row.start, end + slowest}));
  }
  return found;
}

bool is_late(const Result& run, const Span& time) {
  return std::ranges::any_of(run.windows, [&](const WindowRow& row) {
    return row.slow > 0 && time.meets({row.start, row.start + run.window});
  });
}

/// Whether requests of a class failed by a certificate's dates.
bool fails_by_date(const Campaign& campaign, std::size_t request_class) {
  const Tally all = total(campaign, std::nullopt, request_class);
  return std::ranges::any_of(all.failures, is_of_date, &Failure::cause);
}

/// Whether somebody else who may have the address that a daemon listens on ailed at the same time.
bool is_needed(const CausalSite& site, const scenario::Edge& edge, const std::string& daemon,
               const Episode& episode) {
  return std::ranges::any_of(site.campaign.topology.behind(edge.wire), [&](const auto& other) {
    return other != daemon && std::ranges::any_of(site.ailments, [&](const Ailment& one) {
             return one.span().meets(episode.span()) && site.troubles(one, other, "");
           });
  });
}

/// Whether a daemon that ails is met by requests of a class: it is on their way, and has the
/// address that they come by if that moves, or should have taken it.
bool may_be_met(const CausalSite& site, std::size_t request_class, const std::string& daemon,
                const Episode& episode) {
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
bool moves_meanwhile(const CausalSite& site, const Episode& episode) {
  const Span time{episode.from, episode.until + aftermath};
  return std::ranges::any_of(site.run.events, [&](const Event& event) {
    const bool moves = moves_address(event) || event.what == What::vrrp_backup;
    return moves && time.holds(event.time);
  });
}

/// Whether a rule keeps those from each other who share an address.
bool stops_adverts(const CausalSite& site, const Episode& rule) {
  constexpr int vrrp = 112;  // the protocol's number, which stands for its port
  return (rule.rule.port == vrrp || rule.rule.port == 0) &&
         site.campaign.topology.find("keepalived@" + rule.target);
}

/// Whether a database that writes are for ailed while this lasted, or soon after: a manager was
/// wanted.
bool primary_ails(const CausalSite& site, const Episode& episode) {
  return std::ranges::any_of(site.met(Purpose::write), [&](const Obstacle& one) {
    return one.edge->wire.purpose != Purpose::read &&
           one.ailment->span().meets({episode.from, episode.until + aftermath});
  });
}

/// Whether all that failed of a class was refused by databases that a command had made read-only.
bool is_refused_by_command(const CausalSite& site, std::size_t request_class) {
  const Tally all = site.run.total({}, request_class);
  return all.bad() > 0 && all.failed_by(measure::Cause::db_read_only) == all.bad() &&
         std::ranges::any_of(site.ailments,
                             [](const Episode& one) { return one.kind == What::command; });
}

/// Whether a strike did anything: a transaction is felt by changes of tables alone, a roll-out by
/// those and where it came.
bool did_anything(const CausalSite& site, const Episode& episode) {
  if (episode.kind != What::open_transaction && episode.kind != What::deploy) return true;
  const bool rolls_out = episode.kind == What::deploy;
  const auto is_meanwhile = [&](const Event& event) {
    const bool concerns = rolls_out || event.source == episode.target;
    return concerns && episode.span().holds(event.time) &&
           (event.what == What::table_closed || (rolls_out && event.what == What::migrating));
  };
  return std::ranges::any_of(site.run.events, is_meanwhile) ||
         (rolls_out && std::ranges::any_of(episode.parts, [&](const std::string& one) {
            return site.started_anew(one, {episode.from, INFINITY});
          }));
}

/// What part a fault may have in what requests of a class suffer: by what they meet, by who moves
/// addresses or fails databases over, or by who calls people.
Part may_have(const CausalSite& site, std::size_t request_class, const Episode& episode) {
  if (episode.kind == What::clock && !fails_by_date(site.campaign, request_class))
    return Part::none;
  if (episode.kind != What::command && is_refused_by_command(site, request_class))
    return Part::none;
  if (!did_anything(site, episode)) return Part::none;
  if (episode.kind == What::command && site.kind(request_class) < stack::RequestKind::write &&
      site.degree(episode).ends_with("read_only"))
    return Part::none;
  const auto ailing = site.ailing(episode);
  if (episode.kind == What::firewall_rule && ailing.empty())
    return stops_adverts(site, episode) && moves_meanwhile(site, episode) ? Part::much : Part::none;
  // Behind a table that is closed threads are held which others need.
  const bool holds_all = episode.kind == What::deploy || episode.kind == What::open_transaction;
  if (ailing.empty() || holds_all) return Part::much;
  Part most =
      std::ranges::any_of(site.run.events,
                          [](const Event& event) { return event.what == What::repaired_by; })
          ? Part::delays
          : Part::none;
  for (const std::string& daemon : ailing) {
    const std::string section = section_of(daemon);
    const bool serves = section == "haproxy" || section == "nginx" || section == "app" ||
                        section == "mysql" || section == "dns";
    const bool is_switched =
        episode.kind == What::command && site.kind(request_class) == stack::RequestKind::write;
    const bool manages =
        (section == "db_manager" && (is_switched || primary_ails(site, episode))) ||
        (section == "keepalived" && moves_meanwhile(site, episode));
    if (serves ? may_be_met(site, request_class, daemon, episode) : manages) most = Part::much;
  }
  return most;
}

/// The part of one fault in what a class suffered.
Blame part_in(const Campaign& campaign, const std::vector<CausalSite>& sites, std::size_t fault,
              std::size_t request_class) {
  Part most = Part::none;
  Suffering all;
  double failed = 0;  // in outages, whatever they are due to
  for (const CausalSite& site : sites) {
    failed += static_cast<double>(failures_of(site, request_class).requests);
    const auto strike = strike_in(campaign, site.run, fault);
    const bool may_harm = strike && !campaign.faults[fault].mends;
    const Part may = may_harm ? may_have(site, request_class, *strike) : Part::none;
    if (may == Part::none) continue;
    const Suffering own = suffered(site, request_class, *strike);
    if (own.any || (own.fails && may == Part::delays)) most = std::max(most, may);
    all.due += own.due;
    all.late += own.late;
    all.failed += own.failed;
    all.stood = all.stood || own.stood;
  }
  // What made few of those fail that failed made others late, or next to nobody suffer.
  if (!all.stood && failed > 0 && all.failed < little_share * failed)
    most =
        std::min(most, all.failed + all.late < failing_share * all.due ? Part::little : Part::late);
  return {most, failed > 0 ? all.failed / failed : 1, {}};
}

}  // namespace

std::vector<Blame> blames(const Campaign& campaign) {
  std::vector<CausalSite> sites;
  sites.reserve(campaign.results.size());  // they point into themselves
  for (const Result& run : campaign.results) sites.emplace_back(campaign, run);
  std::vector<Blame> found(campaign.faults.size());
  bool any = false;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const CausalSite& site : sites) any = any || strike_in(campaign, site.run, i);
    for (std::size_t one = 0; one < campaign.plan.classes.size(); ++one) {
      const Blame own = part_in(campaign, sites, i, one);
      found[i].part = std::max(found[i].part, own.part);
      if (own.part != Part::much) continue;
      found[i].share = std::max(found[i].share, own.share);
      found[i].classes.push_back(campaign.plan.classes[one]);
    }
  }
  if (!any) found.assign(found.size(), {Part::much, 1, campaign.plan.classes});  // no event tells
  return found;
}

std::vector<double> begun(const Campaign& campaign, const std::vector<Blame>& blames) {
  std::vector<double> dates;
  for (const Result& run : campaign.results) {
    double first = never;
    for (std::size_t i = 0; i < blames.size(); ++i)
      if (const auto strike = strike_in(campaign, run, i);
          strike && blames[i].part == Part::much && blames[i].share >= little_share)
        first = std::min<double>(first, strike->from);
    dates.push_back(first < never ? first : std::max<double>(run.fault_start, 0));
  }
  return dates;
}

std::vector<std::string> surges_beside(const Campaign& campaign) {
  std::vector<std::string> felt = surges_felt(campaign);
  std::erase_if(felt, [&](const std::string& name) {
    const auto surge = std::ranges::find(campaign.surges, name, &Surge::name);
    return std::ranges::none_of(campaign.results, [&](const Result& run) {
      return std::ranges::any_of(episodes_of(run.events),
                                 [&](const auto& one) { return surge->time.meets(one.span()); });
    });
  });
  return felt;
}

std::vector<std::string> attacks_in(const Campaign& campaign, stack::Attack attack,
                                    const Span& time) {
  std::vector<std::string> names;
  for (const Surge& surge : campaign.surges)
    if (surge.attack == attack && surge.time.meets(time)) append_new(names, surge.name);
  return names;
}

std::vector<std::string> surges_felt(const Campaign& campaign) {
  std::vector<std::string> felt;
  for (const Surge& surge : campaign.surges) {
    const Span time{surge.time.from, surge.time.until + aftermath};
    for (const Result& run : campaign.results)
      for (const ClassStory& story : run.stories) {
        const bool fails = std::ranges::any_of(story.outages, [&](const Outage& one) {
          return one.start <= surge.time.until && one.last_seen >= surge.time.from;
        });
        const bool stood = story.longest_gap > stalled_least && surge.time.meets(story.gap());
        if (fails || stood || is_late(run, time)) append_new(felt, surge.name);
      }
  }
  if (is_mostly(campaign, measure::Cause::db_connections))
    if (const auto guessers = attacks_in(campaign, stack::Attack::brute_force, {0, never});
        !guessers.empty())
      return guessers;
  return felt;
}

}  // namespace spof::report
