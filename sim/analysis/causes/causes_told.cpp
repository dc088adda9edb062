#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes_site.hpp"
#include "analysis/database_failover.hpp"
#include "analysis/faults.hpp"
#include "base/append_new.hpp"
#include "measure/after_fault.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

/// The next event of a manager after one.
const Event* next_of(const CausalSite& site, const Event& event) {
  const Event* const end = site.run.events.data() + site.run.events.size();
  const Event* const next =
      std::find_if(&event + 1, end, [&](const Event& one) { return one.source == event.source; });
  return next == end ? nullptr : next;
}

/// A look in vain that led to nothing.
std::string silent_words(const CausalSite& site, const Event& event) {
  const Event* next = next_of(site, event);
  if (next && next->what == What::primary_dead) return "";
  std::string text =
      fmt::format("{} got no answer from {}, and did not fail over", event.source, event.target);
  const std::string tool = site.own(event.source, "tool"),
                    acts = site.own(event.source, "auto_failover");
  if (acts == "false" || (acts.empty() && (tool == "orchestrator" || tool == "maxscale")))
    return text + ": that is off (auto_failover)";
  const bool again = std::ranges::any_of(site.run.events, [&](const Event& one) {
    return one.what == What::failed_over && one.source == event.source && one.time < event.time;
  });
  if (again) return text + " a second time (block_period)";
  if (event.figure > 0)
    text += fmt::format(
        ": it is dead to it after {} more looks in vain, or while a replica hears "
        "of it (misses, trusts_replicas)",
        event.figure);
  return text;
}

/// What else runs on the host whose power is cut.
std::string fenced_words(const CausalSite& site, const Event& event) {
  const std::string host = host_of(event.target);
  if (event.version == "read_only")
    return fmt::format("{} made {} read-only", event.source, event.target);
  if (event.version == "address")
    return fmt::format("{} took its address away from {}", event.source, host);
  Names others;
  for (const scenario::Node& node : site.campaign.topology.nodes)
    if (node.host == host && node.listens() && node.name != event.target)
      append_new(others, node.name);
  return fmt::format("{} cut the power of {}, so that {} can do no harm{}", event.source, host,
                     event.target, others.empty() ? "" : ": " + listed(others) + " went with it");
}

/// Whether a database that is back as a primary takes writes.
std::string second_words(const CausalSite& site, const Event& event) {
  const bool restarted = std::ranges::any_of(site.run.events, [&](const Event& one) {
    return one.source == event.target && one.time <= event.time &&
           one.time > site.run.fault_start &&
           (one.what == What::accepting || one.what == What::recovered);
  });
  const bool read_only = site.own(event.target, "read_only") == "true";
  return fmt::format(
      "{} was {}, a primary beside {}{}", event.target, restarted ? "back" : "seen again",
      event.version,
      restarted && read_only ? ", but takes no writes: it started read-only (read_only)"
      : site.own(event.source, "fencing") == "none" ? ": nobody had fenced it, and it takes writes"
                                                    : ", and takes writes");
}

/// Where acknowledged writes are that the primary has not, or had once.
std::string left_words(const CausalSite& site, const Event& event) {
  // A replica that had got them is parted from a primary that has them no more.
  const auto replica = std::ranges::find_if(site.run.events, [&](const Event& other) {
    return other.what == What::replication_broken && other.target == event.target &&
           other.figure > 0;
  });
  const std::string words =
      only_on(site.run, event.target) > 0
          ? fmt::format(
                "{{write is|writes are}} on {}, after transaction {}: the primary has "
                "{{it|them}} not, and nobody merges {{it|them}}",
                event.target, event.setting)
      : replica == site.run.events.end()
          ? fmt::format(
                "{{write|writes}} of {} after transaction {} {{is|are}} gone: no database "
                "has {{it|them}}",
                event.target, event.setting)
          : fmt::format(
                "{{write|writes}} of {} after transaction {} {{is|are}} on {}: the primary "
                "has {{it|them}} not any more, and nobody merges {{it|them}}",
                event.target, event.setting, replica->source);
  return fmt::format("{} acknowledged {}", event.figure,
                     in_number(words, event.figure == 1 ? 1 : 2));
}

std::string dead_words(const CausalSite& site, const Event& event) {
  std::string text =
      fmt::format("{} took {} for dead{}", event.source, event.target, in_brackets(event));
  const auto over = database_failover(site.campaign, site.run);
  if (over && over->end_of(FailoverStep::detection) == event.time && !over->alive.empty())
    text += ", and it was not: " + over->alive;
  return text;
}

std::string migrated_words(const Event& event) {
  return event.figure == 0 ? "the schema of the database was that of version " + event.version
         : event.figure == 2
             ? event.source + " had changed its schema, though its client had left"
             : fmt::format(
                   "{} lost the connection on which the schema of its database was changed "
                   "for version {}, and nobody tried again",
                   event.source, event.version);
}

std::string managers_words(const CausalSite& site, const Event& event) {
  switch (event.what) {
    case What::priority_lowered:
      return unmoved_words(site, event);
    case What::primary_silent:
      return silent_words(site, event);
    case What::primary_dead:
      return dead_words(site, event);
    case What::person_acts:
      return "a person acted" + in_brackets(event);
    case What::fenced:
      return fenced_words(site, event);
    case What::not_fenced:
      return fmt::format("{} could not fence {} ({}): it may still take writes", event.source,
                         event.target, event.version);
    case What::failover_given_up:
      return fmt::format("{} gave the failover up{}", event.source, in_brackets(event));
    case What::second_primary:
      return second_words(site, event);
    case What::own_writes:
      return fmt::format("{}, a replica that nobody had made read-only, took writes from here on",
                         event.source);
    case What::rolled_back:
      return fmt::format(
          "who rolled version {} out took it back: {:.0f} % of the requests of {} failed",
          event.version, event.figure * 100, event.target);
    case What::semi_sync_off:
      return fmt::format(
          "{} went on without waiting for a replica: none had answered within "
          "semi_sync_timeout ({})",
          event.source, site.own(event.source, "semi_sync_timeout"));
    case What::semi_sync_on:
      return event.source + " waits for a replica again at each commit: one has caught up";
    case What::no_space:
      return event.source + " found its disk full, and its log waited for space";
    case What::has_space:
      return event.source + " looked for space again, as every 60 s, and wrote what had waited";
    case What::writes_left_behind:
      return left_words(site, event);
    case What::migrating:
      return fmt::format("{} began to change the schema of its database for version {}{}",
                         event.source, event.version,
                         event.setting ? ", and locked a table for it" : "");
    case What::migrated:
      return migrated_words(event);
    case What::table_closed:
      return fmt::format(
          "in {} a change of a table waited for an open transaction, and every later "
          "statement behind it",
          event.source);
    case What::table_open:
      return event.setting == 2 ? "the change was given up: its client had left"
             : event.setting == 1
                 ? fmt::format("the change gave up after lock_wait_timeout ({})",
                               time_text(event.figure))
                 : fmt::format("the change had its table, {} later", time_text(event.figure));
    case What::connections_taken:
      if (section_of(event.source) == "app")
        return fmt::format("all {:.0f} connections of a pool of {} were lent", event.figure,
                           event.source);
      return fmt::format(
          "a worker of {} had no connection left for who came, worker_connections "
          "({:.0f})",
          event.source, event.figure);
    default:
      return "";
  }
}

/// What an operator did, as he would say it.
std::string done_words(const Event& event) {
  std::string action = event.version;
  std::ranges::replace(action, '_', ' ');
  return fmt::format("{}: {} {}", event.source, action, event.target);
}

std::string peoples_words(const Event& event) {
  switch (event.what) {
    case What::alert_firing:
      return fmt::format("{} raised {} of {}{}", event.source, event.version, event.target,
                         event.figure > 0
                             ? fmt::format(", after {} of waiting (for)", time_text(event.figure))
                             : "");
    case What::notified:
      if (event.setting) return "";  // it is over
      if (!calls_somebody(event))
        return fmt::format("{} sent {} to {}, where nobody is", event.source, event.version,
                           listed(event.parts));
      return fmt::format("{} called {}: {}, {} after it fired", event.source, listed(event.parts),
                         event.version, time_text(event.figure));
    case What::not_delivered:
      return fmt::format("{} could not deliver {} to {}, and tried again", event.source,
                         event.version, listed(event.parts));
    case What::customers_complained:
      return fmt::format("a customer called {}: nobody else had, {} requests had failed",
                         event.source, event.figure);
    case What::acknowledged:
      return fmt::format("{} was there, {} after being told of {}", event.source,
                         time_text(event.figure), event.version);
    case What::repaired_by:
      return done_words(event) + (event.setting ? ", before it broke" : ", which was broken");
    case What::acted_in_vain:
      return done_words(event) + ", in vain: nothing was broken there";
    default:
      return "";
  }
}

/// How often a kind of event is told: what monitoring and customers say, once.
std::size_t most_told(What what) {
  const bool calls = what == What::alert_firing || what == What::notified ||
                     what == What::not_delivered || what == What::customers_complained ||
                     what == What::acknowledged;
  return calls ? 1 : 3;
}

/// What events say from a date on; of each kind the first few. A run may have hundreds of
/// thousands: of those that are not told no words are made, for these look through all others.
void tell(const CausalSite& site, double since, const auto& words, std::vector<Cause>& chain) {
  std::vector<std::pair<What, std::size_t>> told;
  for (const Event& event : site.run.events) {
    std::size_t& count = value_at(told, event.what);
    if (event.time < since || count >= most_told(event.what)) continue;
    const std::string text = words(event);
    if (text.empty()) continue;
    ++count;
    const bool is_of_all = event.what == What::writes_left_behind;  // seen when all has ended
    chain.push_back(at(is_of_all ? std::min(event.time, site.run.duration) : event.time, text));
  }
}

}  // namespace

void add_manager(const CausalSite& site, std::vector<Cause>& chain) {
  tell(
      site, -1, [&](const Event& event) { return managers_words(site, event); }, chain);
}

void add_people(const CausalSite& site, std::vector<Cause>& chain) {
  tell(site, site.run.fault_start, peoples_words, chain);
}

const Event* first_told(const Result& run, double since) {
  return first_event(run.events, {since, never}, [](const Event& event) {
    return event.what == What::customers_complained || calls_somebody(event);
  });
}

}  // namespace spof::report
