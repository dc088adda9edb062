#include <algorithm>

#include "analysis/year/yearly_model.hpp"
#include "base/random.hpp"

namespace spof::report {
namespace {

constexpr std::size_t no_pair = static_cast<std::size_t>(-1);

/// One time that a process is broken.
struct Breakdown {
  std::size_t process;
  double begin, settled, end;  ///< seconds of the year; `begin` below 0: since last year
  std::size_t seed;            ///< whose shape it has
};

/// A date at which something changes.
struct Turn {
  double at;
  enum class What : std::uint8_t { begins, settles, ends } what;
  std::size_t spell;
};

/// How many years to draw: fewer when a year has many failures, so that it takes a second at most.
std::size_t years_for(const YearModel& model) {
  double failures = 1;
  for (const Process& one : model.processes) failures += one.failures() * year_s;
  return static_cast<std::size_t>(std::clamp(1e6 / failures, 200.0, 10000.0));
}

/// One process through all years, with a stream of its own.
class Renewal {
 public:
  Renewal(const Process& process, std::size_t index, std::size_t seeds)
      : process_(process), index_(index), seeds_(seeds), random_(1, "year of " + process.name) {}

  /// The process does not know where a year ends: each begins in its steady state.
  void year(std::vector<Breakdown>& spells) {
    if (process_.rate <= 0) return;
    double now = 0;
    if (random_.chance(process_.broken())) {
      const double age = random_.exponential(process_.repair);
      now = spell(-age, random_.exponential(process_.repair), spells);
    }
    for (now += random_.exponential(1 / process_.rate); now < year_s;
         now += random_.exponential(1 / process_.rate))
      now = spell(now, now + random_.exponential(process_.repair), spells);
  }

 private:
  double spell(double begin, double end, std::vector<Breakdown>& spells) {
    const std::size_t seed = random_.below(seeds_);
    spells.push_back({index_, begin, begin + process_.settle, std::min(end, year_s), seed});
    return end;
  }

  const Process& process_;
  std::size_t index_, seeds_;
  Random random_;
};

/// Goes through one year and adds up what is lost.
class YearWalk {
 public:
  explicit YearWalk(const YearModel& model)
      : model_(model), pair_of_(model.processes.size() * model.processes.size(), no_pair) {
    for (std::size_t i = 0; i < model.pairs.size(); ++i) {
      const Both& pair = model.pairs[i];
      pair_of_[pair.first * model.processes.size() + pair.second] = i;
      pair_of_[pair.second * model.processes.size() + pair.first] = i;
    }
  }

  /// Seconds lost, by class ("all" last) and aspect.
  std::vector<std::array<double, 2>> year(const std::vector<Breakdown>& spells) {
    spells_ = &spells;
    lost_.assign(model_.classes + 1, {});
    broken_.clear();
    turns_.clear();
    for (std::size_t i = 0; i < spells.size(); ++i) {
      turns_.push_back({spells[i].begin, Turn::What::begins, i});
      if (spells[i].settled < spells[i].end)
        turns_.push_back({spells[i].settled, Turn::What::settles, i});
      turns_.push_back({spells[i].end, Turn::What::ends, i});
    }
    std::ranges::stable_sort(turns_, {}, &Turn::at);
    double now = 0;
    for (std::size_t i = 0; i < turns_.size(); ++i) {
      const Turn turn = turns_[i];
      if (turn.at > now) {
        last(now, turn.at);
        now = turn.at;
      }
      if (turn.what == Turn::What::begins) begin(turn.spell, i);
      if (turn.what == Turn::What::ends) std::erase(broken_, turn.spell);
    }
    share_out();
    return lost_;
  }

 private:
  std::size_t pair_of(const Breakdown& one, const Breakdown& other) const {
    return pair_of_[one.process * model_.processes.size() + other.process];
  }

  void begin(std::size_t spell, std::size_t turn) {
    const Breakdown& one = (*spells_)[spell];
    if (one.begin >= 0) transient(one);
    for (const std::size_t other : broken_) {
      const std::size_t pair = pair_of(one, (*spells_)[other]);
      if (pair == no_pair) continue;
      const Turn settles{one.begin + model_.pairs[pair].settle, Turn::What::settles, spell};
      const auto from = turns_.begin() + static_cast<std::ptrdiff_t>(turn) + 1;
      turns_.insert(std::ranges::upper_bound(from, turns_.end(), settles.at, {}, &Turn::at),
                    settles);
    }
    broken_.push_back(spell);
  }

  /// Of the requests that would not have failed anyway.
  void transient(const Breakdown& one) {
    const Losses& losses = model_.processes[one.process].losses;
    for (std::size_t c = 0; c <= model_.classes; ++c)
      for (std::size_t aspect = 0; aspect < 2; ++aspect)
        lost_[c][aspect] +=
            losses[c][one.seed].transient[aspect] * (1 - level(c, aspect, one.begin));
  }

  void last(double from, double to) {
    if (broken_.empty()) return;
    for (std::size_t c = 0; c <= model_.classes; ++c)
      for (std::size_t aspect = 0; aspect < 2; ++aspect)
        lost_[c][aspect] += (to - from) * level(c, aspect, from);
  }

  /// The largest of what is broken and settled: a single process or a pair.
  double level(std::size_t of, std::size_t aspect, double now) const {
    double most = 0;
    for (std::size_t i = 0; i < broken_.size(); ++i) {
      const Breakdown& one = (*spells_)[broken_[i]];
      const Losses& alone = model_.processes[one.process].losses;
      if (now >= one.settled) most = std::max(most, alone[of][one.seed].level[aspect]);
      for (std::size_t j = 0; j < i; ++j) {
        const Breakdown& other = (*spells_)[broken_[j]];
        const std::size_t pair = pair_of(one, other);
        if (pair == no_pair) continue;
        const Both& both = model_.pairs[pair];
        if (now >= std::max(one.begin, other.begin) + both.settle)
          most = std::max(most, both.losses[of][one.seed].level[aspect]);
      }
    }
    return most;
  }

  /// No more than a year is lost in a year; the requests of all are those of the classes.
  void share_out() {
    lost_.back()[1] = 0;
    for (std::size_t c = 0; c <= model_.classes; ++c)
      for (double& seconds : lost_[c]) seconds = std::min(seconds, year_s);
    for (std::size_t c = 0; c < model_.classes; ++c)
      lost_.back()[1] += model_.weights[c] * lost_[c][1];
  }

  const YearModel& model_;
  std::vector<std::size_t> pair_of_;  ///< by two processes; no_pair: not simulated
  const std::vector<Breakdown>* spells_ = nullptr;
  std::vector<std::size_t> broken_;  ///< spells
  std::vector<Turn> turns_;
  std::vector<std::array<double, 2>> lost_;
};

}  // namespace

Years drawn_years(const YearModel& model) {
  std::vector<Renewal> renewals;
  for (std::size_t p = 0; p < model.processes.size(); ++p)
    renewals.emplace_back(model.processes[p], p, model.seeds);
  Years years(model.classes + 1);
  YearWalk sweep(model);
  std::vector<Breakdown> spells;
  for (std::size_t left = years_for(model); left > 0; --left) {
    spells.clear();
    for (Renewal& one : renewals) one.year(spells);
    const auto lost = sweep.year(spells);
    for (std::size_t c = 0; c <= model.classes; ++c)
      for (std::size_t aspect = 0; aspect < 2; ++aspect)
        years[c][aspect].push_back(lost[c][aspect] / year_s);
  }
  return years;
}

}  // namespace spof::report
