#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/mistakes.hpp"
#include "stack/monitoring/promql.hpp"

namespace spof::stack::monitoring {

/// An alerting rule, or a recording rule.
struct Rule {
  std::string alert;   ///< its name, of an alerting rule
  std::string record;  ///< the metric that it writes, of a recording rule
  std::string expr;
  Query query;
  Millis hold = 0;      ///< `for`
  Millis keep_for = 0;  ///< `keep_firing_for`
  /// Values may have `{{ $labels.NAME }}` and `{{ $value }}` in them.
  std::vector<std::pair<std::string, std::string>> labels, annotations;
  Place place;
};

struct RuleGroup {
  std::string name;
  Millis interval = 0;  ///< 0: that of the server
  std::vector<Rule> rules;
};

/// A rules file of Prometheus.
struct RulesFile {
  std::string path;
  std::vector<RuleGroup> groups;
  /// So far back the store has to remember.
  Millis reach() const;
  /// Whether some alert asks for this metric (of a series with such labels).
  bool watches(const Labels& labels) const;
};

/// What is wrong is collected, with its line and column; the file is then of no use.
RulesFile read_rules(const std::string& path, Mistakes& mistakes);
RulesFile parse_rules(const std::string& text, const std::string& path, Mistakes& mistakes);

/// A label's or an annotation's value with what its `{{ }}` stand for.
std::string expand(const std::string& text, const Labels& labels, double value);
/// What is wrong with such a text, or "".
std::string template_mistake(const std::string& text);

}  // namespace spof::stack::monitoring
