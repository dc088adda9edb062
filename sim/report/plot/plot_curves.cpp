#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/detection.hpp"
#include "base/append_new.hpp"
#include "report/plot/plot.hpp"

namespace spof::report {
namespace {

constexpr double last_nine = 1e7;  ///< 1/(1-q) at the end of the longest axis

bool has_phase(const std::vector<QuantileCurve>& curves, std::string_view phase) {
  return std::ranges::find(curves, phase, &QuantileCurve::phase) != curves.end();
}

/// The curves over all classes where there are such, else all curves.
std::vector<const QuantileCurve*> chosen(const std::vector<QuantileCurve>& curves) {
  const bool any =
      std::ranges::find(curves, all_classes, &QuantileCurve::request_class) != curves.end();
  std::vector<const QuantileCurve*> some;
  for (const QuantileCurve& curve : curves)
    if (!any || curve.request_class == all_classes) some.push_back(&curve);
  return some;
}

std::string title_of(const QuantileCurve& curve, bool with_class) {
  const bool known = curve.phase == "before" || curve.phase == "during" || curve.phase == "after";
  const std::string phase = curve.phase + (known ? " the failure" : "");
  if (!with_class || curve.request_class.empty()) return phase;
  return curve.request_class + (phase.empty() ? "" : ", ") + phase;
}

/// One result: a colour for each phase. Several: a colour for each result, and what was before the
/// failure is dashed.
std::vector<Curve> curves_of(const PlottedResult& plot, bool several, int color) {
  const auto curves = chosen(plot.curves);
  const bool failure = has_phase(plot.curves, "during");
  const bool healthy = !failure && !has_phase(plot.curves, "after");
  const bool with_class =
      curves.front()->request_class != all_classes && (!several || curves.size() > 1);
  std::vector<Curve> made;
  for (const QuantileCurve* curve : curves) {
    if (several && failure && curve->phase == "after") continue;
    std::string title = title_of(*curve, with_class);
    if (several) title = plot.name + (title.empty() ? "" : ", ") + title;
    if (!several && healthy && curve->phase == "before" && !with_class) title = "all requests";
    Curve line{title, {}, several ? color : static_cast<int>(made.size() % Curve::colors)};
    line.dashed = several && failure && curve->phase == "before";
    for (const auto& [quantile, ms] : curve->points) {
      const double x = quantile < 1 ? 1 / (1 - quantile) : HUGE_VAL;
      if (x > last_nine) continue;
      line.x.push_back(x);
      line.values.push_back(ms);
    }
    made.push_back(std::move(line));
  }
  return made;
}

}  // namespace

ChartGroup quantiles_plot(const std::vector<PlottedResult>& plots) {
  const bool several = plots.size() > 1;
  Chart chart{"", "ms", true, {}};
  double widest = 10;
  for (std::size_t i = 0; i < plots.size(); ++i)
    for (Curve& curve : curves_of(plots[i], several, static_cast<int>(i))) {
      for (const double x : curve.x) widest = std::max(widest, x);
      chart.curves.push_back(std::move(curve));
    }
  ChartGroup group;
  group.title =
      (several ? "L" : plots.front().name + ": l") + std::string("atency of correct answers");
  group.axis = "share of requests that were at least as fast";
  group.logarithmic = true;
  group.tics = {{1, "0 %"}, {2, "50 %"}, {10, "90 %"}, {100, "99 %"}};
  std::string share = "99.9";
  for (double x = 1000; x <= widest * 1.01; x *= 10, share += '9')
    group.tics.emplace_back(x, share + " %");
  group.charts.push_back(std::move(chart));
  return group;
}

std::vector<Strip> strips_of_notice(const std::vector<Event>& events, double end) {
  const Strip strip = who_noticed(events, end);
  if (strip.spells.size() == 1 && strip.spells.front().state == State::up) return {};
  return {strip};
}

std::vector<Strip> strips_of(const std::vector<Event>& events, double end) {
  return both(strips_of_notice(events, end), strips(events, end));
}

ChartGroup states_plot(const std::vector<PlottedResult>& plots) {
  ChartGroup group;
  const bool several = plots.size() > 1;
  group.title = several ? "What each component was able to do"
                        : plots.front().name + ": what each component was able to do";
  if (!plots.front().seed.empty()) group.title += fmt::format(" (seed {})", plots.front().seed);
  for (const PlottedResult& plot : plots) {
    if (several) group.strips.push_back({plot.name, {}});
    group.strips.insert(group.strips.end(), plot.strips.begin(), plot.strips.end());
    group.end = std::max(group.end, plot.end);
  }
  return group;
}

}  // namespace spof::report
