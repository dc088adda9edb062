#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/faults.hpp"
#include "analysis/strips.hpp"
#include "analysis/verdict.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"
#include "report/pages/run_page.hpp"

namespace spof::report {
namespace {

using measure::Outcome;
using measure::Result;

/// A chart has about so many pixels; more points would only make the page larger.
constexpr std::size_t most_points = 480;
/// Further outcomes are one line.
constexpr std::size_t most_outcomes = 5;

/// The latency of a class by window: sums over all runs, weighted by their requests. Only windows
/// that have any: a run may have millions.
struct Latency {
  double requests = 0, p50 = 0, p99 = 0;
};
using PlacedLatencies = std::map<std::size_t, Latency>;

/// The runs' windows, those of one time together.
struct Windows {
  double length = 1;  ///< seconds
  double end = 0;
  std::size_t number = 0;
  std::size_t per_point = 1;  ///< so many windows are one point of the charts
  std::vector<PlacedLatencies> classes;
  std::array<std::vector<double>, measure::outcome_count> outcomes;  ///< requests, by point

  std::size_t points() const { return (number + per_point - 1) / per_point; }
};

Windows windows_of(const Campaign& campaign) {
  Windows made;
  const Result& first = campaign.results.front();
  made.length = first.window;
  made.end = first.duration;
  made.number = static_cast<std::size_t>(std::ceil(made.end / made.length - 1e-9));
  made.per_point = (made.number + most_points - 1) / most_points;
  made.classes.resize(campaign.plan.classes.size());
  made.outcomes.fill(std::vector<double>(made.points()));
  for (const Result& run : campaign.results)
    for (const measure::WindowRow& row : run.windows) {
      const auto place = static_cast<std::size_t>(row.start / run.window + 0.5);
      if (place >= made.number || row.request_class >= made.classes.size()) continue;
      const auto requests = static_cast<double>(row.requests);
      made.outcomes[static_cast<std::size_t>(row.outcome)][place / made.per_point] += requests;
      if (row.outcome != Outcome::ok) continue;
      Latency& latency = made.classes[row.request_class][place];
      latency.requests += requests;
      latency.p50 += requests * static_cast<double>(row.p50) / 1e3;
      latency.p99 += requests * static_cast<double>(row.p99) / 1e3;
    }
  return made;
}

/// One value per point, the largest of its windows.
std::vector<double> quantile(const Windows& windows, const PlacedLatencies& latencies,
                             double Latency::*sum) {
  std::vector<double> values(windows.points(), no_figure);
  for (const auto& [place, one] : latencies) {
    double& value = values[place / windows.per_point];
    value = std::fmax(value, one.*sum / one.requests);
  }
  return values;
}

/// Requests a second in one run.
std::vector<double> rate(const Windows& windows, std::vector<double> values, double runs) {
  const double length = static_cast<double>(windows.per_point) * windows.length;
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] /= runs * std::min(length, windows.end - static_cast<double>(i) * length);
  return values;
}

Chart latency_chart(const Campaign& campaign, const Windows& windows) {
  Chart chart{"Latency of correct answers", "ms", true, {}};
  for (std::size_t i = 0; i < windows.classes.size(); ++i) {
    const PlacedLatencies& latency = windows.classes[i];
    if (latency.empty()) continue;
    const std::string& name = campaign.plan.classes[i];
    const int color = static_cast<int>(i % 8);
    chart.curves.push_back({name + " p99", quantile(windows, latency, &Latency::p99), color});
    chart.curves.push_back({name + " p50", quantile(windows, latency, &Latency::p50), color, true});
  }
  return chart;
}

Chart outcome_chart(const Windows& windows, double runs) {
  Chart chart{"Requests per second by outcome", "/s", false, {}};
  const auto all = [&](std::size_t outcome) {
    double sum = 0;
    for (const double requests : windows.outcomes[outcome]) sum += requests;
    return sum;
  };
  std::vector<std::size_t> failed;
  for (std::size_t i = 1; i < measure::outcome_count; ++i)
    if (all(i) > 0) failed.push_back(i);
  std::stable_sort(failed.begin(), failed.end(),
                   [&](std::size_t a, std::size_t b) { return all(a) > all(b); });
  chart.curves.push_back({"ok", rate(windows, windows.outcomes[0], runs), Curve::ok, false, true});
  std::vector<double> others(windows.points());
  for (std::size_t i = 0; i < failed.size(); ++i) {
    const auto& requests = windows.outcomes[failed[i]];
    if (i < most_outcomes) {
      // Red, then colours that neither green nor red comes near.
      constexpr std::array colors{Curve::failed, 1, 2, 4, 0};
      chart.curves.push_back(
          {names(Outcome{})[failed[i]], rate(windows, requests, runs), colors[i], false, i == 0});
    }
    for (std::size_t k = 0; i >= most_outcomes && k < others.size(); ++k) others[k] += requests[k];
  }
  if (failed.size() > most_outcomes)
    chart.curves.push_back({"other failures", rate(windows, others, runs), 6});
  return chart;
}

std::vector<ChartBand> bands(const Campaign& campaign, double end) {
  constexpr std::size_t most_labels = 3;
  std::vector<ChartBand> made;
  const std::size_t faults = campaign.faults.size();
  for (std::size_t i = 0; i < faults; ++i) {
    const FaultLine& fault = campaign.faults[i];
    const Struck when = struck(campaign, i);
    std::string label = fault_words(fault.kind, fault.target);
    if (faults > most_labels)
      label = i == 0 ? fmt::format("{} faults, the first: {}", faults, label) : "";
    if (when.from < end)
      made.push_back({when.from, when.until < 0 ? end : std::min(when.until, end), label});
  }
  return made;
}

/// When something happened, counted from the first fault, in the mean of the runs in which it did.
void mark(const Campaign& campaign, const char* metric, const char* label,
          std::vector<ChartMark>& marks) {
  const auto after = figure(campaign, metric);
  std::vector<double> dates, delays;
  for (std::size_t i = 0; i < campaign.results.size(); ++i)
    if (std::isfinite(after.values[i]) && after.values[i] > 0) {
      dates.push_back(campaign.results[i].fault_start + after.values[i]);
      delays.push_back(after.values[i]);
    }
  if (!dates.empty())
    marks.push_back({mean(dates), fmt::format("{} +{}", label, time_text(mean(delays)))});
}

std::vector<ChartStrip> component_strips(const Result& run) {
  std::vector<ChartStrip> made;
  for (const Strip& strip : strips(run.events, run.duration)) {
    ChartStrip shown{strip.component, {}};
    for (const Spell& spell : strip.spells)
      shown.spells.push_back({spell.from, spell.until, word(spell.state), spell.words()});
    made.push_back(std::move(shown));
  }
  return made;
}

std::string note(const Campaign& campaign, const Windows& windows) {
  const bool several = campaign.results.size() > 1;
  std::string text =
      fmt::format("Latency from the scheduled arrival, in windows of {:g} s{}{}. ", windows.length,
                  several ? ": means of all runs, weighted by requests" : "",
                  windows.per_point > 1
                      ? fmt::format("; each point the largest of {} windows", windows.per_point)
                      : "");
  if (several) text += "Requests: mean of a run. ";
  return text + "Drag to zoom, double click to see all again; arrow keys move the cursor.";
}

}  // namespace

ChartGroup run_charts(const Campaign& campaign) {
  ChartGroup group;
  if (campaign.results.empty()) return group;
  const Windows windows = windows_of(campaign);
  for (std::size_t i = 0; i < windows.points(); ++i)
    group.times.push_back(static_cast<double>(i * windows.per_point) * windows.length);
  group.end = windows.end;
  const Chart latency = latency_chart(campaign, windows);
  if (!latency.curves.empty()) group.charts.push_back(latency);
  group.charts.push_back(outcome_chart(windows, static_cast<double>(campaign.results.size())));
  group.bands = bands(campaign, group.end);
  if (!campaign.faults.empty()) {
    mark(campaign, "detected", "detected", group.marks);
    mark(campaign, "recovery", "errors end", group.marks);
  }
  group.strips = component_strips(campaign.results.front());
  group.strips_title = "Components";
  if (campaign.results.size() > 1)
    group.strips_title += fmt::format(", run with seed {}", campaign.results.front().seed);
  group.note = note(campaign, windows);
  return group;
}

}  // namespace spof::report
