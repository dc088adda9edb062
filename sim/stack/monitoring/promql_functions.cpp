#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "stack/monitoring/promql_node.hpp"

namespace spof::stack::monitoring {
namespace {

/// What was counted between the first and the last sample, stretched to the ends of the range where
/// these are not far from them, and divided by `seconds`. Prometheus 2.42, `promql/functions.go:
/// extrapolatedRate`, operation by operation, so that the last bit is the same.
double extrapolated(const Window& window, bool is_counter, double seconds = 1) {
  const auto& points = window.points;
  double grown = points.back().value - points.front().value;
  for (std::size_t i = 1; is_counter && i < points.size(); ++i)
    if (points[i].value < points[i - 1].value) grown += points[i - 1].value;  // it began again
  double to_begin = to_seconds(points.front().date - window.begin);
  const double to_end = to_seconds(window.end - points.back().date);
  const double sampled = to_seconds(points.back().date - points.front().date);
  const double between = sampled / static_cast<double>(points.size() - 1);
  // A counter is never below 0: it does not reach further back than to where it was 0.
  if (is_counter && grown > 0 && points.front().value >= 0)
    to_begin = std::min(to_begin, sampled * (points.front().value / grown));
  double stretched = sampled;
  for (const double gap : {to_begin, to_end}) stretched += gap < between * 1.1 ? gap : between / 2;
  return grown * (stretched / sampled / seconds);
}

double increase(const Window& window) { return extrapolated(window, true); }
double delta(const Window& window) { return extrapolated(window, false); }
double rate(const Window& window) {
  return extrapolated(window, true, to_seconds(window.end - window.begin));
}

/// Kahan's sum in Neumaier's form, as the original adds.
struct Sum {
  double sum = 0, rest = 0;
  void add(double value) {
    const double next = sum + value;
    rest += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  double total() const { return std::isinf(sum) ? sum : sum + rest; }
};

double sum(const Window& window) {
  Sum sum;
  for (const Point& one : window.points) sum.add(one.value);
  return sum.total();
}
double count(const Window& window) { return static_cast<double>(window.points.size()); }
double average(const Window& window) {
  Sum mean;
  double seen = 0;
  for (const Point& one : window.points) {
    ++seen;
    mean.add(one.value / seen - mean.sum / seen);
  }
  return mean.total();
}

template <class Better>
double best(const Window& window, Better better) {
  double best = window.points.front().value;
  for (const Point& one : window.points)
    if (better(one.value, best) || std::isnan(best)) best = one.value;
  return best;
}
double least(const Window& window) { return best(window, std::less<>()); }
double most(const Window& window) { return best(window, std::greater<>()); }

double changes(const Window& window) {
  double changes = 0;
  for (std::size_t i = 1; i < window.points.size(); ++i) {
    const double now = window.points[i].value, before = window.points[i - 1].value;
    if (now != before && !(std::isnan(now) && std::isnan(before))) ++changes;
  }
  return changes;
}

/// The straight line of least squares: its slope per second, and its value at `origin`.
struct Line {
  double slope, value;
};
Line line_through(const std::vector<Point>& points, Millis origin) {
  const auto n = static_cast<double>(points.size());
  Sum all_x, all_y, all_xy, all_xx;
  bool is_constant = true;
  for (const Point& one : points) {
    const double x = to_seconds(one.date - origin);
    is_constant = is_constant && one.value == points.front().value;
    all_x.add(x);
    all_y.add(one.value);
    all_xy.add(x * one.value);
    all_xx.add(x * x);
  }
  if (is_constant) return {0, points.front().value};
  const double x = all_x.total(), y = all_y.total();
  const double slope = (all_xy.total() - x * y / n) / (all_xx.total() - x * x / n);
  return {slope, y / n - slope * x / n};
}
double derivative(const Window& window) {
  return line_through(window.points, window.points.front().date).slope;
}
double predict(const Window& window) {
  const Line line = line_through(window.points, window.now);
  return line.slope * window.argument + line.value;
}

}  // namespace

const std::vector<Function>& functions() {
  using enum ValueType;
  static const std::vector<Function> all = {
      {"rate", {range}, 2, rate},
      {"increase", {range}, 2, increase},
      {"delta", {range}, 2, delta},
      {"deriv", {range}, 2, derivative},
      {"predict_linear", {range, scalar}, 2, predict},
      {"changes", {range}, 1, changes},
      {"avg_over_time", {range}, 1, average},
      {"sum_over_time", {range}, 1, sum},
      {"min_over_time", {range}, 1, least},
      {"max_over_time", {range}, 1, most},
      {"count_over_time", {range}, 1, count},
      {"absent", {vector}},
      {"abs", {vector}},
      {"time", {}, 0, nullptr, scalar},
  };
  return all;
}

const Function* find_function(std::string_view name) {
  const auto found = std::ranges::find(functions(), name, &Function::name);
  return found == functions().end() ? nullptr : &*found;
}

namespace {

using Sort = Operator::Sort;
/// No operator before one that it begins with.
constexpr std::array<Operator, 14> operators = {{
    {"or", 1, Sort::set, nullptr},
    {"and", 2, Sort::set, nullptr},
    {"unless", 2, Sort::set, nullptr},
    {"==", 3, Sort::comparison, [](double a, double b) { return double(a == b); }},
    {"!=", 3, Sort::comparison, [](double a, double b) { return double(a != b); }},
    {"<=", 3, Sort::comparison, [](double a, double b) { return double(a <= b); }},
    {">=", 3, Sort::comparison, [](double a, double b) { return double(a >= b); }},
    {"<", 3, Sort::comparison, [](double a, double b) { return double(a < b); }},
    {">", 3, Sort::comparison, [](double a, double b) { return double(a > b); }},
    {"+", 4, Sort::arithmetic, [](double a, double b) { return a + b; }},
    {"-", 4, Sort::arithmetic, [](double a, double b) { return a - b; }},
    {"*", 5, Sort::arithmetic, [](double a, double b) { return a * b; }},
    {"/", 5, Sort::arithmetic, [](double a, double b) { return a / b; }},
    {"%", 5, Sort::arithmetic, [](double a, double b) { return std::fmod(a, b); }},
}};

bool is_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) || letter == '_' || letter == ':';
}

}  // namespace

const Operator* find_operator(std::string_view name) {
  const auto found = std::ranges::find(operators, name, &Operator::name);
  return found == operators.end() ? nullptr : &*found;
}

const Operator* operator_at(std::string_view text) {
  for (const Operator& one : operators) {
    const std::size_t length = one.name.size();
    const bool same = std::ranges::equal(text.substr(0, length), one.name, {}, [](char letter) {
      return std::tolower(static_cast<unsigned char>(letter));
    });
    if (same && !(is_word(one.name[0]) && text.size() > length && is_word(text[length])))
      return &one;
  }
  return nullptr;
}

}  // namespace spof::stack::monitoring
