#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace spof {

/// One way to write a quantity: the number's decimal point moved by `shift`, times `times`, over
/// `over`. Moving the decimal point in the text instead of multiplying keeps "100us" exactly 1e-4.
struct UnitOfText {
  const char* name;
  int shift = 0;
  double times = 1;
  double over = 1;
};

/// How a kind of quantity is written.
struct Dimension {
  /// "duration"
  const char* name;
  /// "a duration"
  const char* what;
  /// Unit of the number in C++ and in reports: "s", "bytes".
  const char* unit;
  /// Examples for messages: `"250ms", "20s" or "5m"`.
  const char* examples;
  /// The same for the JSON Schema.
  std::vector<const char*> samples;
  /// From large to small within a family; the first of equally short texts is written.
  std::vector<UnitOfText> units;
  /// The unit a zero is written in, and the one suggested when none was written.
  const char* base;
  /// A second suggestion.
  const char* second;
};

/// The table of a quantity: durations, sizes, rates, bandwidths, shares.
template <class Q>
const Dimension& dimension();
template <>
const Dimension& dimension<Seconds>();
template <>
const Dimension& dimension<Bytes>();
template <>
const Dimension& dimension<Rate>();
template <>
const Dimension& dimension<Bandwidth>();
template <>
const Dimension& dimension<Share>();

/// Reads "250ms" into `out`. Returns what is wrong, "" when nothing is; then only is `out` written.
/// Never a negative, infinite or undefined number. Independent of the locale.
std::string parse_quantity(std::string_view text, const Dimension& dimension, double& out);

/// The shortest text that reads back as exactly this number: 0.25 is "250ms". An infinity or an
/// undefined number has no text that can be read: "inf s".
std::string quantity_text(double value, const Dimension& dimension);

inline std::string to_text(Seconds value) { return quantity_text(value, dimension<Seconds>()); }
inline std::string to_text(Bytes value) { return quantity_text(value, dimension<Bytes>()); }
inline std::string to_text(Rate value) { return quantity_text(value, dimension<Rate>()); }
inline std::string to_text(Bandwidth value) { return quantity_text(value, dimension<Bandwidth>()); }
inline std::string to_text(Share value) { return quantity_text(value, dimension<Share>()); }

/// A plain number, shortest form that reads back as exactly this number: 0.1, 12000, 1e+300.
std::string number_text(double value);

/// Reads the whole text as a number, 0 or more, such as "0.8". False if it is none or out of range.
bool parse_number(std::string_view text, double& out);

/// Regular expression (ECMA 262) of the texts `parse_quantity` takes, without ^ and $.
std::string quantity_pattern(const Dimension& dimension);

/// Regular expression of a number without a sign.
inline constexpr const char* number_pattern = R"([0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?)";

}  // namespace spof
