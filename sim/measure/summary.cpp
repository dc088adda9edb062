#include "measure/summary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"
#include "measure/after_fault.hpp"
#include "measure/takeovers.hpp"

namespace spof::measure {
namespace {

double number(std::uint64_t count) { return static_cast<double>(count); }

double part_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? no_figure : number(part) / number(whole);
}

double availability(const Sight& s) { return part_of(s.tally.good(), s.tally.requests()); }

bool is_named(const Failure& failure, const std::string& part) {
  return part == word(failure.outcome) || part == word(failure.cause);
}

double failed_part(const Sight& s) {
  std::uint64_t sum = 0;
  for (const Failure& failure : s.tally.failures)
    if (is_named(failure, s.asked.part)) sum += failure.requests;
  return number(sum);
}

double quantile(const Sight& s, double share) {
  return s.tally.ok.count() == 0 ? no_figure : number(s.tally.ok.quantile(share)) / 1e6;
}

/// The largest of what `value` says about each class asked for.
double largest(const Sight& s, double (*value)(const Result&, const ClassStory&)) {
  double most = no_figure;
  for (std::size_t i = 0; i < s.run.stories.size(); ++i)
    if (s.asked.request_class < 0 || static_cast<std::size_t>(s.asked.request_class) == i)
      most = std::fmax(most, value(s.run, s.run.stories[i]));
  return most;
}

double largest_lag(const Sight& s, double (*value)(const Lag&)) {
  double most = no_figure;
  for (const Lag& lag : s.run.lags) most = std::fmax(most, value(lag));
  return most;
}

/// Of the asked part's pools, cores, disks and links, or of all: the most.
double most_of(const Sight& s, double Usage::*figure) {
  const auto [from, until] = s.run.span(s.asked.phase);
  double most = no_figure;
  if (until <= from || s.run.loads.empty()) return most;
  for (const Load& load : s.run.loads)
    if ((s.asked.part.empty() || s.asked.part == load.part) &&
        (figure == &Usage::waiting || !load.what.starts_with("queue")))
      most = std::fmax(most, s.run.usage(load, s.asked.phase).*figure);
  return std::isnan(most) ? 0 : most;  // nothing of it was ever taken
}

double handshakes(const Sight& s, std::uint64_t Handshakes::*which) {
  double sum = s.run.handshakes.empty() ? no_figure : 0;
  for (const Handshakes& one : s.run.handshakes) sum += number(one.*which);
  return sum;
}

/// On the link where it is most.
double overheard(const Sight& s, double (*value)(const Overheard&)) {
  double most = no_figure, sum = 0;
  const std::string* link = nullptr;
  for (const Overheard& one : s.run.overheard) {
    if (!link || *link != one.link) sum = 0;
    link = &one.link;
    if (s.asked.request_class < 0 ||
        static_cast<std::uint64_t>(s.asked.request_class) == one.request_class)
      sum += value(one);
    most = std::fmax(most, sum);
  }
  return most;
}

/// Of a primary that died: how old the oldest lost write was then.
double lost_time(const Sight& s) {
  const Writes& writes = s.run.writes;
  if (writes.lost == 0) return 0;
  return std::max<double>(writes.lost_until, s.run.fault_start) - writes.lost_from;
}

double share(const Sight& s) {
  std::uint64_t all = 0;
  for (const std::uint64_t answers : s.tally.servers) all += answers;
  const auto server = static_cast<std::size_t>(s.asked.server);
  return part_of(server < s.tally.servers.size() ? s.tally.servers[server] : 0, all);
}

// A way to fail is neither better nor worse than another: `failed` counts them all.
constexpr std::array all_metrics{
    Metric{"availability", About::classes, true, Unit::share, Better::higher,
           "requests answered correctly, of all", availability},
    Metric{"requests", About::classes, true, Unit::count, Better::neither, "requests sent",
           [](const Sight& s) { return number(s.tally.requests()); }},
    Metric{"failed", About::classes, true, Unit::count, Better::lower,
           "requests that were not answered correctly",
           [](const Sight& s) { return number(s.tally.bad()); }},
    Metric{"failed.PART", About::classes, true, Unit::count, Better::neither,
           "those that failed in one way (failed.503, failed.timeout) or for one cause "
           "(failed.connect_error)",
           failed_part},
    Metric{"slow", About::classes, true, Unit::count, Better::lower,
           "requests answered correctly, but after 0.9 s",
           [](const Sight& s) { return number(s.tally.slow_ok); }},
    Metric{"latency.mean", About::classes, true, Unit::seconds, Better::neither,
           "mean of the correct answers, from the scheduled arrival",
           [](const Sight& s) {
             return s.tally.ok.count() == 0 ? no_figure : s.tally.ok.mean() / 1e6;
           }},
    Metric{"latency.p50", About::classes, true, Unit::seconds, Better::lower,
           "half of the correct answers came within this time of the scheduled arrival",
           [](const Sight& s) { return quantile(s, 0.5); }},
    Metric{"latency.p90", About::classes, true, Unit::seconds, Better::lower,
           "nine in ten correct answers", [](const Sight& s) { return quantile(s, 0.9); }},
    Metric{"latency.p99", About::classes, true, Unit::seconds, Better::lower,
           "99 in 100 correct answers", [](const Sight& s) { return quantile(s, 0.99); }},
    Metric{"latency.max", About::classes, true, Unit::seconds, Better::lower,
           "the slowest correct answer", [](const Sight& s) { return quantile(s, 1); }},
    Metric{"outage", About::classes, false, Unit::seconds, Better::lower,
           "first to last failed request of the longest outage after the fault; 0 if none failed; "
           "of all classes, the longest",
           [](const Sight& s) { return largest(s, outage); }},
    Metric{"longest_gap", About::classes, false, Unit::seconds, Better::lower,
           "longest time in which somebody waited and nobody got a correct answer",
           [](const Sight& s) {
             return largest(s, [](const Result&, const ClassStory& story) {
               return story.last_arrival < 0 ? no_figure : story.longest_gap.value;
             });
           }},
    Metric{"recovery", About::classes, false, Unit::seconds, Better::lower,
           "from the fault to the last request that failed; never, when requests fail to the end",
           [](const Sight& s) { return largest(s, recovery); }},
    Metric{"rto", About::run, false, Unit::seconds, Better::neither,
           "recovery time, as plans for emergencies have it: from the fault to the end of the last "
           "outage that began before the repair, of all classes; never, when it goes on to the end",
           [](const Sight& s) { return largest(s, recovery_time); }},
    Metric{"rpo", About::run, false, Unit::seconds, Better::neither,
           "recovery point: how far back the oldest lost write was when the fault struck, or the "
           "last of them was made; 0: none is lost. In writes: `lost_writes`",
           lost_time},
    Metric{"detected", About::run, false, Unit::seconds, Better::lower,
           "from the fault until some component's own checks noticed",
           [](const Sight& s) { return detected(s.run); }},
    Metric{"restored", About::run, false, Unit::seconds, Better::lower,
           "from the last repair until some component's own checks noticed; only if detected",
           [](const Sight& s) { return restored(s.run); }},
    Metric{"alerted", About::run, false, Unit::seconds, Better::lower,
           "from the fault, or without one from the beginning, until the first alert fires",
           [](const Sight& s) { return told(s.run, What::alert_firing); }},
    Metric{"notified", About::run, false, Unit::seconds, Better::lower,
           "from the fault, or without one from the beginning, until an alert has reached a person",
           [](const Sight& s) { return told(s.run, What::notified); }},
    Metric{"complained", About::run, false, Unit::seconds, Better::neither,
           "from the fault, or without one from the beginning, until a customer tells the "
           "operator, if nobody else has",
           [](const Sight& s) { return told(s.run, What::customers_complained); }},
    Metric{
        "acknowledged", About::run, false, Unit::seconds, Better::lower,
        "from the fault, or without one from the beginning, until an operator sits before a screen",
        [](const Sight& s) { return told(s.run, What::acknowledged); }},
    Metric{"repaired", About::run, false, Unit::seconds, Better::lower,
           "from the fault, or without one from the beginning, until an operator has repaired "
           "something that was broken",
           [](const Sight& s) { return told(s.run, What::repaired_by); }},
    Metric{"lost_writes", About::run, false, Unit::count, Better::lower,
           "writes acknowledged to the client, but gone",
           [](const Sight& s) { return number(s.run.writes.lost); }},
    Metric{"phantom_writes", About::run, false, Unit::count, Better::lower,
           "writes that failed for the client, but were committed",
           [](const Sight& s) { return number(s.run.writes.phantom.number); }},
    Metric{"duplicate_writes", About::run, false, Unit::count, Better::lower,
           "writes that were committed more than once: HAProxy (retry-on) or Nginx "
           "(non_idempotent) sent them again",
           [](const Sight& s) { return number(s.run.writes.twice.number); }},
    Metric{
        "diverged_writes", About::run, false, Unit::count, Better::lower,
        "of the lost writes, those that a database acknowledged when another one was the primary",
        [](const Sight& s) { return number(s.run.writes.diverged); }},
    Metric{"reads_of_lost_writes", About::run, false, Unit::count, Better::lower,
           "reads that saw a write which no primary has at the end",
           [](const Sight& s) { return number(s.run.writes.reads_of_lost); }},
    Metric{"acknowledged_writes", About::run, false, Unit::count, Better::higher,
           "writes the client was told done",
           [](const Sight& s) { return number(s.run.writes.acknowledged); }},
    Metric{"stale_reads", About::classes, true, Unit::count, Better::lower,
           "reads from a database that lacked some committed write, of whatever row",
           [](const Sight& s) { return number(s.tally.stale); }},
    Metric{"max_lag", About::run, false, Unit::seconds, Better::lower,
           "the most a replica was behind its primary, in time",
           [](const Sight& s) {
             return largest_lag(s, [](const Lag& lag) { return lag.max_lag.value; });
           }},
    Metric{"max_behind", About::run, false, Unit::count, Better::lower,
           "the most a replica was behind its primary, in transactions",
           [](const Sight& s) {
             return largest_lag(s, [](const Lag& lag) { return lag.max_behind; });
           }},
    Metric{"retries", About::classes, true, Unit::count, Better::neither,
           "connection retries by HAProxy", [](const Sight& s) { return number(s.tally.retries); }},
    Metric{"redispatched", About::classes, true, Unit::count, Better::neither,
           "requests that HAProxy moved to another server",
           [](const Sight& s) { return number(s.tally.redispatched); }},
    Metric{"client_retries", About::classes, true, Unit::count, Better::neither,
           "requests that clients sent again",
           [](const Sight& s) { return number(s.tally.client_retries()); }},
    Metric{"handshakes", About::run, false, Unit::count, Better::neither, "full TLS handshakes",
           [](const Sight& s) { return handshakes(s, &Handshakes::full); }},
    Metric{"resumed_handshakes", About::run, false, Unit::count, Better::neither,
           "TLS handshakes that resumed a session",
           [](const Sight& s) { return handshakes(s, &Handshakes::resumed); }},
    Metric{"overheard_requests", About::classes, false, Unit::count, Better::lower,
           "requests that an eavesdropper could read on one link, the most of all links",
           [](const Sight& s) {
             return overheard(s, [](const Overheard& one) { return number(one.requests); });
           }},
    Metric{"overheard_passwords", About::classes, false, Unit::count, Better::lower,
           "of those, with a password",
           [](const Sight& s) {
             return overheard(s, [](const Overheard& one) { return number(one.passwords); });
           }},
    Metric{"overheard_cookies", About::classes, false, Unit::count, Better::lower,
           "of those, with a session's cookie",
           [](const Sight& s) {
             return overheard(s, [](const Overheard& one) { return number(one.cookies); });
           }},
    Metric{"overheard_queries", About::classes, false, Unit::count, Better::lower,
           "statements to a database that could be read",
           [](const Sight& s) {
             return overheard(s, [](const Overheard& one) { return number(one.queries); });
           }},
    Metric{"overheard_bytes", About::classes, false, Unit::count, Better::lower,
           "bytes that passed a link in clear",
           [](const Sight& s) {
             return overheard(s, [](const Overheard& one) { return one.readable; });
           }},
    Metric{"takeovers", About::run, false, Unit::count, Better::neither,
           "how often another load balancer took an address over",
           [](const Sight& s) { return double(takeovers_of(s.run.events).all); }},
    Metric{
        "needless_takeovers", About::run, false, Unit::count, Better::lower,
        "those that nobody needed: the one before was well, or back sooner than the takeover took",
        [](const Sight& s) { return double(takeovers_of(s.run.events).needless); }},
    Metric{"version_skew", About::run, false, Unit::seconds, Better::lower,
           "how long answers of two releases of the application alternated",
           [](const Sight& s) { return s.run.skew < 0 ? no_figure : s.run.skew.value; }},
    Metric{"server_share", About::server, true, Unit::share, Better::neither,
           "answers of this server, of all", share},
    Metric{"utilisation", About::part, true, Unit::share, Better::neither,
           "how much was taken of the busiest: threads, cores, disk, connections of a daemon or "
           "host, of a link; mean over time",
           [](const Sight& s) { return most_of(s, &Usage::taken); }},
    Metric{"saturation", About::part, true, Unit::share, Better::neither,
           "share of the time in which nothing of it was free",
           [](const Sight& s) { return most_of(s, &Usage::full); }},
    Metric{"waiting", About::part, true, Unit::count, Better::neither,
           "how many waited for it; mean over time",
           [](const Sight& s) { return most_of(s, &Usage::waiting); }},
};

const std::string failed_prefix = "failed.";

/// The outcomes and causes that occurred, in order.
std::vector<std::string> parts(const std::vector<Result>& results) {
  std::set<Outcome> outcomes;
  std::set<Cause> causes;
  for (const Result& result : results)
    for (const Tally& tally : result.tallies)
      for (const Failure& failure : tally.failures) {
        outcomes.insert(failure.outcome);
        if (failure.cause != Cause::none) causes.insert(failure.cause);
      }
  std::vector<std::string> found;
  for (const Outcome outcome : outcomes) found.emplace_back(word(outcome));
  for (const Cause cause : causes) {
    const char* name = word(cause);
    if (!has(found, name)) found.emplace_back(name);
  }
  return found;
}

/// `query` for the whole run and, where the metric knows phases, for each phase.
void add_phases(Query query, std::vector<Query>& queries) {
  queries.push_back(query);
  if (!query.metric->phases) return;
  for (std::size_t phase = 0; phase < phase_count; ++phase) {
    query.phase = static_cast<Phase>(phase);
    queries.push_back(query);
  }
}

void add_subjects(Query query, const Plan& plan, std::vector<Query>& queries) {
  if (query.metric->about != About::server) add_phases(query, queries);
  if (query.metric->about == About::classes)
    for (std::size_t i = 0; i < plan.classes.size(); ++i) {
      query.request_class = static_cast<int>(i);
      add_phases(query, queries);
    }
  if (query.metric->about == About::server)
    for (std::size_t i = 0; i < plan.servers.size(); ++i) {
      query.server = static_cast<int>(i);
      add_phases(query, queries);
    }
}

}  // namespace

std::span<const Metric> metrics() { return all_metrics; }

const Metric* find_metric(const std::string& name) {
  const bool part = name.starts_with(failed_prefix);
  for (const Metric& metric : all_metrics)
    if (part ? metric.measure == failed_part : name == metric.name) return &metric;
  return nullptr;
}

std::string metric_name(const Query& query) {
  return query.metric->measure == failed_part ? failed_prefix + query.part : query.metric->name;
}

double value_of(const Query& query, const Result& result) {
  Sight sight{result, query, {}};
  std::optional<std::size_t> request_class;
  if (query.request_class >= 0) request_class = static_cast<std::size_t>(query.request_class);
  if (query.metric->phases && query.metric->about != About::part)
    sight.tally = result.total(query.phase, request_class);
  return query.metric->measure(sight);
}

Estimate estimate_of(std::vector<double> values) {
  Estimate made;
  made.values = std::move(values);
  std::vector<double> finite;
  for (const double value : made.values) {
    if (std::isnan(value)) continue;
    ++made.measured;
    if (std::isinf(value))
      ++made.never;
    else
      finite.push_back(value);
  }
  made.mean = made.measured == 0 ? no_figure : made.never > 0 ? never : mean(finite);
  made.half_width = made.never > 0 ? 0 : half_width(finite);
  return made;
}

Estimate estimate(const Query& query, const std::vector<Result>& results) {
  std::vector<double> values;
  for (const Result& result : results) values.push_back(value_of(query, result));
  return estimate_of(std::move(values));
}

std::vector<Query> all_queries(const Plan& plan, const std::vector<Result>& results) {
  std::vector<Query> queries;
  for (const Metric& metric : all_metrics) {
    if (metric.measure != failed_part) {
      add_subjects(Query{.metric = &metric}, plan, queries);
      continue;
    }
    for (const std::string& part : parts(results))
      add_subjects(Query{.metric = &metric, .part = part}, plan, queries);
  }
  return queries;
}

}  // namespace spof::measure
