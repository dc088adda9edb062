#include "report/pages/policy_section.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/words.hpp"

namespace spof::report {
namespace {

/// "12.0 s to spare", "0.05 % short".
std::string margin_text(const PolicyFinding& one) {
  if (!one.tried) return "not tried";
  const double margin = one.margin();
  const std::string size = one.asked == Asked::availability
                               ? fmt::format("{:.3g} %", 100 * std::abs(margin))
                               : objective_text(one, std::abs(margin));
  return size + (margin < 0 ? " short" : " to spare");
}

}  // namespace

Blocks policy_section(const std::vector<PolicyFinding>& policy) {
  if (policy.empty()) return {};
  Table table{
      "lllrrlt",
      {"objective", "class", "disruption", "asked", "found", "margin", "by the worst failure"}};
  table.stacked = true;
  for (const PolicyFinding& one : policy) {
    std::string failure = one.failure;
    if (!one.why.empty()) failure += (failure.empty() ? "" : ": ") + one.why;
    table.row({word(one.asked), one.request_class, one.disruption,
               objective_text(one, one.objective), one.tried ? objective_text(one, one.found) : "-",
               Cell((one.missed() ? "MISSED, " : "") + margin_text(one), one.missed() ? Tone::bad
                                                                         : one.tried  ? Tone::good
                                                                                     : Tone::plain),
               failure});
  }
  return {
      Paragraph{policy_verdict(policy)}, std::move(table),
      Paragraph{"RTO: all outages of the class together, in the worst of the runs; where nothing "
                "takes over, the mean time until somebody has repaired it, as in the year. RPO: "
                "acknowledged writes that are "
                "lost, as the time in which so many are made. Availability: of the time of a "
                "year, with these disruptions alone.",
                true}};
}

Blocks money_section(const Money& money) {
  if (!money.all()) return {};
  const auto amount = [&](const std::optional<double>& sum) {
    return sum ? fmt::format("{} {}", count_text(std::round(*sum)), money.currency) : "-";
  };
  return {Paragraph{fmt::format("In a year {} cost {}, the outage that is expected {}.",
                                counted(money.machines, "machine"), amount(money.hosts),
                                amount(money.outages))}};
}

}  // namespace spof::report
