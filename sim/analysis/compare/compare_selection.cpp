#include <fmt/format.h>

#include <algorithm>

#include "analysis/compare/compare.hpp"
#include "base/mistakes.hpp"
#include "measure/expect.hpp"

namespace spof::report {
namespace {

using measure::Metric;

/// An expectation whose condition is always well-formed.
std::string with_condition(const std::string& text, const Metric* metric) {
  if (!metric || metric->unit == measure::Unit::count) return text + " >= 0";
  return text + (metric->unit == measure::Unit::share ? " >= 0%" : " >= 0s");
}

/// The metric that a text begins with, as the grammar of expectations reads it.
const Metric* metric_in(const std::string& text) {
  const std::size_t start = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = text.find_first_of(" \t(", start);
  return measure::find_metric(text.substr(start, end == std::string::npos ? end : end - start));
}

bool matches(const std::string& wanted, const std::string& name) {
  return wanted.empty() || wanted == name;
}

}  // namespace

Selection::Selection(const std::vector<std::string>& texts, const std::vector<std::string>& classes,
                     const std::vector<std::string>& servers, std::vector<std::string>& mistakes) {
  const measure::Vocabulary vocabulary{classes, servers};
  for (const std::string& text : texts) {
    const Metric* const metric = metric_in(text);
    if (metric && text == metric->name) {  // also what the grammar wants a name or part for
      wanted_.push_back({text, "", "", ""});
      continue;
    }
    const auto parsed = measure::parse_expectation(with_condition(text, metric), vocabulary);
    if (!parsed.made)
      mistakes.push_back(fmt::format("--metric {}: column {}: {}", in_quotes(text), parsed.column,
                                     parsed.column > text.size()
                                         ? "a metric is expected, such as \"outage(read)\""
                                         : parsed.what));
    else
      wanted_.push_back(question_of(parsed.made->query, vocabulary));
  }
}

bool Selection::takes(const MetricQuestion& question) const {
  return all() || std::ranges::any_of(wanted_, [&](const MetricQuestion& one) {
           const bool any_part =
               one.metric == "failed.PART" && question.metric.starts_with("failed.");
           return (any_part || one.metric == question.metric) &&
                  matches(one.request_class, question.request_class) &&
                  matches(one.server, question.server) && matches(one.phase, question.phase);
         });
}

}  // namespace spof::report
