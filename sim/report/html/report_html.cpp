#include <fmt/format.h>

#include <algorithm>

#include "analysis/causes/causes.hpp"
#include "analysis/faults.hpp"
#include "analysis/verdict.hpp"
#include "report/format.hpp"
#include "report/html/report_html_parts.hpp"
#include "report/tables.hpp"

namespace spof::report {
namespace {

/// The causal chain; a long one is folded away behind its dominant step, or the charts would be far
/// below.
std::string chain(const Campaign& campaign) {
  constexpr std::size_t most = 10;
  const auto links = causes(campaign);
  if (links.empty()) return "";
  HtmlTable table("rl", {"time", "what happened, and why"});
  std::string longest;
  for (const Cause& link : links) {
    table.row({link.dominant ? Cell{when_text(link), Tone::bad} : Cell{when_text(link)},
               link.dominant ? "**" + link.text + "**" : link.text});
    if (link.dominant) longest = "**" + when_text(link) + "** " + link.text;
  }
  const std::string title =
      fmt::format("What led to what, in the run with seed {}", campaign.results.front().seed);
  if (links.size() <= most) return html_fold(title, table.html(), true);
  return (longest.empty() ? "" : html_paragraph(longest)) +
         html_fold(fmt::format("{}: {} steps", title, links.size()), table.html());
}

std::string faults(const Campaign& campaign) {
  constexpr std::size_t most = 4;
  if (campaign.faults.size() < 2) return "";  // one is the first step of what followed
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(most, campaign.faults.size()); ++i)
    lines.push_back(fmt::format(
        "{}: {}", fault_words(campaign.faults[i].kind, "`" + campaign.faults[i].target + "`"),
        schedule_words(campaign, i)));
  if (campaign.faults.size() > most)
    lines.push_back(fmt::format("and {} more", campaign.faults.size() - most));
  return html_list(lines);
}

std::string step_by_step(const Campaign& campaign) {
  constexpr std::size_t most = 60;
  const auto moments = timeline(campaign);
  if (moments.empty()) return "";
  HtmlTable table("rl", {"time", "what"});
  for (std::size_t i = 0; i < std::min(most, moments.size()); ++i)
    table.row({fmt::format("{:.3f} s", moments[i].time), moments[i].text});
  std::string body = table.html();
  if (moments.size() > most)
    body += html_paragraph(fmt::format("and {} more: see events.csv.", moments.size() - most));
  return html_fold(fmt::format("The run with seed {}, step by step", campaign.results.front().seed),
                   body);
}

std::string story(const Campaign& campaign) {
  const auto steps = failover(campaign);
  std::string body = faults(campaign);
  if (!steps.empty())
    body += html_paragraph(campaign.results.size() > 1 ? "What followed, mean of the runs:"
                                                       : "What followed:") +
            html_list(steps, true);
  body += chain(campaign) + step_by_step(campaign);
  return html_section("What happened", body);
}

std::string expectations(const Campaign& campaign) {
  if (campaign.expectations.empty()) return "";
  constexpr std::string_view marks[] = {"\u2713 pass", "\u2248 unknown", "\u2717 fail"};
  constexpr Tone tones[] = {Tone::good, Tone::warn, Tone::bad};
  HtmlTable table("llrrl", {"", "expectation", "measured", "95 % interval", ""});
  for (const measure::Judged& judged : campaign.expectations) {
    const auto unit = judged.expectation.query.metric->unit;
    const auto judgement = static_cast<std::size_t>(judged.judgement);
    table.row({Cell{std::string(marks[judgement]), tones[judgement]},
               "`" + judged.expectation.text + "`", value_text(judged.measured.mean, unit),
               interval_text(judged.measured, unit), judged.reason});
  }
  return html_section("Expectations", table.stacked().html());
}

std::string phases(const Campaign& campaign) {
  if (campaign.results.empty()) return "";
  std::string body = html_table(phase_table(campaign, Room::page));
  std::string note =
      "Requests: mean of a run; latency of correct answers, from the scheduled arrival, over all "
      "runs.";
  if (!campaign.faults.empty())
    note +=
        " A request belongs to the phase of its arrival; one under way when the fault struck is "
        "`during`.";
  body += html_paragraph(note, true);
  return html_section(campaign.faults.empty() ? "By class" : "Before, during, after", body);
}

std::string impact(const Campaign& campaign) {
  if (campaign.results.empty() || campaign.faults.empty()) return "";
  HtmlTable table("lrrrrr",
                  {"class", "availability", "failed", "first outage", "longest gap", "recovery"});
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    std::vector<Cell> row{campaign.plan.classes[i]};
    for (const char* metric : {"availability", "failed", "outage", "longest_gap", "recovery"})
      row.emplace_back(estimate_text(figure(campaign, metric, static_cast<int>(i)),
                                     measure::find_metric(metric)->unit));
    table.row(std::move(row));
  }
  std::string body = table.html();
  body += html_paragraph(
      "First outage: from its first to its last failed request. Longest gap: somebody waited and "
      "nobody got a correct answer. Recovery: from the fault to the last failed request. \u00b1: "
      "95 "
      "% interval of the mean.",
      true);
  const std::string writes = writes_line(campaign);
  if (!writes.empty()) body += html_paragraph("Writes: " + writes + ".");
  return html_section("By class", body);
}

std::string failures(const Campaign& campaign) {
  const auto lines = failure_lines(campaign);
  if (lines.empty()) return "";
  HtmlTable table("ll", {"class, phase", "outcome, cause, requests of a run"});
  for (const auto& [who, why] : lines) table.row({who, why});
  return html_section("Failures by cause", table.html());
}

std::string scenario(const Campaign& campaign) {
  std::string body;
  if (!campaign.description.empty()) body += html_paragraph(campaign.description);
  if (!campaign.scenario.is_null())
    body += html_source("The whole scenario, every default filled in",
                        campaign.scenario.dump(2, ' ', false, Json::error_handler_t::replace));
  for (const std::string& job : campaign.failed_jobs) body += html_paragraph("No result: " + job);
  return html_section("The scenario", body);
}

}  // namespace

std::string report_html(const Campaign& campaign) {
  const Verdict made = verdict(campaign);
  HtmlPage page;
  page.title = campaign.title.empty() ? campaign.name : campaign.title;
  page.subtitle =
      fmt::format("{}, {}; {}{}", campaign.name, runs_text(campaign), expectations_text(campaign),
                  campaign.results.size() > 1 ? "; intervals are 95 % of the mean" : "");
  page.tag = made.word;
  page.tone = tone_of_verdict(made.word);
  page.verdict = made.text;
  page.body = html_cards(report_cards(campaign)) + story(campaign) +
              html_section("Over time", html_charts(report_charts(campaign))) +
              expectations(campaign) + phases(campaign) + impact(campaign) + failures(campaign) +
              scenario(campaign);
  page.footer = fmt::format("Fingerprint `{}`", fingerprint(campaign));
  return html_page(page);
}

}  // namespace spof::report
