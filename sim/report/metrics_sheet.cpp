#include "report/metrics_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace spof::report {
namespace {

/// A query finds what is at most five minutes old.
constexpr double most_steps = 1500, longest_step = 60;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\\' || letter == '"') out += '\\';
    out += letter == '\n' ? ' ' : letter;
  }
  return out;
}

}  // namespace

Date date_of(double time) { return static_cast<Date>(std::ceil(time * 100 - 1e-6)); }

MetricsSheet::MetricsSheet(const Campaign& all) : campaign(all), run(all.results.front()) {
  double unit = run.window;
  for (const measure::Load& load : run.loads) unit = std::max<double>(unit, load.length);
  const double wanted = std::min(run.duration / most_steps, longest_step);
  step = std::max(unit * std::max(1.0, std::ceil(wanted / unit - 1e-6)), 0.01);
  for (double time = 0; time < run.duration - 1e-6; time += step) dates_.push_back(date_of(time));
  if (date_of(run.duration) > dates_.back()) dates_.push_back(date_of(run.duration));
  strips = report::strips(run.events, run.duration);
  for (const std::string& part : all.topology.parts()) add_quiet(part, part, "");
  for (const scenario::Edge& edge : all.topology.edges)
    if (edge.wire.purpose == stack::Purpose::server)
      add_quiet(edge.wire.label + " seen by " + edge.from, edge.wire.label, edge.from);
  for (const measure::Lag& lag : run.lags)
    add_quiet("replication to " + lag.replica, lag.replica, lag.replica);
  std::ranges::sort(strips, {}, &Strip::component);
}

void MetricsSheet::add_quiet(const std::string& name, const std::string& about,
                             const std::string& by) {
  if (std::ranges::find(strips, name, &Strip::component) == strips.end())
    strips.push_back({name, {{0, run.duration}}, about, by});
}

double& MetricsSheet::at(std::vector<double>& series, double time, double initial) const {
  series.resize(dates_.size(), initial);
  const auto steps = static_cast<std::size_t>(std::max(time, 0.0) / step + 1e-6);
  return series[std::min(steps + 1, series.size() - 1)];
}

void MetricsSheet::begin(const std::string& name, const std::string& type, const std::string& unit,
                         const std::string& help) {
  out_ += fmt::format("# TYPE {} {}\n", name, type);
  if (!unit.empty()) out_ += fmt::format("# UNIT {} {}\n", name, unit);
  out_ += fmt::format("# HELP {} {}\n", name, help);
  name_ = name + (type == "counter" ? "_total" : type == "info" ? "_info" : "");
}

void MetricsSheet::add(const Sampled& all) {
  for (const auto& [labels, values] : all) {
    const std::string head = head_of(labels);
    for (std::size_t i = 0; i < values.size(); ++i) sample(head, dates_[i], values[i]);
  }
}

void MetricsSheet::add(const Changing& all) {
  for (const auto& [labels, changes] : all) {
    const std::string head = head_of(labels);
    auto next = changes.begin();
    for (const Date date : dates_) {
      for (; next != changes.end() && next->first < date; ++next)
        sample(head, next->first, next->second);
      if (next != changes.end() && next->first == date) ++next;
      if (next != changes.begin()) sample(head, date, std::prev(next)->second);
    }
  }
}

std::string MetricsSheet::finish() { return std::move(out_ += "# EOF\n"); }

std::string MetricsSheet::head_of(const Labels& labels) const {
  std::string head =
      fmt::format(R"({}{{scenario="{}",seed="{}")", name_, escaped(campaign.name), run.seed);
  for (const auto& [label, value] : labels)
    head += fmt::format(R"(,{}="{}")", label, escaped(value));
  return head + "} ";
}

void MetricsSheet::sample(const std::string& head, Date date, double value) {
  out_ += head;
  out_ += std::isnan(value) ? "NaN" : fmt::format("{}", std::round(value * 1e6) / 1e6);
  fmt::format_to(std::back_inserter(out_), " {}.{:02}\n", run_begins + date / 100, date % 100);
}

}  // namespace spof::report
