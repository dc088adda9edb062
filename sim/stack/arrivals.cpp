#include "stack/arrivals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace spof::stack {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::size_t begin = 0;
  while (true) {
    const std::size_t comma = line.find(',', begin);
    cells.push_back(line.substr(begin, comma - begin));
    if (comma == std::string::npos) break;
    begin = comma + 1;
  }
  if (!cells.back().empty() && cells.back().back() == '\r') cells.back().pop_back();
  return cells;
}

}  // namespace

ArrivalProcess::ArrivalProcess(const ClientsOptions& options, Random random,
                               std::vector<double> weights, std::vector<std::string> classes,
                               double horizon)
    : options_(options),
      random_(random),
      mix_(random.next(), "mix"),
      weights_(std::move(weights)),
      classes_(std::move(classes)),
      date_(options.start),
      end_(std::min(horizon, options.stop ? double(*options.stop) : never)) {
  for (const double weight : weights_) total_weight_ += weight;
  highest_ = highest_rate();
  if (options.arrivals != Arrivals::replay) return;
  const std::string& path = options.replay_file;
  file_.open(path);
  std::string header;
  if (!std::getline(file_, header)) throw std::runtime_error(path + ": cannot be read");
  const auto columns = split(header);
  const auto column = [&](const char* name) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
  };
  time_column_ = column("time_s");
  class_column_ = column("class");
  if (time_column_ < 0) throw std::runtime_error(path + ":1: no column time_s");
}

void ArrivalProcess::restart() {
  date_ = options_.start;
  if (!file_.is_open()) return;
  file_.clear();
  file_.seekg(0);
  std::string header;
  std::getline(file_, header);
}

double ArrivalProcess::next() {
  double date = never;
  if (options_.arrivals == Arrivals::poisson) date = next_poisson();
  if (options_.arrivals == Arrivals::constant) date = next_constant();
  if (options_.arrivals == Arrivals::replay) date = next_replayed();
  return date_ = date < end_ ? date : never;
}

std::uint8_t ArrivalProcess::next_class() {
  if (replayed_class_ >= 0) return static_cast<std::uint8_t>(replayed_class_);
  double at = mix_.uniform() * total_weight_;
  for (std::size_t i = 0; i < weights_.size(); ++i)
    if ((at -= weights_[i]) < 0) return static_cast<std::uint8_t>(i);
  return static_cast<std::uint8_t>(weights_.size() - 1);
}

double ArrivalProcess::rate_at(double date) const {
  if (options_.profile.empty()) return options_.rate;
  double rate = 0, since = 0;
  for (const RateStep& step : options_.profile) {
    if (step.at > date)
      return step.ramp && step.at > since
                 ? rate + (step.rate - rate) * (date - since) / (step.at - since)
                 : rate;
    rate = step.rate;
    since = step.at;
  }
  return rate;
}

double ArrivalProcess::highest_rate() const {
  double highest = options_.profile.empty() ? double(options_.rate) : 0;
  for (const RateStep& step : options_.profile) highest = std::max<double>(highest, step.rate);
  return highest;
}

/// Thinning (Lewis and Shedler 1979): candidates at the highest rate, each kept with the odds of
/// now.
double ArrivalProcess::next_poisson() {
  if (highest_ <= 0) return never;
  for (double date = date_; date < end_;) {
    date += random_.exponential(1 / highest_);
    if (options_.profile.empty() || random_.chance(rate_at(date) / highest_)) return date;
  }
  return never;
}

double ArrivalProcess::next_change(double date) const {
  for (const RateStep& step : options_.profile)
    if (step.at > date) return step.at;
  return never;
}

double ArrivalProcess::next_constant() {
  double date = date_;
  for (double rate = rate_at(date); rate <= 0; rate = rate_at(date)) {
    // Nothing arrives at rate 0; on a ramp that begins here, look a little ahead.
    const double change = next_change(date);
    if (change == never) return never;
    date = rate_at(std::nextafter(change, date)) > 0 ? date + (change - date) / 1000 : change;
  }
  return date + 1 / rate_at(date);
}

double ArrivalProcess::next_replayed() {
  std::string line;
  while (std::getline(file_, line)) {
    const auto cells = split(line);
    const auto wanted = static_cast<std::size_t>(time_column_);
    if (cells.size() <= wanted) continue;
    double date = 0;
    const std::string& text = cells[wanted];
    if (std::from_chars(text.data(), text.data() + text.size(), date).ec != std::errc()) continue;
    replayed_class_ = -1;
    if (class_column_ >= 0 && cells.size() > static_cast<std::size_t>(class_column_)) {
      const auto named = std::find(classes_.begin(), classes_.end(),
                                   cells[static_cast<std::size_t>(class_column_)]);
      if (named != classes_.end()) replayed_class_ = static_cast<int>(named - classes_.begin());
    }
    return std::max(date_, date + options_.start);
  }
  return never;
}

}  // namespace spof::stack
