#pragma once
#include <limits>

namespace spof {

/// A number with a unit. Converts to and from `double` so that arithmetic reads as it does on
/// paper; the type exists so that a field, a function's argument or a column says what it holds,
/// and so that a scenario file must write the unit.
template <class Unit>
struct Quantity {
  double value = 0;
  constexpr Quantity() = default;
  constexpr Quantity(double number) : value(number) {}
  constexpr operator double() const { return value; }
  constexpr Quantity& operator+=(double other) {
    value += other;
    return *this;
  }
  constexpr Quantity& operator-=(double other) {
    value -= other;
    return *this;
  }
  constexpr Quantity& operator*=(double other) {
    value *= other;
    return *this;
  }
};

/// A duration or a date of the simulation, in seconds.
using Seconds = Quantity<struct SecondsUnit>;
/// A size, in bytes.
using Bytes = Quantity<struct BytesUnit>;
/// Events per second.
using Rate = Quantity<struct RateUnit>;
/// Bytes per second.
using Bandwidth = Quantity<struct BandwidthUnit>;
/// A part of a whole, 0 to 1; "5 %" in a scenario file.
using Share = Quantity<struct ShareUnit>;

/// When something happens that never does.
inline constexpr double never = std::numeric_limits<double>::infinity();
/// The figure where there is nothing to measure.
inline constexpr double no_figure = std::numeric_limits<double>::quiet_NaN();

}  // namespace spof
