#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/statistics.hpp"
#include "report/sweep/sweep_formats.hpp"
#include "report/text.hpp"

namespace spof::report {
namespace {

/// More points than this, and the terminal shows the best and the worst of them.
constexpr std::size_t most_rows = 24, best_rows = 8, worst_rows = 8;

/// "5.1 s ± 0.2", "never (2 of 5)"
std::string cell(const measure::Estimate& made, measure::Unit unit) {
  if (made.never == 0 || made.never == made.values.size()) return estimate_text(made, unit);
  return fmt::format("never ({} of {})", made.never, made.values.size());
}

/// "write during"
std::string subject(const SweepColumn& column) {
  return column.about + (column.about.empty() || column.phase.empty() ? "" : " ") + column.phase;
}

/// Which columns tell the points apart, and which do not.
struct Columns {
  std::vector<std::size_t> different, same;
};

Columns split(const Sweep& sweep) {
  Columns columns;
  for (std::size_t i = 0; i < sweep.columns.size(); ++i)
    (differs(sweep, i) ? columns.different : columns.same).push_back(i);
  return columns;
}

/// "lost_writes 0; outage(static) 0 s ... 40 ms"
std::string same_text(const Sweep& sweep, const std::vector<std::size_t>& columns) {
  std::string text;
  for (const std::size_t column : columns) {
    const measure::Unit unit = sweep.columns[column].unit;
    double least = estimate_at(sweep.points.front(), column).mean, most = least;
    for (const SweepPoint& point : sweep.points) {
      const double value = estimate_at(point, column).mean;
      least = std::min(least, value);
      most = std::max(most, value);
    }
    const std::string low = value_text(least, unit), high = value_text(most, unit);
    text += (text.empty() ? "" : "; ") + column_text(sweep.columns[column]) + " " +
            (low == high ? low : low + " \u2026 " + high);
  }
  return text;
}

/// All points in order, or the best and the worst, best first.
std::vector<std::size_t> shown_points(const Sweep& sweep) {
  std::vector<std::size_t> order(sweep.points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= most_rows) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const SweepPoint& one = sweep.points[a];
    const SweepPoint& other = sweep.points[b];
    return std::pair(mean(one.failed), mean(one.slow)) <
           std::pair(mean(other.failed), mean(other.slow));
  });
  order.erase(order.begin() + best_rows, order.end() - worst_rows);
  return order;
}

/// The values of these points, and their figures in these columns; two rows of headings.
std::vector<std::vector<std::string>> rows_of(const Sweep& sweep,
                                              const std::vector<std::size_t>& points,
                                              const std::vector<std::size_t>& columns) {
  std::vector<std::vector<std::string>> rows(2);
  for (std::size_t i = 0; i < sweep.parameters.size(); ++i) {
    rows[0].push_back(short_name(sweep, i));
    rows[1].emplace_back();
  }
  for (const std::size_t column : columns) {
    rows[0].push_back(sweep.columns[column].metric);
    rows[1].push_back(subject(sweep.columns[column]));
  }
  for (const std::size_t point : points) {
    rows.push_back(sweep.points[point].values);
    for (const std::size_t column : columns)
      rows.back().push_back(
          cell(estimate_at(sweep.points[point], column), sweep.columns[column].unit));
  }
  return rows;
}

Table table_of(std::vector<std::vector<std::string>> rows) {
  Table table(std::string(rows.front().size(), 'r'));
  for (auto& row : rows) table.row(std::move(row));
  return table;
}

/// Writes the terminal's summary, part by part.
class Screen {
 public:
  Screen(const Sweep& sweep, const TerminalOptions& options)
      : sweep_(sweep), options_(options), width_(std::max<std::size_t>(options.width, 60)) {}

  std::string show() {
    head();
    const Columns columns = split(sweep_);
    tables(columns.different);
    if (!columns.same.empty())
      out_ += wrapped(options_.spelled(" No difference proven: " + same_text(sweep_, columns.same)),
                      width_, 1) +
              "\n";
    return std::move(out_);
  }

 private:
  void head() {
    out_ += options_.painted("sweep of " + sweep_.name, "1");
    if (!sweep_.title.empty()) out_ += "   " + options_.spelled(sweep_.title);
    out_ += "\n" + options_.spelled(size_text(sweep_)) + "\n";
    for (std::size_t i = 0; i < sweep_.parameters.size(); ++i) {
      std::string values;
      for (const std::string& value : sweep_.parameters[i].values)
        values += (values.empty() ? "" : ", ") + value;
      out_ += wrapped(fmt::format("{} = {}: {}", short_name(sweep_, i),
                                  sweep_.parameters[i].pointer, values),
                      width_, 4) +
              "\n";
    }
    const SweepVerdict made = verdict(sweep_);
    const char* color = made.best == made.worst ? "32" : "33";
    out_ +=
        "\n" + options_.painted(wrapped(options_.spelled(made.text), width_, 0), color) + "\n\n";
  }

  /// As many columns side by side as the line holds, the rest below.
  void tables(const std::vector<std::size_t>& columns) {
    if (columns.empty()) return;
    const std::vector<std::size_t> points = shown_points(sweep_);
    for (std::size_t from = 0; from < columns.size();) {
      std::size_t to = from + 1;
      while (to < columns.size() && fits(points, columns, from, to + 1)) ++to;
      const std::string lines = text_of(points, columns, from, to);
      const std::size_t second = lines.find('\n', lines.find('\n') + 1);
      out_ += options_.painted(lines.substr(0, second), "1") + lines.substr(second) + "\n";
      from = to;
    }
    if (points.size() < sweep_.points.size())
      out_ += fmt::format(" ({} best and {} worst of {} points; sweep.csv has all)\n\n", best_rows,
                          worst_rows, sweep_.points.size());
  }

  std::string text_of(const std::vector<std::size_t>& points,
                      const std::vector<std::size_t>& columns, std::size_t from,
                      std::size_t to) const {
    const auto at = [&](std::size_t i) { return columns.begin() + static_cast<std::ptrdiff_t>(i); };
    return options_.spelled(table_of(rows_of(sweep_, points, {at(from), at(to)})).plain(1));
  }

  bool fits(const std::vector<std::size_t>& points, const std::vector<std::size_t>& columns,
            std::size_t from, std::size_t to) const {
    const std::string text = text_of(points, columns, from, to);
    std::size_t widest = 0;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      widest = std::max(widest, width_of(std::string_view(text).substr(at, end - at)));
      at = end + 1;
    }
    return widest <= width_;
  }

  const Sweep& sweep_;
  const TerminalOptions& options_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string sweep_terminal(const Sweep& sweep, const TerminalOptions& options) {
  return Screen(sweep, options).show();
}

std::string sweep_md(const Sweep& sweep) {
  std::string out = fmt::format("# Sweep of {}\n\n", sweep.name);
  if (!sweep.title.empty()) out += sweep.title + "\n\n";
  out += fmt::format("**{}**\n\n{}, the same for every point.\n\n", verdict(sweep).text,
                     size_text(sweep));
  for (const SweepParameter& parameter : sweep.parameters)
    out += fmt::format("- `{}`: {}\n", parameter.pointer, fmt::join(parameter.values, ", "));
  const Columns columns = split(sweep);
  std::vector<std::size_t> all(sweep.points.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  auto rows = rows_of(sweep, all, columns.different);
  for (std::size_t i = 0; i < rows[0].size(); ++i)
    if (!rows[1][i].empty()) rows[0][i] += " " + rows[1][i];
  rows.erase(rows.begin() + 1);
  if (!columns.different.empty()) out += "\n" + table_of(std::move(rows)).markdown();
  if (!columns.same.empty())
    out += "\nNo difference proven: " + same_text(sweep, columns.same) + ".\n";
  return out +
         "\nMeans over the runs, \u00b1 half of their 95 % interval. Whether points differ is "
         "asked "
         "of the pairs with the same seed.\n";
}

}  // namespace spof::report
