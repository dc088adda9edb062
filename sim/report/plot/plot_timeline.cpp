#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "report/plot/gnuplot.hpp"
#include "report/plot/plot.hpp"
#include "report/plot/plot_frame.hpp"

namespace spof::report {
namespace {

/// How an outcome is drawn, the same in every picture.
struct OutcomeLook {
  std::string_view outcome;
  const char* color;
};
constexpr std::array outcome_looks{
    OutcomeLook{"500", "#000000"},     OutcomeLook{"502", "#cc79a7"},
    OutcomeLook{"503", "#d55e00"},     OutcomeLook{"504", "#e69f00"},
    OutcomeLook{"timeout", "#0072b2"}, OutcomeLook{"refused", "#009e73"}};
constexpr std::array<const char*, 3> other_colors{"#8c564b", "#f0e442", "#666666"};
const char* good_color = "#cfdfe8";

/// An outcome that has a colour of its own, or all that are left over.
struct Layer {
  std::string name;
  std::string color;
  std::vector<std::size_t> outcomes;  ///< indices of TimelineData::outcomes
};

double sum_of(const PlotWindow& window, const std::vector<std::size_t>& outcomes) {
  return std::accumulate(outcomes.begin(), outcomes.end(), 0.0, [&](double sum, std::size_t i) {
    return sum + (i < window.requests.size() ? window.requests[i] : 0);
  });
}

/// Failures in order of their number, the smallest ones together; at the end the correct answers.
std::vector<Layer> layers_of(const TimelineData& data) {
  constexpr std::size_t most = 6;
  std::vector<std::pair<double, std::size_t>> failures;
  for (std::size_t i = 1; i < data.outcomes.size(); ++i) {
    double count = 0;
    for (const PlotWindow& window : data.windows) count += window.requests[i];
    if (count > 0) failures.emplace_back(-count, i);
  }
  std::sort(failures.begin(), failures.end());
  std::vector<Layer> layers;
  std::size_t others = 0;
  for (const auto& [count, i] : failures) {
    if (layers.size() == most) {
      layers.back().name = "other failures";
      layers.back().color = other_colors.back();
      layers.back().outcomes.push_back(i);
      continue;
    }
    const auto look = std::find_if(
        outcome_looks.begin(), outcome_looks.end(),
        [&, index = i](const OutcomeLook& l) { return l.outcome == data.outcomes[index]; });
    const char* color = look != outcome_looks.end()
                            ? look->color
                            : other_colors[std::min(others++, other_colors.size() - 1)];
    layers.push_back({data.outcomes[i], color, {i}});
  }
  layers.push_back({"correct answers", good_color, {0}});
  return layers;
}

std::vector<std::size_t> failures_of(const TimelineData& data) {
  std::vector<std::size_t> all(data.outcomes.size() - 1);
  std::iota(all.begin(), all.end(), std::size_t{1});
  return all;
}

/// A block of data: a line per window; an empty one where there is none.
template <class Row>
std::string block(const std::string& name, const std::string& head, const TimelineData& data,
                  Row row) {
  std::string out = fmt::format("${} << EOD\n# {}\n", name, head);
  const auto line = [&](const PlotWindow& window) {
    out += fmt::format("{:.10g}{}\n", window.start, row(window));
  };
  PlotWindow empty;
  empty.requests.assign(data.outcomes.size(), 0);
  empty.p50 = empty.p99 = std::nan("");
  double next = data.windows.front().start;
  for (const PlotWindow& window : data.windows) {
    if (window.start > next + data.window / 2) {
      empty.start = next;
      line(empty);
    }
    line(window);
    next = window.start + data.window;
  }
  PlotWindow end = data.windows.back();  // where the last step ends
  end.start = next;
  end.p50 = end.p99 = empty.p50;
  line(end);
  return out + "EOD\n\n";
}

double per_second(const TimelineData& data, double requests) {
  return requests / static_cast<double>(data.runs) / data.window;
}

/// Data, and the plot commands that read it: of one result, or one of several.
struct TimelineParts {
  std::string data, latency, rates, failures;
};

std::string latencies(const PlotWindow& window) {
  return fmt::format(" {} {}", gnuplot_number(window.p50), gnuplot_number(window.p99));
}

/// The outcomes of one result, on top of each other: failures at the bottom, where few are seen.
TimelineParts single(const TimelinePlot& plot) {
  const TimelineData& data = plot.data;
  const std::vector<Layer> layers = layers_of(data);
  std::string head = "start of window (s)";
  for (const Layer& layer : layers) head += ", + " + layer.name;
  TimelineParts parts;
  parts.data =
      block("latency", "start of window (s), p50, p99 of correct answers (ms)", data, latencies) +
      block("rates", head + "; each on top of those before, per second", data,
            [&](const PlotWindow& window) {
              std::string row;
              double sum = 0;
              for (const Layer& layer : layers) {
                sum += per_second(data, sum_of(window, layer.outcomes));
                row += " " + gnuplot_number(sum);
              }
              return row;
            });
  const std::string x = fmt::format("($1+{:g})", data.window / 2);
  const std::string line = "with linespoints pointtype 7 pointsize 0.25 linewidth";
  parts.latency = fmt::format(
      "  $latency using {0}:3 {1} 1.5 linecolor rgb '{2}' title 'p99', \\\n"
      "  $latency using {0}:2 {1} 1.5 linecolor rgb '{3}' title 'p50'\n",
      x, line, series_color(1), series_color(0));
  for (std::size_t i = layers.size(); i > 0; --i)
    parts.rates += fmt::format(
        "  $rates using 1:{} with fillsteps fillstyle solid 1 noborder linecolor rgb "
        "'{}' title {}{}\n",
        i + 1, layers[i - 1].color, gnuplot_text(layers[i - 1].name), i > 1 ? ", \\" : "");
  return parts;
}

TimelineParts overlay(const std::vector<TimelinePlot>& plots) {
  TimelineParts parts;
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const TimelineData& data = plots[i].data;
    const std::string name = fmt::format("result{}", i + 1);
    parts.data += fmt::format("# {} is {}\n", name, gnuplot_text(plots[i].name));
    parts.data += block(
        name, "start of window (s), p50, p99 of correct answers (ms), correct, failed per second",
        data, [&](const PlotWindow& window) {
          return latencies(window) + " " + gnuplot_number(per_second(data, window.requests[0])) +
                 " " + gnuplot_number(per_second(data, sum_of(window, failures_of(data))));
        });
    const char* more = i + 1 < plots.size() ? ", \\" : "";
    const std::string title = gnuplot_text(plots[i].name), color = series_color(i);
    const std::string x = fmt::format("($1+{:g})", data.window / 2);
    parts.latency += fmt::format(
        "  ${0} using {1}:3 with lines linewidth 1.5 linecolor rgb '{2}' title {3}, \\\n"
        "  ${0} using {1}:2 with lines linewidth 1 dashtype 3 linecolor rgb '{2}' notitle{4}\n",
        name, x, color, title, more);
    parts.rates +=
        fmt::format("  ${} using 1:4 with steps linewidth 1.5 linecolor rgb '{}' notitle{}\n", name,
                    color, more);
    parts.failures +=
        fmt::format("  ${} using 1:5 with steps linewidth 1.5 linecolor rgb '{}' notitle{}\n", name,
                    color, more);
  }
  return parts;
}

/// What the figures are means of.
std::string means_of(const std::vector<TimelinePlot>& plots) {
  const TimelineData& data = plots.front().data;
  std::string text = fmt::format("windows of {:g} s", data.window);
  const bool several = std::any_of(plots.begin(), plots.end(),
                                   [](const TimelinePlot& plot) { return plot.data.runs > 1; });
  if (plots.size() == 1 && several)
    text += fmt::format(", means of {} runs", data.runs);
  else if (several)
    text += ", means of all runs";
  return text;
}

}  // namespace

std::string timeline_script(const std::vector<TimelinePlot>& plots,
                            const std::vector<std::string>& formats) {
  const bool several = plots.size() > 1;
  Frame frame;
  frame.panels = several ? 3 : 2;
  double fastest = HUGE_VAL, slowest = 0;
  for (const TimelinePlot& plot : plots) {
    const auto& windows = plot.data.windows;
    frame.cover(windows.front().start, windows.back().start + plot.data.window);
    for (const PlotWindow& window : windows) {
      if (window.p50 > 0) fastest = std::min(fastest, window.p50);
      if (window.p99 > 0) slowest = std::max(slowest, window.p99);
    }
  }
  if (slowest <= 0) fastest = 1, slowest = 100;
  for (std::size_t i = 0; i < plots.size(); ++i)
    frame.add(plots[i].bands, plots[i].marks, several ? series_color(i) : Frame::line_color);
  frame.arrange();
  const TimelineParts parts = several ? overlay(plots) : single(plots.front());
  const std::string title = several ? "Latency and requests over time"
                                    : plots.front().name + ": latency and requests over time";
  std::string body = frame.begin(title, means_of(plots));
  body += frame.panel(0, several ? "latency: p99, dotted p50" : "latency of correct answers");
  body += latency_axis("y", fastest, slowest) + "plot \\\n" + parts.latency;
  body += frame.panel(1, several ? "correct answers per second" : "requests per second");
  body += "plot \\\n" + parts.rates;
  if (several) body += frame.panel(2, "failures per second") + "plot \\\n" + parts.failures;
  return gnuplot_head("timeline", title) + parts.data +
         gnuplot_loop("timeline", formats, frame.height(), body + "unset multiplot\n");
}

}  // namespace spof::report
