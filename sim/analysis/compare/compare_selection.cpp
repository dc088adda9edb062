#include <fmt/format.h>

#include <algorithm>

#include "analysis/compare/compare.hpp"
#include "base/mistakes.hpp"
#include "measure/expect.hpp"

namespace spof::report {
namespace {

bool matches(const std::string& wanted, const std::string& name) {
  return wanted.empty() || wanted == name;
}

}  // namespace

Selection::Selection(const std::vector<std::string>& texts, const std::vector<std::string>& classes,
                     const std::vector<std::string>& servers, std::vector<std::string>& mistakes) {
  const measure::Vocabulary vocabulary{classes, servers};
  for (const std::string& text : texts) {
    if (measure::find_metric(text)) {  // also what the grammar wants a name or part for
      wanted_.push_back({text, "", "", ""});
      continue;
    }
    const auto parsed = measure::parse_query(text, vocabulary);
    if (!parsed.made)
      mistakes.push_back(
          fmt::format("--metric {}: column {}: {}", in_quotes(text), parsed.column, parsed.what));
    else
      wanted_.push_back(question_of(*parsed.made, vocabulary));
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
