#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "analysis/causes/causes.hpp"
#include "analysis/faults.hpp"
#include "analysis/kinds.hpp"
#include "analysis/utilisation.hpp"
#include "analysis/verdict.hpp"
#include "measure/words.hpp"
#include "report/format.hpp"
#include "report/pages/pages.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// "20 runs × 120 s, seeds 1 to 20"
std::string runs_text(const Campaign& campaign) {
  if (campaign.results.empty()) return "no runs";
  const auto& first = campaign.results.front();
  const auto& last = campaign.results.back();
  return fmt::format("{} \u00d7 {:.12g} s, {}", counted(campaign.results.size(), "run"),
                     first.duration.value, seed_range(first.seed, last.seed));
}

/// "the run with seed 1"
std::string first_run(const Campaign& campaign) {
  return fmt::format("the run with seed {}", campaign.results.front().seed);
}

Section expectations(const Campaign& campaign, Medium medium) {
  constexpr std::array marks{"\u2713", "\u2248", "\u2717"};
  constexpr std::array tones{Tone::good, Tone::warn, Tone::bad};
  const bool screen = medium == Medium::screen;  // a mark has to do
  Table table = screen ? Table{"lrrt", {"", "measured", "95 % interval", ""}}
                       : Table{"llrrt", {"", "expectation", "measured", "95 % interval", ""}};
  table.stacked = true;
  for (const Judged& judged : campaign.expectations) {
    const auto unit = judged.expectation.query.metric->unit;
    const auto judgement = static_cast<std::size_t>(judged.judgement);
    const std::string& text = judged.expectation.text;
    std::vector<Cell> row{
        {fmt::format("{} {}", marks[judgement], screen ? text : word(judged.judgement)),
         tones[judgement]}};
    if (!screen) row.emplace_back("`" + text + "`");
    row.insert(row.end(), {value_text(judged.measured.mean, unit),
                           interval_text(judged.measured, unit), judged.reason});
    table.row(std::move(row));
  }
  return {"Expectations", {std::move(table)}};
}

/// Requests, correct answers, failures and latency by phase and class, means of a run.
Table phase_table(const Campaign& campaign, Medium medium) {
  const bool screen = medium == Medium::screen;
  const auto runs = static_cast<double>(campaign.results.size());
  std::vector<std::pair<const char*, double>> quantiles{
      {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}};
  if (screen) quantiles.erase(quantiles.begin() + 1);
  Table table{"llrrr", {"phase", "class", "requests", "ok", "failed"}};
  if (!screen) table.column('r', "mean");
  for (const auto& [name, share] : quantiles) table.column('r', name);
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
      const auto tally = total(campaign, static_cast<Phase>(p), i);
      const auto all = static_cast<double>(tally.requests());
      if (all == 0) continue;
      std::vector<Cell> row{phase_name(campaign, p), campaign.plan.classes[i],
                            count_text(all / runs),
                            share_text(static_cast<double>(tally.good()) / all),
                            count_text(static_cast<double>(tally.bad()) / runs)};
      if (!screen)
        row.emplace_back(
            latency_text(static_cast<std::uint64_t>(tally.ok.mean()), tally.ok.count()));
      for (const auto& [name, share] : quantiles)
        row.emplace_back(latency_text(tally.ok.quantile(share), tally.ok.count()));
      table.row(std::move(row));
    }
  return table;
}

Section phases(const Campaign& campaign, Medium medium) {
  std::string note =
      "Requests: mean of a run; latency of correct answers, from the scheduled arrival, over all "
      "runs.";
  if (!campaign.faults.empty())
    note +=
        " A request belongs to the phase of its arrival; one under way when the fault struck is "
        "`during`.";
  return {campaign.faults.empty() ? "By class" : "Before, during, after",
          {phase_table(campaign, medium), Paragraph{note, true}}};
}

/// The classes' failures by phase: "write during: 500 db_refused 598, timeout 2".
std::vector<std::string> failure_lines(const Campaign& campaign) {
  std::vector<std::string> lines;
  const auto runs = static_cast<double>(campaign.results.size());
  for (std::size_t p = 0; p < measure::phase_count; ++p)
    for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
      const auto tally = total(campaign, static_cast<Phase>(p), i);
      if (tally.bad() > 0)
        lines.push_back(fmt::format("{} {}: {}", campaign.plan.classes[i], phase_name(campaign, p),
                                    fmt::join(failures_by_cause(tally, 6, runs), ", ")));
    }
  return lines;
}

/// "2.4, 32.4 s"
std::string outages_text(const Harm& harm, std::size_t runs) {
  if (harm.runs == 0) return "none";
  const double hit = static_cast<double>(harm.runs) / static_cast<double>(runs);
  return fmt::format("{}, {}", count_text(harm.outages * hit), time_text(harm.outage * hit));
}

Section impact(const Campaign& campaign) {
  Table table{
      "lrrrrrr",
      {"class", "availability", "failed", "outage", "all outages", "longest gap", "recovery"}};
  const auto all = harms(campaign);
  for (std::size_t i = 0; i < campaign.plan.classes.size(); ++i) {
    std::vector<Cell> row{campaign.plan.classes[i]};
    for (const char* metric : {"availability", "failed", "outage", "longest_gap", "recovery"})
      row.emplace_back(estimate_text(figure(campaign, metric, static_cast<int>(i)),
                                     measure::find_metric(metric)->unit));
    row.insert(row.begin() + 4, outages_text(all[i], campaign.results.size()));
    table.row(std::move(row));
  }
  return {
      "By class",
      {std::move(table),
       Paragraph{"Outage: first to last failed request of the longest outage; all outages: their "
                 "number and time together, mean of a run. Longest gap: somebody waited and "
                 "nobody got a correct answer. Recovery: from the fault to the last failed "
                 "request. \u00b1: 95 % interval of the mean.",
                 true}}};
}

/// What a second host for an address did; "" if there is none.
std::string address_line(const Campaign& campaign) {
  if (campaign.topology.addresses.empty() || campaign.results.empty()) return "";
  const double all = figure(campaign, "takeovers").mean;
  if (all <= 0) return "no host took an address over from another one";
  // Which of them nobody needed is known of load balancers alone.
  const bool is_judged = std::ranges::any_of(campaign.topology.addresses, [&](const auto& one) {
    return campaign.topology.find("haproxy@" + one.host);
  });
  const double needless = is_judged ? figure(campaign, "needless_takeovers").mean : 0;
  return fmt::format(
      "taken over by another host {} a run{}", all == 1 ? "once" : count_text(all) + " times",
      needless > 0 ? fmt::format(", {} of them needed by nobody", count_text(needless)) : "");
}

/// The causal chain of the first run as a table; a long one is folded away behind its dominant
/// step, or the charts would be far below.
void add_chain(const Campaign& campaign, Blocks& blocks) {
  constexpr std::size_t most = 10;
  const auto links = causes(campaign);
  if (links.empty()) return;
  Table table{"rl", {"time", "what happened, and why; requests at the dates they were sent"}};
  for (const Cause& link : links) {
    table.row({link.dominant ? Cell{when_text(link), Tone::bad} : Cell{when_text(link)},
               link.dominant ? "**" + link.text + "**" : link.text});
    if (link.dominant && links.size() > most)
      blocks.emplace_back(Paragraph{"**" + when_text(link) + "** " + link.text});
  }
  blocks.emplace_back(
      Section{fmt::format("Why, in {}: {}", first_run(campaign), counted(links.size(), "step")),
              {std::move(table)},
              links.size() > most ? Section::Fold::closed : Section::Fold::open});
}

/// Every event and outage of one run, for who wants to check.
void add_timeline(const Campaign& campaign, Blocks& blocks) {
  constexpr std::size_t most = 50;
  const auto moments = timeline(campaign);
  if (moments.empty()) return;
  Table table{"rl", {"time", "what"}};
  for (const Moment& one : std::span(moments).first(std::min(most, moments.size())))
    table.row({fmt::format("{:.3f} s", one.time), one.text});
  Paragraph rest;
  if (moments.size() > most)
    rest.text = fmt::format("and {} more: see events.csv.", moments.size() - most);
  blocks.emplace_back(
      Section{"Step by step, " + first_run(campaign), {table, rest}, Section::Fold::closed});
}

/// What was broken, when in all runs, why that did harm.
Section story(const Campaign& campaign) {
  constexpr std::size_t most = 5;
  List faults, steps{failover(campaign), true};
  for (std::size_t i = 0; i < campaign.faults.size(); ++i)
    if (const FaultLine& fault = campaign.faults[i]; !fault.mends)
      faults.lines.push_back(fmt::format(
          "{}: {}", fault_words(fault.kind, struck_part(fault, "`" + fault.target + "`")),
          schedule_words(campaign, i)));
  cut_to(faults.lines, most, "and {} more");
  const char* followed =
      campaign.results.size() > 1 ? "What followed, mean of the runs:" : "What followed:";
  Section section{"What happened",
                  {Paragraph{faults.lines.empty() ? "" : "What was broken:"}, faults,
                   Paragraph{steps.lines.empty() ? "" : followed}, steps}};
  add_chain(campaign, section.blocks);
  add_timeline(campaign, section.blocks);
  return section;
}

/// The causal chain of the first run, as much of it as a terminal has room for: the longest step,
/// what most requests failed by, what broke, what some failed by; then what comes first.
Facts why(const Campaign& campaign) {
  constexpr std::size_t most = 8;
  const auto links = causes(campaign);
  std::uint64_t worst = 0;
  for (const Cause& link : links) worst = std::max(worst, link.requests);
  std::vector<std::size_t> order(links.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const bool leads = links[i].dominant || 4 * links[i].requests > worst,
               follows = links[i].strikes || 20 * links[i].requests > worst;
    return std::pair(leads ? 0 : follows ? 1 : 2, links[i].detail);
  });
  order.resize(std::min(most, order.size()));
  std::ranges::sort(order);
  Facts facts{"Why", {}};
  if (campaign.results.size() > 1 && !links.empty())
    facts.lines.push_back(
        fmt::format("in {}; requests at the dates they were sent:", first_run(campaign)));
  for (const std::size_t i : order)
    facts.lines.push_back(when_text(links[i]) + "  " + links[i].text);
  if (links.size() > most)
    facts.lines.push_back(fmt::format("and {} more in report.md", links.size() - most));
  return facts;
}

/// Where to go on from a failure that did harm, if a matrix tries its kind.
Facts next(const Campaign& campaign, const Verdict& made) {
  Facts facts{"Next", {}};
  if (campaign.faults.size() != 1 || made.word == "survived") return facts;
  const FaultLine& fault = campaign.faults.front();
  const bool is_host = fault.target.find('@') == std::string::npos;
  if (fault.kind == "hang" && is_host) return facts;  // no matrix tries that
  for (const char* kind : {"crash", "hang", "error", "power_off", "link_down"})
    if (fault.kind == kind)
      facts.lines.push_back(fmt::format("spof matrix {} --only '{} {}' tries what would help",
                                        campaign.asked, fault.target, kind));
  return facts;
}

/// The charts as a terminal can show them: failures, and the slowest class's p99.
void add_sparklines(const Campaign& campaign, Blocks& blocks) {
  constexpr std::size_t columns = 35;
  const ChartGroup group = run_charts(campaign);
  std::vector<double> failed(group.times.size()), p99(group.times.size(), no_figure);
  for (const Chart& chart : group.charts)
    for (const Curve& curve : chart.curves)
      for (std::size_t i = 0; i < curve.values.size(); ++i) {
        if (chart.logarithmic)
          p99[i] = std::fmax(p99[i], curve.values[i]);
        else if (curve.color != Curve::ok)
          failed[i] += curve.values[i];
      }
  double most = 0, slowest = 0, fastest = never;
  for (const double value : failed) most = std::fmax(most, value);
  for (const double value : p99) {
    slowest = std::fmax(slowest, value);
    fastest = std::fmin(fastest, value);
  }
  // From the fastest on, so that what does not change is low; eight times as slow is full.
  for (double& value : p99) value = std::log2(value / fastest);
  blocks.emplace_back(Facts{
      "failed", {fmt::format("{}  up to {} per s", sparkline(failed, columns), count_text(most))}});
  if (slowest == 0) return;
  blocks.emplace_back(Facts{"p99",
                            {fmt::format("{}  {} to {}, log scale", sparkline(p99, columns, 3),
                                         time_text(fastest / 1e3), time_text(slowest / 1e3))}});
}

Section scenario(const Campaign& campaign) {
  Section section{"The scenario", {Paragraph{campaign.description}}};
  if (!campaign.scenario.is_null())
    section.blocks.emplace_back(
        Source{"The whole scenario, every default filled in", json_text(campaign.scenario, 2)});
  return section;
}

}  // namespace

Document run_page(const Campaign& campaign, Medium medium) {
  const bool any = !campaign.results.empty(), screen = medium == Medium::screen;
  const Verdict made = verdict(campaign);
  Document page{campaign.title.empty() ? campaign.name : campaign.title};
  page.subtitle = fmt::format(
      "{}{}, {}; {}", campaign.name,
      campaign.asked.substr(std::min(campaign.asked.find(" --set "), campaign.asked.size())),
      runs_text(campaign), expectations_text(campaign));
  page.tag = made.word;
  page.tone = tone_of_verdict(made.word);
  page.verdict = made.text;
  page.footer = fmt::format("Fingerprint `{}`", fingerprint(campaign));
  Blocks& blocks = page.blocks;
  if (!screen)
    blocks = {run_cards(campaign), stack_diagram(campaign),
              Picture{"The stack: who asks whom, and what broke", "stack.svg"}, story(campaign),
              Section{"Over time", {run_charts(campaign)}}};
  if (!campaign.expectations.empty()) blocks.emplace_back(expectations(campaign, medium));
  if (any) blocks.emplace_back(phases(campaign, medium));
  append(blocks, run_failover(campaign));
  append(blocks, run_detection(campaign, medium));
  if (any && !screen && !campaign.faults.empty()) blocks.emplace_back(impact(campaign));
  if (any && !screen && !headroom(campaign).empty()) blocks.emplace_back(run_utilisation(campaign));
  append(blocks,
         {Facts{"Failures", failure_lines(campaign)}, any && screen ? why(campaign) : Facts{},
          run_writes(campaign), Facts{"Address", {address_line(campaign)}},
          Facts{"Firewall", firewall_lines(campaign)}});
  append(blocks, run_exposure(campaign, medium));
  if (any && screen) {
    blocks.emplace_back(Facts{"Load", {headroom(campaign)}});
    add_sparklines(campaign, blocks);
  }
  blocks.emplace_back(Facts{"No result", campaign.failed_jobs});
  if (any) blocks.emplace_back(next(campaign, made));
  if (!screen) blocks.emplace_back(scenario(campaign));
  return page;
}

std::string terminal(const Campaign& campaign, const TerminalOptions& options) {
  return on_screen(run_page(campaign, Medium::screen), options);
}

std::string report_md(const Campaign& campaign) {
  return in_markdown(run_page(campaign, Medium::markdown));
}

std::string report_html(const Campaign& campaign) {
  return in_html(run_page(campaign, Medium::html));
}

const char* phase_name(const Campaign& campaign, std::size_t phase) {
  const auto breaks = [](const Result& run) { return run.fault_start >= 0; };
  return std::ranges::any_of(campaign.results, breaks) ? names(Phase{})[phase] : "all";
}

std::size_t judged_as(const Campaign& campaign, Judgement judgement) {
  return static_cast<std::size_t>(
      std::ranges::count(campaign.expectations, judgement, &Judged::judgement));
}

std::string measured_text(const Judged& judged) {
  const auto unit = judged.expectation.query.metric->unit;
  return "measured " + estimate_text(judged.measured, unit) +
         (judged.reason.empty() ? "" : ", " + judged.reason);
}

std::string expectations_text(const Campaign& campaign) {
  const std::size_t all = campaign.expectations.size();
  const std::size_t failed = judged_as(campaign, Judgement::fail);
  const std::size_t unknown = judged_as(campaign, Judgement::unknown);
  if (all == 0) return "no expectations";
  if (failed > 0) return fmt::format("{} of {} expectations failed", failed, all);
  if (unknown > 0)
    return fmt::format("{} of {} expectations hold, {} unknown",
                       judged_as(campaign, Judgement::pass), all, unknown);
  return all == 1 ? "the expectation holds" : fmt::format("all {} expectations hold", all);
}

}  // namespace spof::report
