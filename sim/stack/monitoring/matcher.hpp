#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "stack/monitoring/series.hpp"

namespace spof::stack::monitoring {

enum class Match : std::uint8_t { equal, unequal, regex, not_regex };
constexpr auto names(Match) { return std::array{"=", "!=", "=~", "!~"}; }

/// A condition on one label, as in `{code=~"5.."}`. A regular expression has to fit the whole
/// value; of RE2's those are taken that ECMAScript has too, and neither looks ahead nor back.
struct Matcher {
  std::string label;
  Match match = Match::equal;
  std::string value;
  std::shared_ptr<const std::regex> pattern = {};  ///< of a regular expression

  bool fits(const Labels& labels) const;
  /// Compiles the regular expression, if it is one: what is wrong with it, or "".
  std::string prepare();
};

bool fit(const std::vector<Matcher>& matchers, const Labels& labels);

/// A matcher of Alertmanager's configuration: `severity="page"`, `severity=page`; what is wrong, or
/// "" and `out` is written.
std::string read_matcher(std::string_view text, Matcher& out);

}  // namespace spof::stack::monitoring
