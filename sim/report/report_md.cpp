#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "analysis/causes/causes.hpp"
#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "report/format.hpp"
#include "report/tables.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// The verdict is the first thing that a reader wants.
void head(std::string& out, const Campaign& campaign) {
  out += fmt::format("# {}\n\n", campaign.title.empty() ? campaign.name : campaign.title);
  out += fmt::format("**{}**\n\n", verdict(campaign).text);
  out += fmt::format("`{}`, {}; {}.\n\n", campaign.name, runs_text(campaign),
                     expectations_text(campaign));
}

void faults(std::string& out, const Campaign& campaign) {
  if (campaign.faults.empty()) return;
  constexpr std::size_t most = 12;
  out += "What was broken:\n\n";
  for (std::size_t i = 0; i < std::min(most, campaign.faults.size()); ++i)
    out += fmt::format("- {}: {}\n",
                       fault_words(campaign.faults[i].kind, "`" + campaign.faults[i].target + "`"),
                       schedule_words(campaign, i));
  if (campaign.faults.size() > most)
    out += fmt::format("- and {} more\n", campaign.faults.size() - most);
  out += '\n';
}

/// The chain of causes of the first run; the step that made most of the outage is bold.
void chain(std::string& out, const Campaign& campaign) {
  const auto links = causes(campaign);
  if (links.empty()) return;
  fmt::format_to(std::back_inserter(out), "Why, in the run with seed {}:\n\n",
                 campaign.results.front().seed);
  Table table("rl");
  table.row({"time", "what and why"});
  for (const Cause& link : links)
    table.row({when_text(link), link.dominant ? "**" + link.text + "**" : link.text});
  out += table.markdown() + '\n';
}

void failover(std::string& out, const Campaign& campaign) {
  const auto steps = report::failover(campaign);
  if (steps.empty() || campaign.results.size() == 1) return;
  out += "Mean of the runs:\n\n";
  for (const std::string& step : steps) out += "1. " + step + "\n";
  out += '\n';
}

/// What was broken, why that did harm, and when in all runs.
void story(std::string& out, const Campaign& campaign) {
  std::string told;
  faults(told, campaign);
  chain(told, campaign);
  failover(told, campaign);
  if (!told.empty()) out += "## What happened\n\n" + told;
}

/// Every event and outage of one run, for who wants to check.
void timeline(std::string& out, const Campaign& campaign) {
  constexpr std::size_t most = 40;
  const auto moments = report::timeline(campaign);
  if (moments.empty()) return;
  fmt::format_to(std::back_inserter(out), "## Step by step\n\nThe run with seed {}:\n\n",
                 campaign.results.front().seed);
  Table table("rl");
  table.row({"time", "what"});
  for (std::size_t i = 0; i < std::min(most, moments.size()); ++i)
    table.row({fmt::format("{:.3f} s", moments[i].time), moments[i].text});
  out += table.markdown();
  if (moments.size() > most)
    out += fmt::format("\nand {} more: see events.csv.\n", moments.size() - most);
  out += '\n';
}

void expectations(std::string& out, const Campaign& campaign) {
  if (campaign.expectations.empty()) return;
  out += "## Expectations\n\n";
  Table table("llrrl");
  table.row({"", "expectation", "measured", "95 % interval", "note"});
  for (const measure::Judged& judged : campaign.expectations) {
    const auto unit = judged.expectation.query.metric->unit;
    table.row({names(measure::Judgement{})[static_cast<std::size_t>(judged.judgement)],
               "`" + judged.expectation.text + "`", value_text(judged.measured.mean, unit),
               interval_text(judged.measured, unit), judged.reason});
  }
  out += table.markdown() + '\n';
}

void phases(std::string& out, const Campaign& campaign) {
  if (campaign.results.empty()) return;
  out +=
      "## Before, during, after\n\nRequests: mean of a run; latency of correct answers, from the "
      "scheduled arrival, over all runs. A request belongs to the phase of its arrival; one under "
      "way when the fault struck is `during`.\n\n";
  out += phase_table(campaign, Room::page).markdown() + '\n';
  const auto lines = failure_lines(campaign);
  if (lines.empty()) return;
  out += "Failures of a run by outcome and cause:\n\n";
  for (const auto& [who, causes] : lines) out += fmt::format("- {}: {}\n", who, causes);
  out += '\n';
}

/// "2.4, 32.4 s"
std::string outages_text(const Harm& harm, std::size_t runs) {
  if (harm.runs == 0) return "none";
  const double hit = static_cast<double>(harm.runs) / static_cast<double>(runs);
  return fmt::format("{}, {}", count_text(harm.outages * hit), time_text(harm.outage * hit));
}

void impact(std::string& out, const Campaign& campaign) {
  if (campaign.results.empty()) return;
  out += "## By class\n\n";
  Table table("lrrrrrr");
  table.row(
      {"class", "availability", "failed", "outage", "all outages", "longest gap", "recovery"});
  const auto all = harms(campaign);
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    std::vector<std::string> row{campaign.plan.classes[i]};
    for (const char* metric : {"availability", "failed", "outage", "longest_gap", "recovery"})
      row.push_back(estimate_text(figure(campaign, metric, static_cast<int>(i)),
                                  measure::find_metric(metric)->unit));
    row.insert(row.begin() + 4, outages_text(all[i], campaign.results.size()));
    table.row(std::move(row));
  }
  out +=
      table.markdown() +
      "\nOutage: first to last failed request of the first outage; all outages: their number and "
      "time together, mean of a run. Longest gap: somebody waited and nobody got a correct "
      "answer. Recovery: from the fault to the last failed request. \u00b1: 95 % interval of the "
      "mean.\n\n";
  const std::string writes = writes_line(campaign);
  if (!writes.empty()) out += "Writes: " + writes + ".\n\n";
}

}  // namespace

std::string report_md(const Campaign& campaign) {
  std::string out;
  head(out, campaign);
  story(out, campaign);
  expectations(out, campaign);
  phases(out, campaign);
  impact(out, campaign);
  timeline(out, campaign);
  if (!campaign.description.empty()) out += "## The scenario\n\n" + campaign.description + "\n\n";
  for (const std::string& job : campaign.failed_jobs) out += fmt::format("No result: {}\n\n", job);
  out += fmt::format("Fingerprint `{}`.\n", fingerprint(campaign));
  return out;
}

}  // namespace spof::report
