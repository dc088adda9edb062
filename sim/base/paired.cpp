#include "base/paired.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/statistics.hpp"

namespace spof {
namespace {

Gap gap_of(double mean, double standard_error, std::size_t degrees_of_freedom) {
  Gap gap{mean, student_t(degrees_of_freedom) * standard_error, 1, true};
  if (mean != 0)
    gap.p = standard_error > 0 ? student_p(mean / standard_error, degrees_of_freedom) : 0;
  return gap;
}

/// The standard deviation; of equal values exactly 0, where rounding leaves a trace of one.
double spread(const std::vector<double>& values) {
  const auto [least, most] = std::ranges::minmax_element(values);
  return *least < *most ? standard_deviation(values) : 0;
}

}  // namespace

std::vector<double> differences(const std::vector<double>& first,
                                const std::vector<double>& second) {
  std::vector<double> all;
  for (std::size_t i = 0; i < std::min(first.size(), second.size()); ++i)
    all.push_back(second[i] - first[i]);
  return happened(std::move(all));
}

Gap paired_gap(const std::vector<double>& differences) {
  if (differences.size() < 2) return {mean(differences), 0, 1, false};
  const double n = static_cast<double>(differences.size());
  return gap_of(mean(differences), standard_deviation(differences) / std::sqrt(n),
                differences.size() - 1);
}

Gap welch_gap(const std::vector<double>& a, const std::vector<double>& b, double step) {
  const double difference = mean(b) - mean(a);
  if (a.size() < 2 || b.size() < 2) return {difference, 0, 1, false};
  const double na = static_cast<double>(a.size()), nb = static_cast<double>(b.size());
  const double da = spread(a), db = spread(b);
  const double va = std::pow(std::max(da > 0 ? da : db, step / 2), 2) / na;
  const double vb = std::pow(std::max(db > 0 ? db : da, step / 2), 2) / nb;
  const double least = std::min(na, nb) - 1;
  double freedom = least;
  if ((da > 0) != (db > 0)) {
    freedom = (da > 0 ? na : nb) - 1;  // the one estimate there is
  } else if (va + vb > 0) {
    freedom = std::pow(va + vb, 2) / (va * va / (na - 1) + vb * vb / (nb - 1));
    // Rounding must not take it below its lower bound.
    freedom = std::max(least, std::floor(freedom + 1e-9));
  }
  Gap gap = gap_of(difference, std::sqrt(va + vb), static_cast<std::size_t>(freedom));
  if (std::fabs(difference) <= step * (1 + 1e-9)) {
    gap.half_width = std::max({gap.half_width, step, std::fabs(difference)});
    gap.p = 1;
  }
  return gap;
}

// Abramowitz and Stegun, 26.7.3 and 26.7.4: exact for whole degrees of freedom.
double student_p(double t, std::size_t degrees_of_freedom) {
  const double n = static_cast<double>(degrees_of_freedom);
  const double angle = std::atan(std::fabs(t) / std::sqrt(n));
  const double sine = std::sin(angle), cosine = std::cos(angle);
  const bool odd = degrees_of_freedom % 2 == 1;
  double term = odd ? cosine : 1, sum = 0;
  for (std::size_t i = odd ? 3 : 2; i <= degrees_of_freedom; i += 2) {
    sum += term;
    term *= cosine * cosine * static_cast<double>(i - 1) / static_cast<double>(i);
  }
  const double inside = odd ? 2 / std::numbers::pi * (angle + sine * sum) : sine * sum;
  return std::clamp(1 - inside, 0.0, 1.0);
}

std::vector<double> holm(const std::vector<double>& p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p[i]; });
  std::vector<double> corrected(p.size());
  double highest = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    highest = std::max(highest, std::min(1.0, static_cast<double>(p.size() - i) * p[order[i]]));
    corrected[order[i]] = highest;
  }
  return corrected;
}

}  // namespace spof
