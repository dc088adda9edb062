#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stack/monitoring/matcher.hpp"
#include "stack/monitoring/series.hpp"

namespace spof::stack::monitoring {

/// One value of an instant vector.
struct Element {
  Labels labels;
  double value = 0;
};

/// What an expression yields at a date. A scalar is one element without labels, as a rule takes it.
struct Answer {
  std::vector<Element> elements;
  /// Why there is no answer, such as two series of the same labels on one side of a comparison.
  std::string wrong = {};
};

/// Which series an expression reads.
struct Selector {
  std::vector<Matcher> matchers;  ///< the name of the metric among them
  Millis range = 0;               ///< of `[5m]`; 0: an instant
  Millis offset = 0;              ///< back; negative: ahead
  /// The metric's name, where it is given by equality; else "".
  const std::string& name() const;
};

struct Node;

/// An expression of PromQL, in the subset of README.md, with the semantics of Prometheus 2.42.
class Query {
 public:
  /// Where `wrong` is not empty, `at` counts from 0 the bytes before the mistake.
  static Query parse(std::string_view text, std::string& wrong, std::size_t& at);
  Answer evaluate(const SeriesStore& store, Millis now) const;
  /// What it reads, in the order of the text.
  std::vector<Selector> selectors() const;
  /// So far back a sample can be and still matter.
  Millis reach() const;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace spof::stack::monitoring
