#pragma once
#include <string>
#include <vector>

#include "measure/recorder.hpp"
#include "scenario/strikes.hpp"
#include "world/site.hpp"

namespace spof::world {

/// Strikes and their repairs, as acts that the recorder hears of when they happen: by the
/// scenario's clock, or earlier by whoever mends what is broken (Switches::mend); steps of a plan,
/// when it is their turn and somebody sees what he waits for.
class Strikes {
 public:
  /// Arms every strike, and every repair that has a date. Lives as long as the site. After
  /// `duration` nobody begins anything more.
  Strikes(Site& site, measure::Recorder& recorder, const std::vector<scenario::Strike>& strikes,
          double duration);
  Strikes(const Strikes&) = delete;
  Strikes& operator=(const Strikes&) = delete;
  /// At the end: which steps were not taken.
  void tell_not_done();

 private:
  struct Act {
    scenario::Strike strike;
    measure::Event event;
    bool in_force = false, has_turn = false, is_done = false;
  };
  void give_turn(Act& act, double delay);
  void look(Act& act);
  void begin(Act& act);
  void strike(Act& act);
  bool is_in_vain(const Act& act) const;
  void arm_end(Act& act);
  void end_step(const std::string& step);
  /// Once: who comes later finds it repaired.
  void end(Act& act);
  void say(const Act& act, measure::What what);

  Site& site_;
  measure::Recorder& recorder_;
  double duration_;
  std::vector<Act> acts_;
};

}  // namespace spof::world
