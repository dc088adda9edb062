#pragma once
#include <cstddef>
#include <limits>
#include <vector>

namespace spof {

/// The arithmetic mean; 0 for no values.
double mean(const std::vector<double>& values);
/// The standard deviation of a sample (n - 1); 0 for fewer than two values.
double standard_deviation(const std::vector<double>& values);
/// The middle value, or the mean of the two middle ones; 0 for no values.
double median(std::vector<double> values);
/// The 97.5 % quantile of Student's t with this many degrees of freedom (1 or more): a table up to
/// 30, above it the expansion of Cornish and Fisher, exact to four digits. Infinite for 0.
double student_t(std::size_t degrees_of_freedom);
/// Half the width of the 95 % confidence interval of the mean, after Student; 0 for fewer than two
/// values, about which nothing can be said.
double half_width(const std::vector<double>& values);
/// 1 for each run in which it never happened, else 0; what is not a number stays.
std::vector<double> as_never(std::vector<double> values);
/// Those of the runs in which it happened, at the latest then.
std::vector<double> happened(std::vector<double> values,
                             double latest = std::numeric_limits<double>::max());

}  // namespace spof
