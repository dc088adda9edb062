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

bool starts(const std::string& text, std::string_view with) { return text.rfind(with, 0) == 0; }
bool ends(const std::string& text, std::string_view with) {
  return text.size() >= with.size() &&
         text.compare(text.size() - with.size(), with.size(), with) == 0;
}

// ---- the goals -------------------------------------------------------------------------------

constexpr double noisy_below_ms = 100;  // p90 and p99 below were noise in the measurement

Goal goal_of_latency(const Measured& row) {
  const std::string& name = row.quantity;
  if (starts(name, "after_") || ends(name, "max_ms") || starts(name, "before_fail"))
    return Goal::none;
  if (ends(name, "p50_ms")) return Goal::latency;
  return row.mean >= noisy_below_ms ? Goal::latency : Goal::none;
}

Goal goal_of(const Measured& row) {
  const std::string& name = row.quantity;
  if (starts(name, "failed:")) return Goal::kinds;
  if (name == "failed" || starts(name, "slow_")) return Goal::count;
  if (name == "outage_s" || row.request_class == "lb" || row.request_class == "vrrp")
    return Goal::time;
  if (name == "caught_up_s") return Goal::none;
  if (row.request_class == "repl") return Goal::replication;
  if (row.request_class == "writes") return starts(name, "srv1_") ? Goal::order : Goal::none;
  return ends(name, "_ms") ? goal_of_latency(row) : Goal::none;
}

const char* why_not(const Measured& row) {
  const std::string& name = row.quantity;
  if (name == "total" || ends(name, "_n")) return "drawn at random on both sides";
  if (name == "caught_up_s") return "the simulation does not say when";
  if (starts(name, "srv2_")) return "the simulation counts writes on the primary";
  if (starts(name, "after_")) return "after the repair: for information";
  if (ends(name, "max_ms") || starts(name, "before_fail")) return "a matter of single requests";
  return "p90 and p99 below 100 ms were noise in the measurement";
}

double share_allowed(const Compared& row) {
  switch (row.goal) {
    case Goal::time:
      return 0.05;
    case Goal::latency:
      return ends(row.measured.quantity, "p50_ms") ? 0.15 : 0.10;
    case Goal::order:
      return 0.5;
    default:
      return 0.10;
  }
}

double least_allowed(const Compared& row) {
  switch (row.goal) {
    case Goal::time:
      return 0.25;
    case Goal::count:
    case Goal::kinds:
      return 1;
    case Goal::order:
      return 3;
    // Sampled once a second: 15 writes may lie between two samples.
    case Goal::replication:
      return ends(row.measured.quantity, "_s") ? 1 : 15;
    default:
      return 0;
  }
}

/// What the goal itself allows, before anything is said about few runs.
double allowed(const Compared& row) {
  const double base =
      row.goal == Goal::order ? std::max(row.mean, row.measured.mean) : row.measured.mean;
  double most = std::max(share_allowed(row) * base, least_allowed(row));
  if (row.goal == Goal::count || row.goal == Goal::kinds)
    most = std::max(most, 3 * row.measured.sd);
  return most;
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
  const auto [least, most] = std::minmax_element(row.simulated.begin(), row.simulated.end());
  return row.measured.mean - row.measured.sd >= *least - row.tolerance &&
         row.measured.mean + row.measured.sd <= *most + row.tolerance;
}

constexpr double few = 20;  // requests of which no quantile is worth a judgement

/// How many requests of a run a latency is made of, measured or simulated, whichever is less.
using Counts = std::map<std::pair<std::string, std::string>, double>;
bool too_few(const Measured& row, const Counts& counts) {
  if (!ends(row.quantity, "_ms")) return false;
  const std::string prefix = row.quantity.substr(0, row.quantity.rfind('p'));
  const auto place = counts.find({row.request_class, prefix + "n"});
  return place != counts.end() && place->second < few;
}

void decide(Compared& row, Fit fit, std::string why) {
  row.verdict = fit;
  row.why = std::move(why);
}

void judge(Compared& row, const Counts& counts) {
  row.goal = goal_of(row.measured);
  row.mean = mean(row.simulated);
  row.sd = standard_deviation(row.simulated);
  if (row.goal != Goal::none && too_few(row.measured, counts)) {
    row.goal = Goal::none;
    return decide(row, Fit::reported, "of fewer than 20 requests a run");
  }
  if (row.goal == Goal::none) return decide(row, Fit::reported, why_not(row.measured));
  row.tolerance = allowed(row);
  if (row.simulated.empty()) return decide(row, Fit::outside, "never happens in the simulation");
  const bool kinds = row.goal == Goal::kinds;
  if (row.measured.n == 0 && (!kinds || row.mean > 1))
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

std::vector<double> values_of(const Measured& row, const std::vector<RunFacts>& runs) {
  std::vector<double> values;
  for (const RunFacts& facts : runs) {
    const auto place = facts.find({row.request_class, row.quantity});
    if (place != facts.end()) values.push_back(place->second);
    // A way to fail that did not occur in this run occurred zero times.
    else if (starts(row.quantity, "failed:"))
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
      const bool telling = starts(key.second, "failed:") || key.first == "lb";
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
    if (!ends(row.quantity, "_n")) continue;
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
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string_view> fields = plain_fields(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
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
  const auto by_case = [](const Measured& a, const Measured& b) {
    return a.case_name < b.case_name;
  };
  std::stable_sort(rows.begin(), rows.end(), by_case);
  return rows;
}

std::vector<Compared> compare(const std::vector<Measured>& measured,
                              const std::vector<RunFacts>& runs) {
  std::vector<Compared> rows;
  if (measured.empty()) return rows;
  std::vector<Measured> all = measured;
  for (Measured& row : only_simulated(measured, runs)) all.push_back(std::move(row));
  const Counts counts = counts_of(measured, runs);
  for (const Measured& one : all) {
    if (one.request_class == "run") continue;  // dates, not quantities
    Compared row;
    row.measured = one;
    row.simulated = values_of(one, runs);
    judge(row, counts);
    rows.push_back(std::move(row));
  }
  const auto key = [](const Compared& row) {
    return std::tie(row.measured.request_class, row.measured.quantity);
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Compared& a, const Compared& b) { return key(a) < key(b); });
  return rows;
}

}  // namespace spof::report
