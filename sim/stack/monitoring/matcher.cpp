#include "stack/monitoring/matcher.hpp"

#include <fmt/format.h>

#include "base/mistakes.hpp"
#include "base/words.hpp"

namespace spof::stack::monitoring {
namespace {

/// Compiling and matching take a stack and a time that grow with it.
constexpr std::size_t longest_pattern = 500;

/// What ECMAScript has and RE2 has not.
bool goes_beyond_re2(const std::string& pattern) {
  static const std::regex beyond(R"(\(\?[=!]|\\[1-9])");
  return std::regex_search(pattern, beyond);
}

}  // namespace

bool Matcher::fits(const Labels& labels) const {
  const std::string& is = labels.get(label);
  if (!pattern) return (is == value) == (match == Match::equal);
  return std::regex_match(is, *pattern) == (match == Match::regex);
}

std::string Matcher::prepare() {
  if (match == Match::equal || match == Match::unequal) return {};
  if (value.size() > longest_pattern)
    return fmt::format("a regular expression of more than {} bytes", longest_pattern);
  if (goes_beyond_re2(value)) return "RE2 neither looks ahead nor back: " + in_quotes(value);
  try {
    pattern = std::make_shared<const std::regex>(value, std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    return "not a regular expression, or one beyond what is understood: " + in_quotes(value);
  }
  return {};
}

bool fit(const std::vector<Matcher>& matchers, const Labels& labels) {
  return std::ranges::all_of(matchers, [&](const Matcher& one) { return one.fits(labels); });
}

std::string read_matcher(std::string_view text, Matcher& out) {
  static const std::regex shape(R"(\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)([^]*))");
  const std::string whole(text);
  std::smatch parts;
  if (whole.size() > longest_pattern || !std::regex_match(whole, parts, shape))
    return in_quotes(text) + R"( is no matcher; as one is: severity="page", alertname=~"Mysql.*")";
  out.label = parts[1];
  for (std::size_t i = 0; i < names(Match{}).size(); ++i)
    if (parts[2] == names(Match{})[i]) out.match = static_cast<Match>(i);
  const std::string behind = parts[3];
  std::string_view value = trimmed(behind);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  if (value.find('"') != value.npos) return in_quotes(text) + " has a quote within its value";
  out.value = value;
  return out.prepare();
}

}  // namespace spof::stack::monitoring
