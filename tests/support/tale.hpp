#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "measure/plan.hpp"
#include "measure/recorder.hpp"
#include "measure/result.hpp"
#include "support/events.hpp"

namespace spof::test {

/// With a fault that leaves no event behind.
struct Plan : measure::Plan {
  double fault_start = -1;  ///< negative: none
  double fault_end = -1;
};

/// A recorder that hears everything in order of time, in whatever order it is told; besides, of
/// its plan's fault.
class Tale {
 public:
  explicit Tale(const Plan& plan) : plan_(plan) {
    plan_.strikes = 0;
    if (plan.fault_start < 0) return;
    const bool ends = plan.fault_end < plan.duration;
    event(struck(plan.fault_start, measure::What::slow, hidden, ends ? 0 : HUGE_VAL));
    if (ends) event(repaired(plan.fault_end, hidden));
  }
  void request(const measure::Sample& sample) { samples_.push_back(sample); }
  void event(measure::Event event) {
    if (event.role() == measure::Role::fault) ++plan_.strikes;
    events_.push_back(std::move(event));
  }
  void lag(Seconds now, const std::string& replica, Seconds true_lag, double behind) {
    rest_.push_back([=](auto& recorder) { recorder.lag(now, replica, true_lag, behind); });
  }
  void writes(const measure::Writes& writes) {
    rest_.push_back([=](auto& recorder) { recorder.writes(writes); });
  }
  void sent_again(const measure::Sample& sample) {
    rest_.push_back([=](auto& recorder) { recorder.sent_again(sample); });
  }
  void log(const measure::HttpLog& line) {
    rest_.push_back([=](auto& recorder) { recorder.log(line); });
  }

  measure::Result finish() {
    std::stable_sort(samples_.begin(), samples_.end(),
                     [](const auto& a, const auto& b) { return a.end < b.end; });
    std::stable_sort(events_.begin(), events_.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    measure::Recorder recorder(plan_);
    auto next = events_.begin();
    for (const measure::Sample& sample : samples_) {
      for (; next != events_.end() && next->time <= sample.end; ++next) recorder.event(*next);
      recorder.request(sample);
    }
    for (; next != events_.end(); ++next) recorder.event(*next);
    for (const auto& tell : rest_) tell(recorder);
    measure::Result result = recorder.finish();
    std::erase_if(result.events, [](const auto& event) { return event.target == hidden; });
    return result;
  }

 private:
  static constexpr const char* hidden = "somebody";
  measure::Plan plan_;
  std::vector<measure::Sample> samples_;
  std::vector<measure::Event> events_;
  std::vector<std::function<void(measure::Recorder&)>> rest_;
};

}  // namespace spof::test
