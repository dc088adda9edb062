#include "analysis/validation/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>

#include "base/csv.hpp"
#include "base/statistics.hpp"

namespace spof::report {
namespace {

template <class Number>
bool read(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// ---- the goals -------------------------------------------------------------------------------

constexpr double noisy_below_ms = 100;  // what neighbours on the machine may have made of a latency

/// What a quantity has to meet, or why nothing is asked of it. `alone`: nobody else ran on the
/// machine.
std::pair<Goal, const char*> goal_of(const Measured& row, bool alone) {
  const std::string& name = row.quantity;
  const bool is_median = name.ends_with("p50_ms");
  if (name.starts_with("failed:")) return {Goal::kinds, ""};
  if (name == "failed" || name == "after_fail_n" || name.starts_with("slow_"))
    return {Goal::count, ""};
  if (name.starts_with("outage_") || row.request_class == "lb" || row.request_class == "vrrp" ||
      row.request_class.starts_with("alert "))
    return {Goal::time, ""};
  if (name == "skew_window_s") return {Goal::time, ""};
  if (name == "caught_up_s") return {Goal::none, "the simulation does not say when"};
  if (row.request_class == "repl") return {Goal::replication, ""};
  if (name.starts_with("srv1_")) return {Goal::order, ""};
  if (name.starts_with("srv2_")) return {Goal::none, "the simulation counts writes on the primary"};
  if (!name.ends_with("_ms")) return {Goal::none, "drawn at random on both sides"};
  if (name.ends_with("max_ms") || name.starts_with("before_fail"))
    return {Goal::none, "a matter of single requests"};
  if (row.mean >= noisy_below_ms || (alone && is_median)) return {Goal::latency, ""};
  return {Goal::none, alone ? "below 100 ms the median is judged"
                            : "below 100 ms neighbours on the machine were measured, too"};
}

/// What the goal itself allows, before anything is said about few runs.
double allowed(const Compared& row) {
  const double mean = row.measured.mean;
  switch (row.goal) {
    case Goal::kinds:
    case Goal::count:
      return std::max({0.1 * mean, 1.0, 3 * row.measured.sd});
    case Goal::time:
      return std::max(0.05 * mean, 0.25);
    case Goal::latency:
      return (row.measured.quantity.ends_with("p50_ms") ? 0.15 : 0.1) * mean;
    case Goal::order:
      return std::max(0.5 * std::max(row.mean, mean), 3.0);
    case Goal::replication:  // sampled once a second: 15 writes may lie between two samples
      return row.measured.quantity.ends_with("_s") ? 1 : std::max(0.1 * mean, 15.0);
    case Goal::none:
      break;
  }
  return 0;
}

/// Two standard errors of the difference of both means. With so few measured runs their spread is a
/// poor estimate: the larger of both counts for both, and what counts independent requests varies
/// at least by its square root.
double by_chance(const Compared& row) {
  if (row.measured.n < 2 || row.simulated.size() < 2) return 0;
  const double runs = 1.0 / row.measured.n + 1.0 / static_cast<double>(row.simulated.size());
  double spread = std::max(row.measured.sd, row.sd);
  if (row.goal == Goal::count || row.goal == Goal::kinds)
    spread = std::max(spread, std::sqrt(std::min(row.mean, row.measured.mean)));
  return 2 * spread * std::sqrt(runs);
}

/// When a daemon notices depends on where its checks were at the fault: what was measured is right
/// when the simulation does all of it in some of its runs.
bool in_range(const Compared& row) {
  if (row.goal != Goal::time || row.measured.n < 2) return false;
  const auto [least, most] = std::ranges::minmax_element(row.simulated);
  return row.measured.mean - row.measured.sd >= *least - row.tolerance &&
         row.measured.mean + row.measured.sd <= *most + row.tolerance;
}

constexpr double few = 20;  // requests of which no quantile is worth a judgement

/// How many requests of a run a latency is made of, measured or simulated, whichever is less.
using Counts = std::map<std::pair<std::string, std::string>, double>;
bool too_few(const Measured& row, const Counts& counts) {
  if (!row.quantity.ends_with("_ms")) return false;
  const std::string prefix = row.quantity.substr(0, row.quantity.rfind('p'));
  const auto place = counts.find({row.request_class, prefix + "n"});
  return place != counts.end() && place->second < few;
}

void decide(Compared& row, Fit fit, std::string why) {
  row.verdict = fit;
  row.why = std::move(why);
}

void judge(Compared& row, const Counts& counts, bool alone) {
  const auto [goal, why_not] = goal_of(row.measured, alone);
  row.mean = mean(row.simulated);
  row.sd = standard_deviation(row.simulated);
  if (goal == Goal::none) return decide(row, Fit::reported, why_not);
  if (too_few(row.measured, counts))
    return decide(row, Fit::reported, "of fewer than 20 requests a run");
  row.goal = goal;
  row.tolerance = allowed(row);
  if (row.simulated.empty()) return decide(row, Fit::outside, "never happens in the simulation");
  const bool kinds = row.goal == Goal::kinds;
  if (row.measured.n == 0 && (row.goal == Goal::time || row.mean > 1))
    return decide(row, Fit::outside, "never happened in the measurement");
  if (kinds && row.mean == 0 && row.measured.mean > 1)
    return decide(row, Fit::outside, "never happens in the simulation");
  const double apart = std::abs(row.mean - row.measured.mean);
  if (apart <= row.tolerance) return decide(row, Fit::within, "");
  if (in_range(row)) return decide(row, Fit::within, "in the range of the simulated runs");
  row.tolerance = std::max(row.tolerance, by_chance(row));
  if (apart <= row.tolerance) return decide(row, Fit::within, "by the spread of the runs");
  decide(row, Fit::outside, row.mean > row.measured.mean ? "too much" : "too little");
}

/// What is not there when it is nought: a way to fail, and failures after the repair.
bool may_be_absent(const std::string& quantity) {
  return quantity.starts_with("failed:") || quantity == "after_fail_n";
}

std::vector<double> values_of(const Measured& row, const std::vector<RunFacts>& runs) {
  std::vector<double> values;
  for (const RunFacts& facts : runs) {
    const auto place = facts.find({row.request_class, row.quantity});
    if (place != facts.end())
      values.push_back(place->second);
    else if (may_be_absent(row.quantity))
      values.push_back(0);
  }
  return values;
}

/// What the simulation does and the real stack did not.
std::vector<Measured> only_simulated(const std::vector<Measured>& measured,
                                     const std::vector<RunFacts>& runs) {
  std::set<std::pair<std::string, std::string>> known;
  for (const Measured& row : measured) known.emplace(row.request_class, row.quantity);
  std::vector<Measured> rows;
  for (const RunFacts& facts : runs) {
    for (const auto& [key, value] : facts) {
      const bool telling = may_be_absent(key.second) || key.first == "lb";
      if (!telling || !known.insert(key).second) continue;
      rows.push_back({measured.front().case_name, key.first, key.second, 0, 0, 0});
    }
  }
  return rows;
}

/// The requests behind each latency.
Counts counts_of(const std::vector<Measured>& measured, const std::vector<RunFacts>& runs) {
  Counts counts;
  for (const Measured& row : measured) {
    if (!row.quantity.ends_with("_n")) continue;
    double simulated = 0;
    for (const double value : values_of(row, runs)) simulated += value;
    simulated /= static_cast<double>(std::max<std::size_t>(runs.size(), 1));
    counts[{row.request_class, row.quantity}] = std::min(row.mean, simulated);
  }
  return counts;
}

}  // namespace

std::vector<Measured> read_measured(std::string_view text, const std::string& file,
                                    std::string& mistakes) {
  std::vector<Measured> rows;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::vector<std::string_view> fields = plain_fields(next_line(text));
    if (number == 1) continue;  // the head
    Measured row;
    if (fields.size() != 6 || !read(fields[3], row.mean) || !read(fields[4], row.sd) ||
        !read(fields[5], row.n) || row.n < 1) {
      mistakes += fmt::format("{}:{}: error: not case,class,quantity,mean,sd,n\n", file, number);
      continue;
    }
    row.case_name = fields[0];
    row.request_class = fields[1];
    row.quantity = fields[2];
    rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(rows, {}, &Measured::case_name);
  return rows;
}

std::vector<Compared> compare(const std::vector<Measured>& measured,
                              const std::vector<RunFacts>& runs) {
  std::vector<Compared> rows;
  if (measured.empty()) return rows;
  std::vector<Measured> all = measured;
  for (Measured& row : only_simulated(measured, runs)) all.push_back(std::move(row));
  const Counts counts = counts_of(measured, runs);
  const bool alone = std::ranges::any_of(measured, [](const Measured& row) {
    return row.request_class == "run" && row.quantity == "alone";
  });
  for (const Measured& one : all) {
    if (one.request_class == "run") continue;  // how it was measured
    Compared row;
    row.measured = one;
    row.simulated = values_of(one, runs);
    judge(row, counts, alone);
    rows.push_back(std::move(row));
  }
  const auto key = [](const Compared& row) {
    return std::tie(row.measured.request_class, row.measured.quantity);
  };
  std::ranges::stable_sort(rows, {}, key);
  return rows;
}

}  // namespace spof::report
