#include <fmt/format.h>

#include <cmath>

#include "analysis/verdict.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "measure/words.hpp"
#include "report/pages/pages.hpp"
#include "report/plot/plot.hpp"

namespace spof::report {
namespace {

Windows windows_of(const Campaign& campaign) {
  Windows made;
  made.length = campaign.results.front().window;
  made.end = campaign.results.front().duration;
  made.runs = static_cast<double>(campaign.results.size());
  made.classes = campaign.plan.classes;
  const auto outcomes = names(Outcome{});
  made.outcomes.assign(outcomes.begin(), outcomes.end());
  made.requests.resize(1);
  for (const Result& run : campaign.results)
    for (const WindowRow& row : run.windows)
      if (row.start < made.end && row.request_class < made.classes.size())
        made.add(row.request_class, static_cast<std::size_t>(row.outcome), row.start,
                 static_cast<double>(row.requests), static_cast<double>(row.p50) / 1e3,
                 static_cast<double>(row.p99) / 1e3);
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

std::string note(const Campaign& campaign, const Windows& windows) {
  const bool several = campaign.results.size() > 1;
  std::string text =
      fmt::format("Latency from the scheduled arrival, in windows of {:g} s{}{}. ", windows.length,
                  several ? ": means of all runs, weighted by requests" : "",
                  windows.windows_in_point() > 1 ? "; " + windows.point_words() : "");
  if (several) text += "Requests: mean of a run. ";
  return text + "Drag to zoom, double click to see all again; arrow keys move the cursor.";
}

}  // namespace

ChartGroup run_charts(const Campaign& campaign) {
  if (campaign.results.empty()) return {};
  const Windows windows = windows_of(campaign);
  ChartGroup group = time_charts(windows);
  group.bands =
      bands(mapped(campaign.results, [](const Result& run) { return &run.events; }), group.end);
  if (!campaign.faults.empty()) {
    mark(campaign, "detected", "detected", group.marks);
    mark(campaign, "recovery", "errors end", group.marks);
  }
  group.strips = strips_of(campaign.results.front().events, group.end);
  if (!group.strips.empty()) group.strips.insert(group.strips.begin(), strip_of_clients(windows));
  if (campaign.results.size() > 1)
    group.strips_title += fmt::format(", run with seed {}", campaign.results.front().seed);
  group.note = note(campaign, windows);
  return group;
}

}  // namespace spof::report
