#include "stack/monitoring/series.hpp"

#include <array>
#include <bit>
#include <charconv>

namespace spof::stack::monitoring {
namespace {

struct DurationUnit {
  std::string_view name;
  Millis length;
};
/// In the order in which they may follow each other.
constexpr std::array<DurationUnit, 7> duration_units = {{{"y", 31'536'000'000},
                                                         {"w", 604'800'000},
                                                         {"d", 86'400'000},
                                                         {"h", 3'600'000},
                                                         {"m", 60'000},
                                                         {"s", 1'000},
                                                         {"ms", 1}}};
constexpr Millis longest_duration = 100 * duration_units[0].length;

constexpr std::uint64_t stale_bits = 0x7ff0000000000002;

}  // namespace

Millis parse_duration(std::string_view text) {
  if (text == "0") return 0;
  Millis sum = 0;
  std::size_t first_allowed = 0;
  if (text.empty()) return -1;
  while (!text.empty()) {
    Millis number = 0;
    if (text[0] == '-') return -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number > longest_duration) return -1;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::string_view unit = text.substr(0, text.find_first_of("0123456789"));
    std::size_t index = first_allowed;
    while (index < duration_units.size() && duration_units[index].name != unit) ++index;
    if (index == duration_units.size()) return -1;
    if (number > longest_duration / duration_units[index].length) return -1;
    sum += number * duration_units[index].length;
    first_allowed = index + 1;
    text.remove_prefix(unit.size());
  }
  return sum <= longest_duration ? sum : -1;
}

const std::string& Labels::get(std::string_view name) const {
  static const std::string none;
  for (const auto& [label, value] : pairs_)
    if (label == name) return value;
  return none;
}

void Labels::set(std::string_view name, std::string value) {
  const auto place = std::ranges::lower_bound(pairs_, name, {}, &Pair::first);
  const bool there = place != pairs_.end() && place->first == name;
  if (value.empty()) {
    if (there) pairs_.erase(place);
  } else if (there) {
    place->second = std::move(value);
  } else {
    pairs_.emplace(place, name, std::move(value));
  }
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') out += '\\';
    out += letter == '\n' ? "\\n" : std::string(1, letter);
  }
  return out + '"';
}

std::string to_text(const Labels& labels) {
  std::string inside;
  for (const auto& [name, value] : labels)
    if (name != metric_name) inside += (inside.empty() ? "" : ", ") + name + "=" + quoted(value);
  const std::string& metric = labels.get(metric_name);
  return inside.empty() && !metric.empty() ? metric : metric + "{" + inside + "}";
}

double stale_mark() { return std::bit_cast<double>(stale_bits); }
bool is_stale(double value) { return std::bit_cast<std::uint64_t>(value) == stale_bits; }

const Point* Series::at(Millis date) const {
  const auto after = std::ranges::upper_bound(points, date, {}, &Point::date);
  if (after == points.begin()) return nullptr;
  const Point& last = *std::prev(after);
  return last.date < date - SeriesStore::look_back || is_stale(last.value) ? nullptr : &last;
}

Series& SeriesStore::series(const Labels& labels) {
  const auto [one, is_new] = series_[labels.get(metric_name)].try_emplace(labels);
  if (is_new) one->second.labels = labels;
  return one->second;
}

void SeriesStore::append(Series& series, Millis date, double value) {
  if (!series.points.empty() && series.points.back().date >= date) return;
  series.points.push_back({date, value});
  while (series.points.front().date < date - reach_) series.points.pop_front();
  if (on_sample) on_sample(series.labels, series.points.back());
}

std::vector<const Series*> SeriesStore::named(const std::string& name) const {
  std::vector<const Series*> found;
  const auto begin = name.empty() ? series_.begin() : series_.find(name);
  for (auto metric = begin; metric != series_.end(); ++metric) {
    for (const auto& [labels, one] : metric->second) found.push_back(&one);
    if (!name.empty()) break;
  }
  return found;
}

}  // namespace spof::stack::monitoring
