#include "analysis/year/yearly_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace spof::report {
namespace {

std::size_t index(Aspect aspect) { return static_cast<std::size_t>(aspect); }

Loss loss_of(const Shape& shape) {
  Loss loss;
  loss.level = {shape.settled_down ? 1.0 : 0.0, std::clamp(shape.settled_share, 0.0, 1.0)};
  loss.transient = {std::max(0.0, shape.transient_outage_s), std::max(0.0, shape.transient_s)};
  return loss;
}

/// "All": down when any class is, failed requests by the classes' weights.
Loss together(const std::vector<std::vector<Loss>>& classes, std::size_t seed,
              const std::vector<double>& weights) {
  Loss all;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const Loss& one = classes[c][seed];
    all.level[0] = std::max(all.level[0], one.level[0]);
    all.transient[0] = std::max(all.transient[0], one.transient[0]);
    all.level[1] += weights[c] * one.level[1];
    all.transient[1] += weights[c] * one.transient[1];
  }
  return all;
}

Losses losses_of(const Shapes& shapes, const YearModel& model) {
  Losses losses(model.classes, std::vector<Loss>(model.seeds));
  for (std::size_t c = 0; c < std::min(model.classes, shapes.size()); ++c)
    for (std::size_t seed = 0; seed < model.seeds && !shapes[c].empty(); ++seed)
      losses[c][seed] = loss_of(shapes[c][seed % shapes[c].size()]);
  std::vector<Loss> all;
  for (std::size_t seed = 0; seed < model.seeds; ++seed)
    all.push_back(together(losses, seed, model.weights));
  losses.push_back(std::move(all));
  return losses;
}

std::size_t most_seeds(const YearlyInput& input) {
  std::size_t most = 1;
  for (const FailureMode& mode : input.modes)
    for (const auto& seeds : mode.classes) most = std::max(most, seeds.size());
  for (const FailurePair& pair : input.pairs)
    for (const auto& seeds : pair.classes) most = std::max(most, seeds.size());
  return most;
}

std::vector<double> weights_of(const std::vector<RequestFlow>& classes) {
  double total = 0;
  for (const RequestFlow& one : classes) total += one.per_second;
  std::vector<double> weights;
  for (const RequestFlow& one : classes)
    weights.push_back(total > 0 ? one.per_second / total : 1 / static_cast<double>(classes.size()));
  return weights;
}

/// Makes processes of the modes that count.
class Builder {
 public:
  Builder(const YearlyInput& input, const std::string& without)
      : input_(input), without_(without), rates_(input.modes.size()), twins_(input.modes.size()) {
    model_.classes = input.classes.size();
    model_.seeds = most_seeds(input);
    model_.weights = weights_of(input.classes);
  }

  YearModel build() {
    for (std::size_t m = 0; m < input_.modes.size(); ++m)
      if (counts(m)) rates_[m] = input_.modes[m].per_year / year_s;
    for (const FailurePair& pair : input_.pairs)
      if (pair.twins && both_count(pair)) ++twins_[pair.first], ++twins_[pair.second];
    for (const FailurePair& pair : input_.pairs)
      if (pair.twins && both_count(pair)) common_cause(pair);
    for (std::size_t m = 0; m < input_.modes.size(); ++m) single(m);
    for (const FailurePair& pair : input_.pairs)
      if (both_count(pair)) independent(pair);
    return std::move(model_);
  }

 private:
  bool counts(std::size_t mode) const {
    const FailureMode& one = input_.modes.at(mode);
    return one.per_year > 0 && (without_.empty() || one.component != without_);
  }
  bool both_count(const FailurePair& pair) const {
    return counts(pair.first) && counts(pair.second) && pair.first != pair.second;
  }

  /// With more than two twins each pair has its part of the common causes.
  void common_cause(const FailurePair& pair) {
    const FailureMode& first = input_.modes[pair.first];
    const FailureMode& second = input_.modes[pair.second];
    const double rate =
        input_.common_cause / year_s *
        std::min(first.per_year / twins_[pair.first], second.per_year / twins_[pair.second]);
    if (rate <= 0) return;
    rates_[pair.first] -= rate;
    rates_[pair.second] -= rate;
    model_.processes.push_back(
        {fmt::format("{} {} + {} {}", first.component, first.kind, second.component, second.kind),
         rate,
         std::max(first.mean_repair_s, second.mean_repair_s),
         pair.settle_s,
         {pair.first, pair.second},
         losses_of(pair.classes, model_)});
  }

  void single(std::size_t m) {
    process_of_.push_back(model_.processes.size());
    if (!counts(m)) return;
    const FailureMode& mode = input_.modes[m];
    model_.processes.push_back({mode.component + " " + mode.kind,
                                std::max(0.0, rates_[m]),
                                mode.mean_repair_s,
                                mode.settle_s,
                                {m},
                                losses_of(mode.classes, model_)});
  }

  void independent(const FailurePair& pair) {
    model_.pairs.push_back({process_of_[pair.first], process_of_[pair.second], pair.settle_s,
                            losses_of(pair.classes, model_)});
  }

  const YearlyInput& input_;
  const std::string& without_;
  std::vector<double> rates_;  ///< by mode, per second, without common causes
  std::vector<int> twins_;     ///< by mode
  std::vector<std::size_t> process_of_;
  YearModel model_;
};

/// A set of processes that, all broken, lose `level`.
struct MinimalCut {
  double level;
  double probability;
  std::size_t first, second;  ///< the same for a single process
  bool single() const { return first == second; }
};

std::vector<MinimalCut> cuts_of(const YearModel& model, std::size_t of, std::size_t seed,
                                Aspect aspect) {
  std::vector<MinimalCut> cuts;
  const auto level = [&](const Losses& losses) { return losses[of][seed].level[index(aspect)]; };
  for (std::size_t p = 0; p < model.processes.size(); ++p)
    if (const Process& one = model.processes[p]; level(one.losses) > 0)
      cuts.push_back({level(one.losses), one.settled(), p, p});
  for (const Both& pair : model.pairs) {
    const double more = level(pair.losses);
    if (more > level(model.processes[pair.first].losses) &&
        more > level(model.processes[pair.second].losses))
      cuts.push_back({more, both_settled(model, pair), pair.first, pair.second});
  }
  std::ranges::stable_sort(cuts, std::greater{}, &MinimalCut::level);
  return cuts;
}

/// The mean over time of the largest level whose cut is broken: the integral over all levels t of
/// the probability that some cut of level t or more is, which is one minus the product over the
/// minimal ones (Esary and Proschan 1963).
double settled_loss(const YearModel& model, std::size_t of, std::size_t seed, Aspect aspect) {
  const std::vector<MinimalCut> cuts = cuts_of(model, of, seed, aspect);
  std::vector<std::vector<std::size_t>> pairs_with(model.processes.size());
  std::vector<bool> minimal(cuts.size(), true);
  double log_good = 0, loss = 0;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const MinimalCut& cut = cuts[i];
    log_good += std::log1p(-cut.probability);
    if (cut.single()) {
      // One that is enough by itself: pairs with it are no minimal cuts any more.
      for (const std::size_t pair : pairs_with[cut.first])
        if (minimal[pair]) {
          minimal[pair] = false;
          log_good -= std::log1p(-cuts[pair].probability);
        }
    } else {
      pairs_with[cut.first].push_back(i);
      pairs_with[cut.second].push_back(i);
    }
    const double next = i + 1 < cuts.size() ? cuts[i + 1].level : 0;
    loss += (cut.level - next) * -std::expm1(log_good);
  }
  return loss;
}

double class_loss(const YearModel& model, std::size_t of, std::size_t seed, Aspect aspect) {
  double good = 1 - settled_loss(model, of, seed, aspect);
  for (const Process& one : model.processes)
    good *= 1 - std::min(1.0, one.failures() * one.losses[of][seed].transient[index(aspect)]);
  return 1 - good;
}

}  // namespace

double Process::settled() const { return repair > 0 ? broken() * std::exp(-settle / repair) : 0; }

double both_settled(const YearModel& model, const Both& pair) {
  const Process& a = model.processes[pair.first];
  const Process& b = model.processes[pair.second];
  if (a.repair <= 0 || b.repair <= 0) return 0;
  return a.broken() * b.broken() * std::exp(-pair.settle * (1 / a.repair + 1 / b.repair));
}

YearModel year_model(const YearlyInput& input, const std::string& without) {
  return Builder(input, without).build();
}

double expected_loss(const YearModel& model, std::size_t of, std::size_t seed, Aspect aspect) {
  if (of < model.classes || aspect == Aspect::time) return class_loss(model, of, seed, aspect);
  double loss = 0;
  for (std::size_t c = 0; c < model.classes; ++c)
    loss += model.weights[c] * class_loss(model, c, seed, aspect);
  return loss;
}

}  // namespace spof::report
