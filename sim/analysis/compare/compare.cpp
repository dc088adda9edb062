#include "analysis/compare/compare.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/append_new.hpp"
#include "base/histogram.hpp"
#include "base/statistics.hpp"

namespace spof::report {
namespace {

using measure::Better;

using Values = std::vector<double>;

/// The values of one metric that are compared: of pairs, in the same order on both sides.
struct Sides {
  Values a, b;
  bool paired = true;
};

std::size_t never_in(const Values& values) {
  return static_cast<std::size_t>(
      std::ranges::count_if(values, [](double v) { return std::isinf(v); }));
}

/// Differences of numbers that have six decimals have six decimals.
double difference(double a, double b) { return std::round((b - a) * 1e6) / 1e6; }

/// How finely the values of a metric are known: quantiles by the steps of their histogram, there
/// where the larger mean is. 0: exactly.
double step_of(const MetricChange& row, const Sides& sides) {
  if (row.unit == Unit::count) return 1;
  const std::string& metric = row.question.metric;
  if (!metric.starts_with("latency.") || metric == "latency.max") return 0;
  const double most = std::max({mean(sides.a), mean(sides.b), 0.0}) * 1e6;
  const std::uint32_t bucket = Histogram::bucket_of(static_cast<std::uint64_t>(most));
  return static_cast<double>(Histogram::value_of(bucket + 1) - Histogram::value_of(bucket)) / 1e6;
}

Gap gap_of(const Sides& sides, double step) {
  if (!sides.paired) return welch_gap(sides.a, sides.b, step);
  Values differences;
  for (std::size_t i = 0; i < sides.a.size(); ++i)
    differences.push_back(difference(sides.a[i], sides.b[i]));
  return paired_gap(differences);
}

/// The values of which something is true: in a pair, of both.
Sides kept(const Sides& all, bool (*is)(double)) {
  Sides made{{}, {}, all.paired};
  for (std::size_t i = 0; i < all.a.size(); ++i)
    if (is(all.a[i]) && (!all.paired || is(all.b[i]))) made.a.push_back(all.a[i]);
  for (std::size_t i = 0; i < all.b.size(); ++i)
    if (is(all.b[i]) && (!all.paired || is(all.a[i]))) made.b.push_back(all.b[i]);
  return made;
}

/// Without what is not a number.
Sides measured(const Values& a, const Values& b, const SeedPairing& pairing) {
  Sides pairs;
  for (const auto& [i, j] : pairing.places) {
    pairs.a.push_back(a[i]);
    pairs.b.push_back(b[j]);
  }
  return kept(pairing.paired ? pairs : Sides{a, b, false},
              [](double value) { return !std::isnan(value); });
}

/// Those in which it happened.
Sides finite(const Sides& sides) {
  return kept(sides, [](double value) { return !std::isinf(value); });
}

bool all_equal(const Sides& sides) {
  if (sides.paired) return sides.a == sides.b;
  const auto other = [&](double value) { return value != sides.a.front(); };
  return std::ranges::none_of(sides.a, other) && std::ranges::none_of(sides.b, other);
}

ChangeFinding finding_of(const Gap& gap, Better better) {
  if (!gap.interval) return ChangeFinding::no_interval;
  if (!gap.excludes_zero()) return ChangeFinding::unproven;
  if (better == Better::neither) return ChangeFinding::differs;
  return (gap.mean > 0) == (better == Better::higher) ? ChangeFinding::better
                                                      : ChangeFinding::worse;
}

/// The runs that tell of it, and their means; infinite where it never happened in some.
void count_and_mean(MetricChange& row, const Sides& sides) {
  const auto middle = [](const Values& values) {
    return values.empty() ? no_figure : never_in(values) > 0 ? never : mean(values);
  };
  row.used_a = sides.a.size();
  row.used_b = sides.b.size();
  row.a = middle(sides.a);
  row.b = middle(sides.b);
}

/// "Never" is later than everything. First it counts in how many runs something never happened;
/// only where that is the same, run for run, how late it was in the others.
void judge(MetricChange& row, const Sides& sides) {
  count_and_mean(row, sides);
  row.never_a = never_in(sides.a);
  row.never_b = never_in(sides.b);
  const Sides nevers{as_never(sides.a), as_never(sides.b), sides.paired};
  row.by_never = !all_equal(nevers);
  const Sides dated = finite(sides);
  if (row.by_never)
    row.gap = gap_of(nevers, 0);
  else if (!dated.a.empty() && !dated.b.empty())
    row.gap = gap_of(dated, step_of(row, dated));
  row.finding = all_equal(sides) ? ChangeFinding::same : finding_of(row.gap, row.better);
  // Two steps of a quantile side by side may be one value's two sides.
  const bool is_step = row.unit != Unit::count && !row.by_never &&
                       std::abs(row.gap.mean) <= step_of(row, dated) * 1.001;
  if (is_step && row.good_or_bad()) row.finding = ChangeFinding::unproven;
}

}  // namespace

bool MetricChange::is_large() const {
  constexpr double share = 0.05, points = 0.001;
  return by_never ||
         std::abs(gap.mean) >=
             (unit == Unit::share ? points : share * std::max(std::abs(a), std::abs(b)));
}

namespace {

/// The values of a question, or of one that the report does not have: no request failed in a way
/// that it does not mention.
std::optional<Values> values_of(const StoredReport& report, const MetricQuestion& question) {
  for (const StoredMetric& metric : report.metrics)
    if (metric.question == question) return metric.values;
  const bool known = question.request_class.empty() || has(report.classes, question.request_class);
  if (question.metric.starts_with("failed.") && known) return Values(report.seeds.size(), 0.0);
  return std::nullopt;
}

/// Rows that have nothing to compare in either report have no place.
std::optional<MetricChange> row_of(const StoredMetric& metric, const StoredReport& a,
                                   const StoredReport& b, const SeedPairing& pairing) {
  MetricChange row;
  row.question = metric.question;
  row.unit = metric.unit;
  if (const measure::Metric* const known = measure::find_metric(metric.question.metric))
    row.better = known->better;
  const Values in_a = values_of(a, metric.question).value_or(Values(a.seeds.size(), no_figure));
  const Values in_b = values_of(b, metric.question).value_or(Values(b.seeds.size(), no_figure));
  const Sides sides = measured(in_a, in_b, pairing);
  if (!sides.a.empty() && !sides.b.empty()) {
    judge(row, sides);
    return row;
  }
  const Sides each = measured(in_a, in_b, {false, {}, 0, 0});
  if (each.a.empty() && each.b.empty()) return std::nullopt;
  row.finding = ChangeFinding::not_measured;
  count_and_mean(row, each);
  return row;
}

/// Where a question stands: the table of metrics, then what it is about, then its phase.
struct Order {
  std::vector<std::string> classes, servers;

  static std::size_t place(const std::vector<std::string>& list, const std::string& name) {
    return name.empty()
               ? 0
               : static_cast<std::size_t>(std::ranges::find(list, name) - list.begin()) + 1;
  }
  auto key(const MetricQuestion& question) const {
    const auto all = measure::metrics();
    const measure::Metric* const found = measure::find_metric(question.metric);
    const std::size_t metric = found ? static_cast<std::size_t>(found - all.data()) : all.size();
    const auto phases = names(Phase{});
    return std::tuple(metric, question.metric, place(classes, question.request_class),
                      place(servers, question.server),
                      place({phases.begin(), phases.end()}, question.phase));
  }
};

/// The questions of both reports, each once.
std::vector<StoredMetric> questions(const StoredReport& a, const StoredReport& b,
                                    const Selection& selection) {
  std::vector<StoredMetric> all;
  std::set<MetricQuestion> seen;
  Order order{a.classes, {}};
  for (const std::string& name : b.classes) append_new(order.classes, name);
  for (const StoredReport* report : {&a, &b})
    for (const StoredMetric& metric : report->metrics) {
      if (!metric.question.server.empty()) append_new(order.servers, metric.question.server);
      const bool total = metric.question.failure.empty() || metric.question.request_class.empty();
      if ((total || !selection.all()) && selection.takes(metric.question) &&
          seen.insert(metric.question).second)
        all.push_back(metric);
    }
  std::ranges::stable_sort(all, {},
                           [&](const StoredMetric& one) { return order.key(one.question); });
  return all;
}

/// Where other requests are answered than before, latency over all classes is that of another mix:
/// a stack that answers static files alone is not quick. Each class speaks for itself, but that a
/// side does not answer what the other one answers late, or from a stale replica, is no advantage.
void leave_mixes_open(std::vector<MetricChange>& rows, bool mixed) {
  constexpr double many = 0.1;
  for (MetricChange& row : rows) {
    const auto& [metric, request_class, server, phase, failure] = row.question;
    if (!metric.starts_with("latency.") && metric != "stale_reads") continue;
    const MetricQuestion answered{"availability", request_class, "", phase, failure};
    const auto mix = std::ranges::find(rows, answered, &MetricChange::question);
    if (mix == rows.end() || mix->finding == ChangeFinding::same) continue;
    const bool of_all = mixed && request_class.empty() && metric != "stale_reads";
    const bool of_those =
        std::fabs(mix->gap.mean) >= many &&
        (mix->gap.mean > 0 ? ChangeFinding::worse : ChangeFinding::better) == row.finding;
    if (!of_all && !of_those) continue;
    row.better = Better::neither;
    if (row.good_or_bad()) row.finding = ChangeFinding::differs;
  }
}

/// Who waits does not fail: an outage that is shorter because nobody gets any answer for about as
/// long is no better.
void hold_against_gaps(std::vector<MetricChange>& rows) {
  for (MetricChange& row : rows) {
    if (row.question.metric != "outage") continue;
    MetricQuestion waited = row.question;
    waited.metric = "longest_gap";
    const auto gap = std::ranges::find(rows, waited, &MetricChange::question);
    if (gap == rows.end() || 2 * (row.a > row.b ? gap->b : gap->a) < std::max(row.a, row.b))
      continue;
    row.better = Better::neither;
    if (row.good_or_bad()) row.finding = ChangeFinding::differs;
  }
}

void correct(std::vector<MetricChange>& rows) {
  std::vector<MetricChange*> tested;
  std::vector<double> chances;
  for (MetricChange& row : rows)
    if (row.better != Better::neither && row.gap.interval && row.finding != ChangeFinding::same) {
      tested.push_back(&row);
      chances.push_back(row.gap.p);
    }
  const std::vector<double> corrected = holm(chances);
  for (std::size_t i = 0; i < tested.size(); ++i) tested[i]->corrected = corrected[i];
}

/// Settled availability, where one of the two has a single point of failure and both have values.
std::vector<MetricChange> settled_rows(const StoredReport& a, const StoredReport& b,
                                       const SeedPairing& pairing) {
  std::vector<MetricChange> rows;
  for (const StoredFate& one : a.fates)
    for (const StoredFate& other : b.fates) {
      if (one.pair || one.settled.empty() || other.settled.empty() || !same_place(one, other))
        continue;
      if (one.fate != Fate::down && other.fate != Fate::down) continue;
      MetricChange row;
      row.question = {"settled_availability", one.request_class, "", "", failure_text(one)};
      row.unit = Unit::share;
      row.better = Better::higher;
      const Sides sides = measured(one.settled, other.settled, pairing);
      if (sides.a.empty() || sides.b.empty()) continue;
      judge(row, sides);
      rows.push_back(std::move(row));
    }
  correct(rows);
  return rows;
}

/// Of one scenario and one program, as far as both say what they are.
bool same_program(const StoredReport& a, const StoredReport& b) {
  return !a.scenario.empty() && !b.scenario.empty() && !a.version.empty() &&
         a.version == b.version && scenario_changes(a.scenario, b.scenario).empty();
}

/// Ways to fail of `in` that `out` has not.
std::vector<FailureChange> failures_only(const StoredReport& in, const StoredReport& out) {
  std::map<std::string, FailureChange> found;
  for (const StoredFailure& failure : in.failures) {
    FailureChange& change = found[failure.name];
    change.name = failure.name;
    change.classes.push_back(failure.request_class);
    change.per_run += static_cast<double>(failure.requests) / static_cast<double>(in.seeds.size());
  }
  for (const StoredFailure& failure : out.failures) found.erase(failure.name);
  std::vector<FailureChange> list;
  for (auto& [name, change] : found) list.push_back(std::move(change));
  return list;
}

/// By the seeds that both have if these are two or more, or if one side has but one run; else
/// unpaired.
SeedPairing pairing_of(const StoredReport& a, const StoredReport& b) {
  SeedPairing pairing;
  for (std::size_t i = 0; i < a.seeds.size(); ++i) {
    const auto twin = std::ranges::find(b.seeds, a.seeds[i]);
    if (twin != b.seeds.end())
      pairing.places.emplace_back(i, static_cast<std::size_t>(twin - b.seeds.begin()));
  }
  const bool one_run = a.seeds.size() == 1 || b.seeds.size() == 1;
  const std::size_t pairs = pairing.places.size();
  pairing.paired = pairs >= 2 || (pairs == 1 && one_run);
  pairing.runs_a = pairing.paired ? pairs : a.seeds.size();
  pairing.runs_b = pairing.paired ? pairs : b.seeds.size();
  return pairing;
}

}  // namespace

Contrast contrast(const StoredReport& a, const StoredReport& b, const Selection& selection,
                  const std::string& label) {
  Contrast made;
  made.a = &a;
  made.b = &b;
  made.label_b = label;
  made.selected = !selection.all();
  made.pairing = pairing_of(a, b);
  for (const StoredMetric& metric : questions(a, b, selection))
    if (auto row = row_of(metric, a, b, made.pairing)) made.rows.push_back(std::move(*row));
  if (a.faults.empty() != b.faults.empty())  // the whole run of one of them is "before"
    std::erase_if(made.rows, [](const MetricChange& row) { return !row.question.phase.empty(); });
  leave_mixes_open(made.rows, a.classes.size() > 1);
  hold_against_gaps(made.rows);
  correct(made.rows);
  made.scenario = scenario_changes(a.scenario, b.scenario);
  if (a.matrix)  // which brings faults of its own
    std::erase_if(made.scenario, [](const ScenarioChange& change) {
      return (change.pointer + "/").starts_with("/faults/");
    });
  made.spofs = spof_changes(breaks_of(a), breaks_of(b));
  made.fates = fate_changes(a, b);
  if (a.matrix) made.settled = settled_rows(a, b, made.pairing);
  made.failures_lost = failures_only(a, b);
  made.failures_gained = failures_only(b, a);
  made.only_seeds_differ = !made.pairing.paired && same_program(a, b);
  if (made.only_seeds_differ)
    for (auto* rows : {&made.rows, &made.settled})
      for (MetricChange& row : *rows) row.corrected = 1;
  made.warnings = warnings_of(made);
  return made;
}

const MetricChange* settled_row(const Contrast& contrast, const Breakage& change) {
  const std::string failure = failure_text(change);
  for (const MetricChange& row : contrast.settled)
    if (row.question.failure == failure && row.question.request_class == change.request_class)
      return &row;
  return nullptr;
}

SpofProof proof_of(const Contrast& contrast, const Breakage& change) {
  if (!contrast.a->matrix) return SpofProof::not_a_matrix;
  if (contrast.pairing.alone()) return SpofProof::one_run;
  const MetricChange* const row = settled_row(contrast, change);
  if (!row) return SpofProof::not_stored;
  const auto& gained = contrast.spofs.gained;
  const bool worse = has(gained, change);
  const bool so = row->finding == (worse ? ChangeFinding::worse : ChangeFinding::better);
  return so && row->proven() ? SpofProof::proven : SpofProof::chance;
}

}  // namespace spof::report
