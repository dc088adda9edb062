#pragma once
#include <cmath>
#include <cstdint>
#include <string_view>

#include "base/fnv1a.hpp"

namespace spof {

/// A stream of pseudo-random numbers (splitmix64: Steele, Lea, Flood, OOPSLA 2014). Every component
/// has one stream per purpose, named, so that changing one component leaves the draws of all others
/// as they were (common random numbers), and so that results do not depend on a standard library's
/// choice of algorithm.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view name) : state_(seed * 0x9E3779B97F4A7C15ULL) {
    state_ ^= fnv1a(name);
    next();
  }
  /// 64 bits.
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// Uniform in (0, 1), never 0 or 1.
  double uniform() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }
  /// Uniform in {0, ..., n-1}; n > 0.
  std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
  }
  /// True with this probability. Draws only when the answer is open.
  bool chance(double probability) {
    return probability > 0 && (probability >= 1 || uniform() < probability);
  }
  double exponential(double mean) { return -mean * std::log(uniform()); }
  /// Standard normal (Box and Muller 1958, one of the pair).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * 3.14159265358979323846 * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace spof
