#include "analysis/year/yearly.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "analysis/year/yearly_model.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"

namespace spof::report {
namespace {

std::vector<double> losses_by_seed(const YearModel& model, std::size_t of, Aspect aspect) {
  std::vector<double> losses;
  for (std::size_t seed = 0; seed < model.seeds; ++seed)
    losses.push_back(expected_loss(model, of, seed, aspect));
  return losses;
}
double mean_loss(const YearModel& model, std::size_t of, Aspect aspect) {
  return mean(losses_by_seed(model, of, aspect));
}

/// The value below which this share of the years lies; they are sorted.
double quantile(const std::vector<double>& years, double share) {
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(years.size()));
  return years[std::min(rank, years.size() - 1)];
}

YearShare year_share(const YearModel& model, std::size_t of, Aspect aspect,
                     std::vector<double> years) {
  const std::vector<double> by_seed = losses_by_seed(model, of, aspect);
  std::ranges::sort(years);
  YearShare share;
  share.expected = mean(by_seed);
  const bool interval = by_seed.size() > 1;
  share.low = interval ? std::max(0.0, share.expected - half_width(by_seed)) : std::nan("");
  share.high = interval ? std::min(1.0, share.expected + half_width(by_seed)) : std::nan("");
  share.year_low = quantile(years, 0.05);
  share.year_high = quantile(years, 0.95);
  return share;
}

/// Independent errors add up by their squares. `side`: -1 for a lower bound, 1 for an upper one; a
/// year that lies on the other side, or where it is, adds nothing.
void widen(double& bound, double expected, double other, int side) {
  const double all = std::hypot(std::isnan(bound) ? 0 : bound - expected,
                                std::max(0.0, side * (other - expected)));
  bound = std::clamp(expected + side * all, 0.0, 1.0);
}

/// How far the year is off if the modes of one assumption are.
void vary(const YearlyInput& input, const std::string& assumption, Yearly& year) {
  YearlyInput less = input, more = input;
  double within = 1;
  for (std::size_t m = 0; m < input.modes.size(); ++m) {
    if (input.modes[m].assumption != assumption) continue;
    within = input.modes[m].within;
    less.modes[m].per_year /= within;
    more.modes[m].per_year *= within;
  }
  const YearModel low = year_model(less, ""), high = year_model(more, "");
  for (std::size_t c = 0; c < year.classes.size(); ++c)
    for (const Aspect aspect : {Aspect::time, Aspect::requests}) {
      YearShare& share = aspect == Aspect::time ? year.classes[c].down : year.classes[c].failed;
      widen(share.low, share.expected, mean_loss(low, c, aspect), -1);
      widen(share.high, share.expected, mean_loss(high, c, aspect), 1);
    }
  const double from = mean_loss(low, year.classes.size() - 1, Aspect::time);
  const double until = mean_loss(high, year.classes.size() - 1, Aspect::time);
  if (until - from <= year.hangs_high - year.hangs_low) return;
  year.hangs_on = assumption, year.within = within;
  year.hangs_low = from, year.hangs_high = until;
}

void widen_by_rates(const YearlyInput& input, Yearly& year) {
  std::vector<std::string> assumptions;
  for (const FailureMode& mode : input.modes)
    if (mode.per_year > 0 && mode.within > 1) append_new(assumptions, mode.assumption);
  for (const std::string& one : assumptions) vary(input, one, year);
}

/// What each component's failures lose if nothing else ever fails, and half of what its pairs lose
/// beyond that: the key by which the whole loss is shared out.
class Portions {
 public:
  Portions(const YearlyInput& input, const YearModel& model, std::size_t of, Aspect aspect)
      : input_(input), model_(model), of_(of), aspect_(static_cast<std::size_t>(aspect)) {
    for (const Process& one : model.processes) {
      const double lost = settled(one.losses, one.settled()) + transient(one);
      for (const std::size_t mode : one.modes)
        add(mode, lost / static_cast<double>(one.modes.size()));
    }
    for (const Both& pair : model.pairs) both(pair);
  }
  double of(const std::string& component) const {
    const auto found = lost_.find(component);
    return total_ > 0 && found != lost_.end() ? found->second / total_ : 0;
  }

 private:
  double level(const Losses& losses, std::size_t seed) const {
    return losses[of_][seed].level[aspect_];
  }
  double settled(const Losses& losses, double share_of_time) const {
    double sum = 0;
    for (std::size_t seed = 0; seed < model_.seeds; ++seed) sum += level(losses, seed);
    return sum / static_cast<double>(model_.seeds) * share_of_time;
  }
  double transient(const Process& one) const {
    double sum = 0;
    for (const Loss& loss : one.losses[of_]) sum += loss.transient[aspect_];
    return sum / static_cast<double>(model_.seeds) * one.failures();
  }
  void both(const Both& pair) {
    const Process& first = model_.processes[pair.first];
    const Process& second = model_.processes[pair.second];
    double more = 0;
    for (std::size_t seed = 0; seed < model_.seeds; ++seed)
      more += std::max(0.0, level(pair.losses, seed) -
                                std::max(level(first.losses, seed), level(second.losses, seed)));
    more *= both_settled(model_, pair) / static_cast<double>(model_.seeds);
    add(first.modes.front(), more / 2);
    add(second.modes.front(), more / 2);
  }
  void add(std::size_t mode, double lost) {
    lost_[input_.modes[mode].component] += lost;
    total_ += lost;
  }

  const YearlyInput& input_;
  const YearModel& model_;
  std::size_t of_, aspect_;
  std::map<std::string, double> lost_;
  double total_ = 0;
};

/// Components that can fail, in the order of the input.
std::vector<ComponentYear> components_of(const YearlyInput& input) {
  std::vector<ComponentYear> components;
  for (const FailureMode& mode : input.modes) {
    if (mode.per_year <= 0) continue;
    auto found = std::ranges::find(components, mode.component, &ComponentYear::name);
    if (found == components.end())
      found = components.insert(found, ComponentYear{mode.component, false, 0, {}, {}, {}, {}});
    found->single_point = found->single_point || mode.single_point;
    found->failures += mode.per_year / (1 + mode.per_year * mode.mean_repair_s / year_s);
  }
  return components;
}

void weigh(const YearlyInput& input, const YearModel& model, Yearly& year) {
  for (std::size_t c = 0; c <= model.classes; ++c) {
    const Portions down(input, model, c, Aspect::time), failed(input, model, c, Aspect::requests);
    for (ComponentYear& one : year.components) {
      one.share_of_down.push_back(down.of(one.name));
      one.share_of_failed.push_back(failed.of(one.name));
    }
  }
  for (ComponentYear& one : year.components) {
    const YearModel rest = year_model(input, one.name);
    for (std::size_t c = 0; c <= model.classes; ++c) {
      const ClassYear& all = year.classes[c];
      // Seeds of the rest may be fewer; a year never gets worse by a part that does not fail.
      const auto saved = [&](const YearShare& share, Aspect aspect) {
        return std::max(0.0, share.expected - mean_loss(rest, c, aspect)) * year_s;
      };
      one.saved_down_s.push_back(saved(all.down, Aspect::time));
      one.saved_requests.push_back(saved(all.failed, Aspect::requests) * all.per_second);
    }
  }
}

}  // namespace

Yearly yearly(const YearlyInput& input) {
  const YearModel model = year_model(input, "");
  const Years years = drawn_years(model);
  Yearly year;
  year.with_pairs = !input.pairs.empty();
  year.common_cause = input.common_cause;
  ClassYear all{"all", 0, {}, {}};
  for (std::size_t c = 0; c <= model.classes; ++c) {
    ClassYear one = all;
    if (c < model.classes) {
      one = {input.classes[c].name, input.classes[c].per_second, {}, {}};
      all.per_second += one.per_second;
    }
    one.down = year_share(model, c, Aspect::time, years[c][0]);
    one.failed = year_share(model, c, Aspect::requests, years[c][1]);
    year.classes.push_back(std::move(one));
  }
  widen_by_rates(input, year);
  year.components = components_of(input);
  weigh(input, model, year);
  std::ranges::stable_sort(year.components, std::greater{},
                           [](const ComponentYear& one) { return one.share_of_failed.back(); });
  return year;
}

double nines(double unavailability) {
  if (unavailability <= 0) return never;
  return std::max(0.0, -std::log10(unavailability));
}

}  // namespace spof::report
