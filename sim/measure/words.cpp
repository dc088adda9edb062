#include "measure/words.hpp"

#include <algorithm>
#include <cmath>

namespace spof::measure {

std::string value_text(double value, Unit unit) {
  if (std::isnan(value)) return "-";
  if (std::isinf(value)) return "never";
  if (unit == Unit::share) return share_text(value);
  return unit == Unit::seconds ? time_text(value) : count_text(value);
}

std::string interval_text(const Estimate& estimate, Unit unit) {
  if (estimate.half_width <= 0 || !std::isfinite(estimate.mean)) return "";
  const double low = std::max(0.0, estimate.mean - estimate.half_width);
  double high = estimate.mean + estimate.half_width;
  if (unit == Unit::share) high = std::min(high, 1.0);
  return value_text(low, unit) + " \u2026 " + value_text(high, unit);
}

std::string estimate_text(const Estimate& estimate, Unit unit) {
  const std::string middle = value_text(estimate.mean, unit);
  if (estimate.half_width <= 0 || !std::isfinite(estimate.mean)) return middle;
  return middle + " \u00b1 " + value_text(estimate.half_width, unit);
}

}  // namespace spof::measure
