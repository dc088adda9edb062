#include "stack/arrivals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spof::stack {
namespace {}  // namespace

ArrivalProcess::ArrivalProcess(const ClientsOptions& options, Random random,
                               std::vector<double> weights, std::vector<std::string> classes,
                               double horizon)
    : options_(options),
      random_(random),
      mix_(random.next(), "mix"),
      weights_(std::move(weights)),
      date_(options.start),
      end_(std::min(horizon, options.stop ? double(*options.stop) : never)) {
  for (const double weight : weights_) total_weight_ += weight;
  highest_ = highest_rate();
  if (options.arrivals == Arrivals::replay)
    replay_.emplace(options.replay_file, std::move(classes));
}

void ArrivalProcess::restart() {
  date_ = options_.start;
  if (replay_) replay_->rewind();
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

ArrivalProcess::Stretch ArrivalProcess::stretch_at(double date) const {
  if (options_.profile.empty()) return {0, never, options_.rate, options_.rate};
  double rate = 0, since = 0;
  for (const RateStep& step : options_.profile) {
    if (step.at > date) return {since, step.at, rate, step.ramp ? double(step.rate) : rate};
    rate = step.rate;
    since = step.at;
  }
  return {since, never, rate, rate};
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
    if (options_.profile.empty() || random_.chance(stretch_at(date).rate_at(date) / highest_))
      return date;
  }
  return never;
}

/// One request for each unit of area under the rate since the one before.
double ArrivalProcess::next_constant() {
  double missing = 1;
  for (double date = date_; date < end_;) {
    const Stretch stretch = stretch_at(date);
    const double rate = stretch.rate_at(date);
    const double area =
        rate + stretch.last > 0 ? (rate + stretch.last) / 2 * (stretch.until - date) : 0;
    if (area >= missing) {
      const double slope = (stretch.last - stretch.rate) / (stretch.until - stretch.from);
      const double then = std::sqrt(std::max(0.0, rate * rate + 2 * slope * missing));
      return date + 2 * missing / (rate + then);
    }
    missing -= area;
    date = stretch.until;
  }
  return never;
}

double ArrivalProcess::next_replayed() {
  const ReplayFile::Row row = replay_->next();
  const std::string& wrong = replay_->wrong().empty() ? row.wrong : replay_->wrong();
  if (!wrong.empty())
    throw std::runtime_error(fmt::format("{}:{}: {}; it was good when the scenario was read",
                                         replay_->path(), replay_->line(), wrong));
  replayed_class_ = row.request_class;
  return row.there ? row.time + options_.start : never;
}

}  // namespace spof::stack
