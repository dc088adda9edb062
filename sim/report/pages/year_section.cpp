#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/words.hpp"
#include "report/pages/pages.hpp"

namespace spof::report {
namespace {

constexpr std::size_t components_shown = 8;

std::string minutes_of(double share) { return minutes_text(share * year_s / 60); }

/// "71" of "71 min".
std::string bare_minutes(double share) {
  const std::string text = minutes_of(share);
  return text.substr(0, text.size() - std::string_view(" min").size());
}

/// Whole requests: tenths of one mean nothing in a year.
std::string requests_text(double requests) {
  return requests > 0 && requests < 0.5 ? "< 1" : count_text(std::round(requests));
}

/// "12 … 190 min", its first number by `bare`; one where both are the same, "-" where there are
/// none.
std::string range_text(double low, double high, std::string (*text)(double),
                       std::string (*bare)(double)) {
  if (std::isnan(low)) return "-";
  return text(low) == text(high) ? text(high) : bare(low) + " \u2026 " + text(high);
}

/// Rounded down; 0.001 are three nines, whatever log10 says.
double tenths_of_nines(double unavailability) {
  return std::floor(nines(unavailability) * 10 + 1e-6);
}
std::string nines_number(double unavailability) {
  return unavailability <= 0 ? "" : fmt::format("{:.1f}", tenths_of_nines(unavailability) / 10);
}

/// One aspect of the year by class: down time, or failed requests.
Table class_table(const Yearly& year, bool time) {
  Table table{"lrrrrr",
              {time ? "outage a year" : "failed a year", "expected", "as far as known",
               "9 years in 10", time ? "available" : "answered", "nines"}};
  for (const ClassYear& one : year.classes) {
    const YearShare& share = time ? one.down : one.failed;
    const double requests = one.per_second * year_s;
    const auto range = [&](double low, double high) {
      return time ? range_text(low, high, minutes_of, bare_minutes)
                  : range_text(low * requests, high * requests, requests_text, requests_text);
    };
    if (one.per_second <= 0)  // nobody asks
      table.row({one.name, "-", "-", "-", "-", "-"});
    else
      table.row({one.name, time ? minutes_of(share.expected) : requests_text(one.failed_requests()),
                 range(share.low, share.high), range(share.year_low, share.year_high),
                 availability_text(share.expected), nines_number(share.expected)});
  }
  return table;
}

/// What costs anything, in the order of harm: as many as one screen holds, and every single point
/// of failure; a page that sorts has all.
Table component_table(const Yearly& year, Medium medium) {
  Table table{"lrrrrrl",
              {"component", "failures", "of outage", "of failed", "saves", "saves requests", ""}};
  table.sortable = table.stacked = true;
  for (std::size_t i = 0; i < year.components.size(); ++i) {
    const ComponentYear& one = year.components[i];
    const bool harms = one.share_of_failed.back() > 0 || one.share_of_down.back() > 0;
    const bool matters = i < components_shown || one.single_point || medium == Medium::html;
    if (!harms || !matters) continue;
    table.row({one.name,
               {fmt::format("{:.2g}", one.failures), one.failures},
               {share_text(one.share_of_down.back()), one.share_of_down.back()},
               {share_text(one.share_of_failed.back()), one.share_of_failed.back()},
               {minutes_text(one.saved_down_s.back() / 60), one.saved_down_s.back()},
               {requests_text(one.saved_requests.back()), one.saved_requests.back()},
               one.single_point ? Cell("SPOF", Tone::bad) : Cell("")});
  }
  return table;
}

std::string caveats(const Yearly& year) {
  const std::string pairs =
      year.with_pairs
          ? fmt::format(
                "Double failures as simulated; {} of a daemon's crashes strike its twin as well.",
                share_text(year.common_cause))
          : "Two failures at a time are not counted (--pairs does): a redundant part looks better "
            "than it is.";
  const std::string hangs =
      year.hangs_on.empty()
          ? ""
          : fmt::format(
                "It hangs most on one assumption, the rate of `{}`: with {:g} times less or more "
                "of it the outage of all is {}. ",
                year.hangs_on, year.within,
                range_text(year.hangs_low, year.hangs_high, minutes_of, bare_minutes));
  return hangs +
         "Outage: the time in which nine in ten requests of a class fail, or more; where fewer do, "
         "they count among the failed alone. As far as known: the seeds' 95 % interval, and each "
         "default rate wrong by a factor of 2, or 4 where nobody has counted; your own rates in "
         "/reliability narrow it. \"saves\": what a year would lose less if the part never failed. "
         "Each part fails independently of the others. " +
         pairs + " Not counted: power and site, certificates, planned windows, bursts.";
}

/// Two sentences: the class that is down longest, and the component most to blame.
std::string yearly_verdict(const Yearly& year) {
  const auto classes = year.classes.size() - 1;  // "all" is no class
  std::size_t worst = 0;
  for (std::size_t c = 1; c < classes; ++c)
    if (year.classes[c].down.expected > year.classes[worst].down.expected) worst = c;
  if (classes == 0 || year.classes[worst].down.expected <= 0)
    return fmt::format("No class is ever down; {} requests a year fail.",
                       requests_text(year.classes.back().failed_requests()));
  std::string out = yearly_line(year.classes[worst]) + ".";
  const auto most = std::ranges::max_element(
      year.components, {}, [&](const ComponentYear& one) { return one.share_of_down[worst]; });
  out += fmt::format(" {} causes {} of it; if it never failed, {} would be saved", most->name,
                     share_text(most->share_of_down[worst]),
                     minutes_text(most->saved_down_s[worst] / 60));
  return out + (most->single_point ? " (a single point of failure)." : ".");
}

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

std::string nines_text(double unavailability) {
  if (unavailability <= 0) return "no loss";
  const double tenths = tenths_of_nines(unavailability);
  return fmt::format("{} ({:.1f})", counted(static_cast<std::size_t>(tenths / 10), "nine"),
                     tenths / 10);
}

std::string availability_text(double unavailability) {
  if (unavailability <= 0) return "100 %";
  const double percent = unavailability * 100;
  const double digits = std::clamp(1 - std::floor(std::log10(percent)), 2.0, 9.0);
  std::string text = fmt::format("{:.{}f}", 100 - percent, static_cast<int>(digits));
  if (text.starts_with("100")) text = "99.999999999";
  return text + " %";
}

std::string minutes_text(double minutes) {
  if (minutes <= 0) return "0 min";
  if (minutes < 0.01) return "< 0.01 min";
  if (minutes < 0.995) return fmt::format("{:.2f} min", minutes);
  if (minutes < 9.95) return fmt::format("{:.1f} min", minutes);
  return count_text(std::round(minutes)) + " min";
}

std::string class_or_any(const std::string& class_of_year) {
  return class_of_year == "all" ? "any" : class_of_year;
}

std::string yearly_line(const ClassYear& one) {
  return fmt::format("{}: {} outage a year (9 years in 10: {} to {}), {}, {}", one.name,
                     minutes_of(one.down.expected), bare_minutes(one.down.year_low),
                     bare_minutes(one.down.year_high), availability_text(one.down.expected),
                     nines_text(one.down.expected));
}

Blocks year_section(const Yearly& year, Medium medium) {
  if (year.classes.empty()) return {};
  Blocks blocks{Paragraph{"**" + yearly_verdict(year) + "**"}, class_table(year, true),
                class_table(year, false)};
  Table components = component_table(year, medium);
  Paragraph rest;
  if (const std::size_t others = year.components.size() - components.rows.size(); others > 0)
    rest.text = fmt::format("{} {} fewer requests or none.", counted(others, "other part"),
                            others == 1 ? "costs" : "cost");
  if (!components.rows.empty()) blocks.emplace_back(std::move(components));
  append(blocks, {rest, Paragraph{caveats(year), true}});
  return blocks;
}

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
                "acknowledged writes that are lost, as the time in which so many are made. "
                "Availability: of the time of a year, with these disruptions alone.",
                true}};
}

std::string money_text(const std::optional<double>& amount, const std::string& currency,
                       bool more) {
  if (!amount) return "-";
  const char* sign = *amount < 0 ? "-" : more && *amount >= 0.5 ? "+" : "";
  return fmt::format("{}{} {}", sign, count_text(std::round(std::abs(*amount))), currency);
}

Blocks money_section(const Money& money) {
  if (!money.all()) return {};
  return {Paragraph{fmt::format(
      "In a year {} cost {}, the outage that is expected {}.", counted(money.machines, "machine"),
      money_text(money.hosts, money.currency), money_text(money.outages, money.currency))}};
}

}  // namespace spof::report
