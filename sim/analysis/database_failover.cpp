#include "analysis/database_failover.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"
#include "measure/chronicle.hpp"
#include "stack/db_manager_options.hpp"

namespace spof::report {
namespace {

/// The stories of classes that write; where none is known to, all.
std::vector<const ClassStory*> stories_of_writes(const Campaign& campaign, const Result& run) {
  std::vector<const ClassStory*> all, writing;
  for (std::size_t i = 0; i < run.stories.size() && i < campaign.plan.classes.size(); ++i) {
    all.push_back(&run.stories[i]);
    const auto kind = child_pointer("/classes", campaign.plan.classes[i]) + "/kind";
    if (setting_of(campaign, kind) == "write") writing.push_back(&run.stories[i]);
  }
  return writing.empty() ? all : writing;
}

/// When the last write failed of those that failed because of it: what begins long after is
/// another story.
double last_failed_write(const Campaign& campaign, const Result& run, double from) {
  double end = from;
  for (const ClassStory* story : stories_of_writes(campaign, run)) {
    double last = from;
    for (const Outage& outage : story->outages)
      if (outage.start <= last + run.outage_gap) last = std::max<double>(last, outage.end);
    if (last > from && last > story->last_arrival - run.outage_gap) return never;
    end = std::max(end, last);
  }
  return end;
}

/// When a failure struck next; never: none did.
double next_failure(const std::vector<Episode>& episodes, double after) {
  for (const Episode& one : episodes)
    if (one.by.empty() && one.from > after && effect_of(one.kind).is_felt) return one.from;
  return never;
}

/// What ailed the old primary and left it alive, in words; empty: it was dead, or nobody reached
/// it.
std::string alive_words(const std::vector<Episode>& episodes, const DatabaseFailover& one) {
  const std::string host = host_of(one.old_primary);
  const double date = one.end_of(FailoverStep::retrying);
  std::string words = "it did not answer in time";
  for (const Episode& episode : episodes) {
    if (episode.from > date || episode.until < date) continue;
    const bool sides = has(episode.parts, host) || has(episode.beyond, host);
    if (episode.kind == What::partition ? !sides : !episode.strikes(one.old_primary)) continue;
    if (episode.ail() == measure::Ail::dead || is_of_host(episode.kind) ||
        episode.kind == What::link_down)
      return "";
    if (episode.kind == What::hang) words = "it hung";
    if (episode.kind == What::partition) words = "it was cut off from " + one.manager;
    if (episode.ail() == measure::Ail::slow) words = "it was slow";
  }
  if (!one.held_up.empty()) words += fmt::format(" ({}: {})", one.manager, one.held_up);
  return words;
}

/// What a manager suffered itself while it should have noticed: "hang of witness"; empty: nothing.
std::string own_trouble(const std::vector<Episode>& episodes, const DatabaseFailover& one) {
  for (const Episode& episode : episodes)
    if (episode.from < one.end_of(FailoverStep::detection) && episode.until > one.struck &&
        episode.strikes(one.manager))
      return fault_words(word_of(episode.kind), episode.target);
  return "";
}

/// Follows the managers of a run until one has failed over.
struct Watch {
  std::vector<Episode> episodes;
  DatabaseFailover one = {};
  double silent = -1, dead = -1;
  bool acts = false, done = false;

  /// When a primary, or who looks at it, was struck last before a date; negative: not yet.
  double struck(const Event& look) const {
    const std::string host = host_of(look.target);
    double last = -1;
    for (const Episode& episode : episodes)
      if (episode.from <= look.time && effect_of(episode.kind).is_felt &&
          (episode.strikes(look.target) || episode.strikes(look.source) ||
           has(episode.parts, host) || has(episode.beyond, host)))
        last = episode.from;
    return last;
  }

  void end(FailoverStep step, double date) {
    for (std::size_t i = static_cast<std::size_t>(step); i < failover_steps; ++i)
      one.ends[i] = date;
  }
  void hear(const Event& event) {
    if (event.what == What::primary_silent && !acts) {
      silent = event.time;
      one.struck = struck(event);
      if (one.struck < 0) one.struck = silent;
    }
    if (event.what == What::primary_dead && !acts) {
      const double from = silent < 0 ? std::max(struck(event), 0.0) : one.struck;
      // Who was given up and has not answered since is still dead.
      if (one.given_up.empty() || silent > dead || event.target != one.old_primary) {
        one = {event.source, event.target, "", from, {}, ""};
        dead = event.time;
        end(FailoverStep::detection, event.time);
      }
      end(FailoverStep::retrying, event.time);
      acts = true;
    }
    if (!acts || done) return;
    if (event.what == What::promoted) {
      one.new_primary = event.source;
      end(FailoverStep::promotion, event.time);
    }
    if (event.source != one.manager) return;
    if (event.what == What::person_acts) end(FailoverStep::response, event.time);
    if (event.what == What::fenced || event.what == What::not_fenced)
      end(FailoverStep::fencing, event.time);
    if (event.what == What::failover_given_up) {
      acts = false;
      one.given_up = event.version;
    }
    if (event.what == What::failed_over) {
      end(FailoverStep::telling, event.time);
      done = true;
    }
  }
};

/// That a replica applies later than it could: ", /mysql/hosts/server2/delay (30s)"; empty: no.
std::string delay_of(const Campaign& campaign, const std::string& replica) {
  const std::string pointer = "/mysql/hosts/" + host_of(replica) + "/delay",
                    delay = setting_of(campaign, pointer);
  return delay.empty() || delay == "0s" ? "" : fmt::format(", {} ({})", pointer, delay);
}

/// What decides how long a step takes, and what that is set to.
std::string option_of(const Campaign& campaign, const DatabaseFailover& one, FailoverStep step) {
  const std::string manager = "/db_manager/hosts/" + host_of(one.manager);
  stack::DbManagerOptions options;
  if (const Json::json_pointer at(manager); campaign.scenario.contains(at)) {
    Mistakes unused;
    read_fields(campaign.scenario.at(at), options, unused, manager);
  }
  const stack::FailoverHabits habits = options.habits();
  const auto own = [&](const char* name) { return setting_of(campaign, manager + "/" + name); };
  const auto shared = [&](const char* pointer, const char* otherwise) {
    const std::string value = setting_of(campaign, pointer);
    return value.empty() ? otherwise : value;
  };
  switch (step) {
    case FailoverStep::detection:
      return fmt::format("{}/db_manager: misses ({}) × poll_interval ({}), timeout ({}){}",
                         one.held_up.empty() ? "" : "the " + one.held_up + "; then ", habits.misses,
                         time_text(habits.poll_interval), time_text(habits.timeout),
                         habits.trusts_replicas > 0 ? "; trusts_replicas, /mysql/net_timeout" : "");
    case FailoverStep::retrying:
      return "failover given up: " + one.given_up;
    case FailoverStep::response:
      return fmt::format("/db_manager/response_time ({})", own("response_time"));
    case FailoverStep::fencing:
      return options.fencing == stack::Fencing::power_off
                 ? fmt::format("/db_manager/power_off_time ({})", own("power_off_time"))
                 : fmt::format("/db_manager: fencing ({}), timeout ({})", own("fencing"),
                               time_text(habits.timeout));
    case FailoverStep::promotion:
      return fmt::format("/db_manager/drains_relay_log ({}){}, /mysql/applier_workers ({})",
                         habits.drains, delay_of(campaign, one.new_primary),
                         shared("/mysql/applier_workers", "1"));
    case FailoverStep::telling:
      return fmt::format(
          "/db_manager: repoint ({}), and timeout ({}) for each application that does not answer",
          own("repoint"), time_text(habits.timeout));
    case FailoverStep::reconnection:
      break;
  }
  if (one.is_cut) return "another failure struck meanwhile";
  if (one.went_alone < never)
    return fmt::format("/mysql/semi_sync_timeout ({})", shared("/mysql/semi_sync_timeout", "10s"));
  return fmt::format("/app/database: connect_timeout ({}), read_timeout ({}){}",
                     shared("/app/database/connect_timeout", "-"),
                     shared("/app/database/read_timeout", "none"),
                     options.repoint == stack::Repoint::dns
                         ? fmt::format(", name_ttl ({})", shared("/app/database/name_ttl", "-"))
                         : "");
}

FailoverPhase phase_of(const std::string& step, const std::vector<double>& took, double all,
                       std::string option) {
  const auto [best, worst] = std::minmax_element(took.begin(), took.end());
  const double average = std::isinf(*worst) ? never : mean(took);
  const double share = std::isfinite(all) && all > 0 ? average / all : no_figure;
  return {step, *best, average, *worst, share, std::move(option)};
}

std::vector<DatabaseFailover> all_of(const Campaign& campaign) {
  std::vector<DatabaseFailover> all;
  for (const Result& run : campaign.results)
    if (auto one = database_failover(campaign, run)) all.push_back(std::move(*one));
  return all;
}

/// How the old primary was, where it was not dead.
std::string false_alarm(const Campaign& campaign, const std::vector<DatabaseFailover>& all) {
  std::vector<std::string> words;
  std::size_t runs = 0;
  for (const DatabaseFailover& one : all) {
    if (one.alive.empty()) continue;
    ++runs;
    append_new(words, one.alive);
  }
  if (runs == 0) return "";
  return fmt::format(" {} was not dead{}: {}.", all.front().old_primary,
                     in_runs(runs, campaign.results.size()), listed(words));
}

/// Whom a manager made the primary in the first run in which it did, one after another.
std::vector<std::string> promoted_in_turn(const Campaign& campaign, const DatabaseFailover& first) {
  for (const Result& run : campaign.results) {
    std::vector<std::string> found;
    for (const Event& event : run.events)
      if (event.what == What::failed_over && event.source == first.manager)
        append_new(found, event.target);
    if (has(found, first.new_primary)) return found;
  }
  return {first.new_primary};
}

}  // namespace

std::optional<DatabaseFailover> database_failover(const Campaign& campaign, const Result& run) {
  Watch watch{episodes_of(run.events)};
  for (const Event& event : run.events)
    if (!watch.done) watch.hear(event);
  if (!watch.done) return std::nullopt;
  const double told = watch.one.end_of(FailoverStep::telling);
  const double last = last_failed_write(campaign, run, told),
               next = next_failure(watch.episodes, told);
  watch.one.is_cut = next < last;
  watch.end(FailoverStep::reconnection, std::min(last, next));
  watch.one.held_up = own_trouble(watch.episodes, watch.one);
  watch.one.alive = alive_words(watch.episodes, watch.one);
  for (const Event& event : run.events)
    if (event.what == What::semi_sync_off && event.source == watch.one.new_primary &&
        event.time >= told && event.time <= watch.one.ends.back() + run.outage_gap)
      watch.one.went_alone = event.time;
  return watch.one;
}

std::vector<std::string> hosts_off(const Result& run) {
  std::vector<std::string> hosts;
  for (const Episode& episode : episodes_of(run.events))
    if (!episode.by.empty() && std::isinf(episode.repaired)) append_new(hosts, episode.target);
  return hosts;
}

double only_on(const Result& run, const std::string& database) {
  double count = 0;
  for (const Holding& one : run.holdings)
    if (one.is_primary && one.database == database) return 0;
  for (const Event& event : run.events)
    if (event.what == What::writes_left_behind && event.target == database) count += event.figure;
  return count;
}

bool promotes(const Campaign& campaign) {
  return std::ranges::any_of(campaign.results, [](const Result& run) {
    return std::ranges::any_of(run.events,
                               [](const Event& event) { return event.what == What::promoted; });
  });
}

std::size_t failovers(const Campaign& campaign) { return all_of(campaign).size(); }

std::vector<FailoverPhase> failover_phases(const Campaign& campaign) {
  const auto all = all_of(campaign);
  if (all.empty()) return {};
  std::vector<double> whole;
  for (const DatabaseFailover& one : all) whole.push_back(one.ends.back() - one.struck);
  FailoverPhase sum = phase_of("all", whole, no_figure, "");
  std::vector<FailoverPhase> phases;
  for (std::size_t i = 0; i < failover_steps; ++i) {
    std::vector<double> took;
    for (const DatabaseFailover& one : all)
      took.push_back(one.ends[i] - (i == 0 ? one.struck : one.ends[i - 1]));
    if (std::ranges::all_of(took, [](double time) { return time < 1e-9; })) continue;
    const auto step = static_cast<FailoverStep>(i);
    phases.push_back(phase_of(word(step), took, sum.mean, option_of(campaign, all.front(), step)));
  }
  if (std::isfinite(sum.mean)) sum.share = 1;
  phases.push_back(std::move(sum));
  return phases;
}

std::string failed_again(const Campaign& campaign) {
  for (const Result& run : campaign.results)
    if (const auto over = database_failover(campaign, run)) {
      double first = never;
      for (const ClassStory* story : stories_of_writes(campaign, run))
        for (const Outage& outage : story->outages)
          if (outage.start > over->ends.back()) first = std::min<double>(first, outage.start);
      if (first < never)
        return fmt::format(" Writes failed again later, from {} on: that is not in it.",
                           time_text(first));
    }
  return "";
}

/// A replica was made the primary that had applied nothing for long; empty: none was.
std::string promoted_broken(const Campaign& campaign) {
  constexpr double before = 1e-6;
  for (const Result& run : campaign.results)
    for (const Event& event : run.events)
      if (event.what == What::promoted)
        if (const Event* broken = broken_since(run.events, event.source, event.time - before))
          return fmt::format(
              " {} was made the primary although its replication from {} had broken: what that one "
              "had taken after transaction {} is lost with it.",
              event.source, broken->target, broken->setting);
  return "";
}

std::string failover_remarks(const Campaign& campaign) {
  const auto all = all_of(campaign);
  std::string out;
  const bool waited = !all.empty() && all.front().end_of(FailoverStep::response) >
                                          all.front().end_of(FailoverStep::retrying);
  if (!all.empty())
    out = fmt::format(
              " {} made {} the primary{}.",
              waited ? "A person, called by " + all.front().manager + "," : all.front().manager,
              fmt::join(promoted_in_turn(campaign, all.front()), ", and then "),
              in_runs(all.size(), campaign.results.size())) +
          false_alarm(campaign, all);
  if (const double diverged = figure(campaign, "diverged_writes").mean; diverged > 0) {
    std::vector<std::string> holders;
    for (const Result& run : campaign.results)
      for (const Event& event : run.events)
        if (event.what == What::writes_left_behind && only_on(run, event.target) > 0)
          append_new(holders, event.target);
    out += fmt::format(
        " {} of the lost writes were made beside the {}primary, on {}: nobody merges them.",
        count_text(diverged), promotes(campaign) ? "new " : "", listed(holders));
  }
  out += promoted_broken(campaign);
  for (const Result& run : campaign.results)
    if (const auto off = hosts_off(run); !off.empty())
      return out + fmt::format(" {} {} off: the manager cut the power.", listed(off),
                               off.size() == 1 ? "is" : "are");
  return out;
}

}  // namespace spof::report
