#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "analysis/verdict.hpp"
#include "report/plot/plot.hpp"

namespace spof::report {
namespace {

using Latencies = std::map<std::int64_t, Windows::Latency>;
using Requests = std::map<std::int64_t, double>;

/// A chart has about so many pixels; more points would only make a page larger.
constexpr std::size_t most_points = 480;

/// The windows of a chart, several of them one point where there are very many.
struct Points {
  explicit Points(const Windows& windows)
      : length(windows.length * static_cast<double>(windows.windows_in_point())),
        per_point(static_cast<std::int64_t>(windows.windows_in_point())),
        first(std::llround(windows.start / windows.length)),
        times(static_cast<std::size_t>(std::ceil((windows.end - windows.start) / length - 1e-9))) {
    for (std::size_t i = 0; i < times.size(); ++i)
      times[i] = windows.start + static_cast<double>(i) * length;
  }
  std::size_t of(std::int64_t place) const {
    return std::min(static_cast<std::size_t>((place - first) / per_point), times.size() - 1);
  }
  double length;
  std::int64_t per_point, first;
  std::vector<double> times;  ///< where each begins
};

/// One value per point, the largest of its windows.
std::vector<double> quantile(const Points& points, const Latencies& latencies,
                             double Windows::Latency::*sum) {
  std::vector<double> values(points.times.size(), no_figure);
  for (const auto& [place, one] : latencies) {
    double& value = values[points.of(place)];
    value = std::fmax(value, one.*sum / one.requests);
  }
  return values;
}

/// Requests a second in one run.
std::vector<double> rate(const Windows& windows, const Points& points, const Requests& requests) {
  std::vector<double> values(points.times.size());
  for (const auto& [place, number] : requests) values[points.of(place)] += number;
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] /= windows.runs * std::min(points.length, windows.end - windows.start -
                                                            static_cast<double>(i) * points.length);
  return values;
}

Chart latency_chart(const Windows& windows, const Points& points) {
  Chart chart{"Latency of correct answers", "ms", true, {}};
  for (std::size_t i = 0; i < windows.latencies.size(); ++i) {
    const Latencies& latency = windows.latencies[i];
    if (latency.empty()) continue;
    const std::string name = windows.classes[i] + (windows.classes[i].empty() ? "" : " ");
    const int color = static_cast<int>(i % Curve::colors);
    using Latency = Windows::Latency;
    chart.curves.push_back({name + "p99", quantile(points, latency, &Latency::p99), color});
    chart.curves.push_back({name + "p50", quantile(points, latency, &Latency::p50), color, true});
  }
  return chart;
}

Chart outcome_chart(const Windows& windows, const Points& points) {
  // Red, then colours that neither green nor red comes near; further outcomes are one line.
  constexpr std::array colors{Curve::failed, 1, 2, 4, 0};
  Chart chart{"Requests per second by outcome", "/s", false, {}};
  const auto all = [&](std::size_t outcome) {
    return std::accumulate(windows.requests[outcome].begin(), windows.requests[outcome].end(), 0.0,
                           [](double sum, const auto& one) { return sum + one.second; });
  };
  std::vector<std::size_t> failed;
  for (std::size_t i = 1; i < windows.requests.size(); ++i)
    if (all(i) > 0) failed.push_back(i);
  std::ranges::stable_sort(failed, std::greater{}, all);
  if (!windows.requests.empty())
    chart.curves.push_back(
        {"ok", rate(windows, points, windows.requests[0]), Curve::ok, false, true});
  Requests others;
  for (std::size_t i = 0; i < failed.size(); ++i) {
    const Requests& requests = windows.requests[failed[i]];
    if (i < colors.size())
      chart.curves.push_back(
          {windows.outcomes[failed[i]], rate(windows, points, requests), colors[i], false, i == 0});
    else
      for (const auto& [place, number] : requests) others[place] += number;
  }
  if (!others.empty())
    chart.curves.push_back({"other failures", rate(windows, points, others), Curve::grey});
  return chart;
}

/// All classes as one, all failures as one.
Windows merged(const Windows& windows) {
  Windows made = windows;
  made.classes = {""};
  made.outcomes = {"ok", "failed"};
  made.latencies = {{}};
  made.requests.resize(2);
  for (const Latencies& latencies : windows.latencies)
    for (const auto& [place, one] : latencies) {
      Windows::Latency& sum = made.latencies[0][place];
      sum.requests += one.requests;
      sum.p50 += one.p50;
      sum.p99 += one.p99;
    }
  for (std::size_t i = 2; i < windows.requests.size(); ++i)
    for (const auto& [place, number] : windows.requests[i]) made.requests[1][place] += number;
  return made;
}

/// The curves of one result among several: its colour, its name once.
void overlay(ChartGroup& group, const PlottedResult& plot, int color) {
  const Windows windows = merged(plot.windows);
  const Points points(windows);
  const auto add = [&](std::size_t chart, const char* name, std::vector<double> values,
                       bool dashed) {
    group.charts[chart].curves.push_back({plot.name + name, std::move(values), color, dashed});
    auto& x = group.charts[chart].curves.back().x = points.times;
    x.push_back(windows.end);  // others may go on
  };
  add(0, " p99", quantile(points, windows.latencies[0], &Windows::Latency::p99), false);
  add(0, " p50", quantile(points, windows.latencies[0], &Windows::Latency::p50), true);
  for (std::size_t i = 0; i < 2; ++i)
    add(1 + i, "", rate(windows, points, windows.requests[i]), false);
  group.times.push_back(points.times.front());
  group.end = std::max(group.end, windows.end);
  for (ChartBand band : plot.bands) group.bands.push_back((band.color = color, band));
  for (ChartMark mark : plot.marks) group.marks.push_back((mark.color = color, mark));
}

/// What the figures are means of.
std::string means_of(const std::vector<PlottedResult>& plots) {
  const Windows& windows = plots.front().windows;
  std::string text = fmt::format("windows of {:g} s", windows.length);
  if (windows.windows_in_point() > 1) text += ", " + windows.point_words();
  if (plots.size() == 1 && windows.runs > 1)
    text += fmt::format(", means of {:g} runs", windows.runs);
  else if (std::ranges::any_of(plots,
                               [](const PlottedResult& plot) { return plot.windows.runs > 1; }))
    text += ", means of all runs";
  return text;
}

}  // namespace

void Windows::add(std::size_t request_class, std::size_t outcome, double time, double number,
                  double p50, double p99) {
  const auto place = static_cast<std::int64_t>(std::floor(time / length + 1e-6));
  if (requests.size() <= outcome) requests.resize(outcome + 1);
  requests[outcome][place] += number;
  if (outcome != 0 || number <= 0) return;
  if (latencies.size() <= request_class) latencies.resize(request_class + 1);
  Latency& latency = latencies[request_class][place];
  latency.requests += number;
  latency.p50 += number * p50;
  latency.p99 += number * p99;
}

std::size_t Windows::windows_in_point() const {
  const auto number = static_cast<std::size_t>(std::ceil((end - start) / length - 1e-9));
  return std::max<std::size_t>((number + most_points - 1) / most_points, 1);
}

std::string Windows::point_words() const {
  return fmt::format("each point {} of them: their largest latency, their mean rate of requests",
                     windows_in_point());
}

ChartGroup time_charts(const Windows& windows) {
  ChartGroup group;
  const Points points(windows);
  group.times = points.times;
  group.end = windows.end;
  Chart latency = latency_chart(windows, points);
  if (!latency.curves.empty()) group.charts.push_back(std::move(latency));
  group.charts.push_back(outcome_chart(windows, points));
  return group;
}

Strip strip_of_clients(const Windows& windows) {
  std::map<std::int64_t, std::pair<double, double>> places;  // failed, all
  for (std::size_t outcome = 0; outcome < windows.requests.size(); ++outcome)
    for (const auto& [place, number] : windows.requests[outcome]) {
      places[place].first += outcome > 0 ? number : 0;
      places[place].second += number;
    }
  Strip strip{windows.runs > 1 ? "clients, all runs" : "clients", {{windows.start, windows.end}}};
  for (const auto& [place, counts] : places) {
    const double share = counts.second > 0 ? counts.first / counts.second : 0;
    const State state = share >= down_share      ? State::down
                        : share >= failing_share ? State::impaired
                                                 : State::up;
    Spell& last = strip.spells.back();
    if (state == last.state) continue;
    last.until = static_cast<double>(place) * windows.length;
    const char* const why = state == State::up     ? ""
                            : state == State::down ? "requests fail"
                                                   : "some requests fail";
    strip.spells.push_back({last.until, windows.end, state, why});
  }
  std::erase_if(strip.spells, [](const auto& spell) { return spell.until <= spell.from; });
  return strip;
}

ChartGroup timeline_plot(const std::vector<PlottedResult>& plots) {
  ChartGroup group;
  if (plots.size() == 1) {
    group = time_charts(plots.front().windows);
    group.bands = plots.front().bands;
    group.marks = plots.front().marks;
    group.strips = plots.front().strips;
    group.title = plots.front().name + ": latency and requests over time";
  } else {
    group.title = "Latency and requests over time";
    group.charts = {{"Latency of correct answers", "ms", true, {}},
                    {"Correct answers per second", "/s", false, {}},
                    {"Failures per second", "/s", false, {}}};
    for (std::size_t i = 0; i < plots.size(); ++i) overlay(group, plots[i], static_cast<int>(i));
    std::ranges::sort(group.times);
  }
  group.subtitle = means_of(plots);
  return group;
}

}  // namespace spof::report
