#include "base/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace spof {

double mean(const std::vector<double>& values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double standard_deviation(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double middle = mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double student_t(std::size_t degrees_of_freedom) {
  static constexpr std::array table{12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060,
                                    2.2622,  2.2281, 2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199,
                                    2.1098,  2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639,
                                    2.0595,  2.0555, 2.0518, 2.0484, 2.0452, 2.0423};
  if (degrees_of_freedom == 0) return std::numeric_limits<double>::infinity();
  if (degrees_of_freedom <= table.size()) return table[degrees_of_freedom - 1];
  const double z = 1.959963984540054;
  const double n = static_cast<double>(degrees_of_freedom);
  const double first = (std::pow(z, 3) + z) / 4;
  const double second = (5 * std::pow(z, 5) + 16 * std::pow(z, 3) + 3 * z) / 96;
  return z + first / n + second / (n * n);
}

double half_width(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  return student_t(values.size() - 1) * standard_deviation(values) /
         std::sqrt(static_cast<double>(values.size()));
}

std::vector<double> as_never(std::vector<double> values) {
  for (double& value : values)
    if (!std::isnan(value)) value = std::isinf(value) ? 1 : 0;
  return values;
}

std::vector<double> happened(std::vector<double> values, double latest) {
  std::erase_if(values, [&](double value) { return !std::isfinite(value) || value > latest; });
  return values;
}

}  // namespace spof
