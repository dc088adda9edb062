#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "analysis/compare/compare.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

/// "A" to "Z", then "27", "28" ...
std::string label_of(std::size_t place) {
  return place < 26 ? std::string(1, static_cast<char>('A' + place)) : std::to_string(place + 1);
}

std::vector<std::string> names_only_in(const StoredResult& result, const StoredResult& other) {
  std::vector<std::string> names;
  for (const auto& [name, report] : result.reports)
    if (other.reports.count(name) == 0) names.push_back(name);
  return names;
}

}  // namespace

Contrasts compare_results(const std::vector<StoredResult>& results, const Selection& selection,
                          std::vector<std::string>& mistakes) {
  Contrasts made;
  const StoredResult& base = results.front();
  for (std::size_t i = 1; i < results.size(); ++i) {
    const StoredResult& other = results[i];
    if (other.several != base.several) {
      const bool first = base.several;
      mistakes.push_back(fmt::format(
          "error: {} is one result, {} a folder of several scenarios; compare two of a kind",
          first ? other.given : base.given, first ? base.given : other.given));
      continue;
    }
    std::size_t common = 0;
    for (const auto& [name, report] : base.reports) common += other.reports.count(name);
    if (common == 0)
      mistakes.push_back(fmt::format(
          "error: {} and {} {}: {}; {}", base.given, other.given,
          base.several ? "have no scenario of the same name" : "are not results of a kind",
          listed(names_only_in(base, other)), listed(names_only_in(other, base))));
    const std::pair<const StoredResult*, const StoredResult*> sides[] = {{&base, &other},
                                                                         {&other, &base}};
    for (const auto& [in, out] : sides)
      if (const auto names = names_only_in(*in, *out); !names.empty())
        made.one_sided.push_back(fmt::format("only {} has {}{}; not in {}", in->given,
                                             in->several ? "" : "a ", listed(names), out->given));
  }
  if (!mistakes.empty()) return made;
  for (const auto& [name, report] : base.reports)
    for (std::size_t i = 1; i < results.size(); ++i)
      if (const auto twin = results[i].reports.find(name); twin != results[i].reports.end())
        made.list.push_back(contrast(report, twin->second, selection, label_of(i)));
  return made;
}

}  // namespace spof::report
