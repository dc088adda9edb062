#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "base/quantity_text.hpp"
#include "base/random.hpp"

namespace spof {

/// A positive random quantity: service times, think times, sizes. Small and copied by value; every
/// draw takes a number of random numbers that depends on the law only, so that streams stay in
/// step. The formulas are our own (inverse of the distribution function; Box and Muller for the
/// normal), because those of the standard libraries differ between vendors.
struct Distribution {
  enum class Law : std::uint8_t { constant, exponential, lognormal, uniform, pareto, erlang };

  Law law = Law::constant;
  /// The value, the mean (exponential, erlang), the median (lognormal), the least value (uniform)
  /// or the scale (pareto).
  double first = 0;
  /// sigma (lognormal), the greatest value (uniform) or the shape (pareto, erlang).
  double second = 0;

  constexpr Distribution() = default;
  constexpr Distribution(Law a_law, double a_first, double a_second)
      : law(a_law), first(a_first), second(a_second) {}

  static constexpr Distribution constant(double value) { return {Law::constant, value, 0}; }
  static constexpr Distribution exponential(double mean) { return {Law::exponential, mean, 0}; }
  static constexpr Distribution lognormal(double median, double sigma) {
    return {Law::lognormal, median, sigma};
  }
  static constexpr Distribution uniform(double low, double high) {
    return {Law::uniform, low, high};
  }
  static constexpr Distribution pareto(double scale, double shape) {
    return {Law::pareto, scale, shape};
  }
  /// The sum of `stages` exponential times, with this mean in all.
  static constexpr Distribution erlang(double mean, int stages) {
    return {Law::erlang, mean, static_cast<double>(stages)};
  }

  double draw(Random& random) const {
    switch (law) {
      case Law::constant:
        return first;
      case Law::exponential:
        return random.exponential(first);
      case Law::lognormal:
        return first * std::exp(second * random.normal());
      case Law::uniform:
        return first + (second - first) * random.uniform();
      case Law::pareto:
        return first * std::pow(random.uniform(), -1 / second);
      case Law::erlang:
        return draw_erlang(random);
    }
    return first;
  }
  /// Infinite for a pareto of shape 1 or less.
  double mean() const {
    switch (law) {
      case Law::lognormal:
        return first * std::exp(second * second / 2);
      case Law::uniform:
        return (first + second) / 2;
      case Law::pareto:
        return second > 1 ? first * second / (second - 1) : std::numeric_limits<double>::infinity();
      default:
        return first;
    }
  }
  friend constexpr bool operator==(const Distribution& a, const Distribution& b) {
    return a.law == b.law && !(a.first < b.first) && !(b.first < a.first) &&
           !(a.second < b.second) && !(b.second < a.second);
  }

 private:
  double draw_erlang(Random& random) const {
    const int stages = static_cast<int>(second);
    double sum = 0;
    for (int stage = 0; stage < stages; ++stage) sum += random.exponential(first / second);
    return sum;
  }
};

/// A random size in bytes: "lognormal(10kB, 1.2)".
struct SizeDistribution : Distribution {
  using Distribution::Distribution;
  constexpr SizeDistribution(const Distribution& other) : Distribution(other) {}
};

/// A random plain number: "uniform(1, 5)".
struct CountDistribution : Distribution {
  using Distribution::Distribution;
  constexpr CountDistribution(const Distribution& other) : Distribution(other) {}
};

/// Reads "2ms", "exponential(2ms)", "lognormal(2ms, 0.8)", "uniform(1ms, 3ms)", "pareto(1ms, 1.5)"
/// or "erlang(2ms, 4)". `kind` is the quantity's table, null for plain numbers. Returns what is
/// wrong,
/// "" when nothing is; then only is `out` written.
std::string parse_distribution(std::string_view text, const Dimension* kind, Distribution& out);

/// The text that `parse_distribution` reads back as the same distribution.
std::string distribution_text(const Distribution& value, const Dimension* kind);

/// Regular expression (ECMA 262) of the texts `parse_distribution` takes, without ^ and $.
std::string distribution_pattern(const Dimension* kind);

inline std::string to_text(const Distribution& value) {
  return distribution_text(value, &dimension<Seconds>());
}
inline std::string to_text(const SizeDistribution& value) {
  return distribution_text(value, &dimension<Bytes>());
}
inline std::string to_text(const CountDistribution& value) {
  return distribution_text(value, nullptr);
}

}  // namespace spof
