#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/monitoring/promql.hpp"

namespace spof::stack::monitoring {

enum class ValueType : std::uint8_t { scalar, vector, range };
constexpr auto names(ValueType) { return std::array{"a number", "a vector", "a range"}; }

/// A part of an expression, as it was read.
struct Node {
  enum class Kind : std::uint8_t { number, selector, call, aggregate, binary, negate };
  Kind kind = Kind::number;
  ValueType type = ValueType::scalar;
  double number = 0;
  Selector selector = {};
  std::string name = {};  ///< of the function, aggregation or operator
  bool returns_bool = false;
  /// `by` and `on`, or `without` and `ignoring`, which is what holds where nothing is said; of an
  /// aggregation then: by ().
  bool keeps = false;
  std::vector<std::string> labels = {};
  std::vector<Node> parts = {};
};

/// What a function of a range gets: at least `least` samples, oldest first.
struct Window {
  std::vector<Point> points;
  Millis begin = 0, end = 0;  ///< of the range
  Millis now = 0;
  double argument = 0;  ///< the second one, if there is one
};

struct Function {
  std::string_view name;
  std::vector<ValueType> arguments;
  /// Of a function of a range: fewer samples give no result.
  std::size_t least = 0;
  double (*of_range)(const Window&) = nullptr;
  ValueType type = ValueType::vector;
};
const std::vector<Function>& functions();
const Function* find_function(std::string_view name);

/// Operators of two sides; the higher, the closer they bind.
struct Operator {
  enum class Sort : std::uint8_t { set, comparison, arithmetic };
  std::string_view name;
  int precedence;
  Sort sort;
  double (*apply)(double, double);  ///< of a comparison: 0 or 1
};
const Operator* find_operator(std::string_view name);
/// The longest one at the beginning of the text.
const Operator* operator_at(std::string_view text);

inline constexpr std::array<std::string_view, 5> aggregations = {"sum", "min", "max", "avg",
                                                                 "count"};

}  // namespace spof::stack::monitoring
