#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/causes/causes_parts.hpp"
#include "measure/words.hpp"

namespace spof::report {
namespace {

using measure::Event;
using measure::Role;

/// What the worst-hit class went through, and from which fault on.
struct Ordeal {
  std::string of;  ///< "write requests failed"
  double from = 0, until = 0;
  double seen = 0;  ///< when the last of their clients knew

  double length() const { return until - from; }
};

struct Step {
  std::string name;
  double from = 0, until = 0;

  double length() const { return until - from; }
};

/// Failures and late answers of a class together.
Ordeal ordeal_of(const CausalSite& site, std::size_t request_class) {
  const std::string name = site.campaign.plan.classes[request_class];
  const Span failed = failures_of(site, request_class), late = slow_answers(site, request_class);
  Ordeal made;
  if (failed.requests > 0) made = {name + " requests failed", failed.from, failed.until};
  if (failed.requests > 0 && late.requests > 0) {
    made = {name + " requests failed or were answered late", std::min(failed.from, late.from),
            std::max(failed.until, late.until)};
  } else if (late.requests > 0) {
    made = {name + " requests were answered late", late.from, late.until};
  }
  made.from = std::max<double>(made.from, site.run.fault_start);
  made.seen = made.until;
  for (const measure::Outage& outage : site.run.stories[request_class].outages)
    made.seen = std::max<double>(made.seen, outage.last_seen);
  return made;
}

Ordeal worst(const CausalSite& site) {
  Ordeal found;
  for (std::size_t i = 0; i < site.campaign.plan.classes.size(); ++i)
    if (Ordeal one = ordeal_of(site, i); one.length() > found.length()) found = std::move(one);
  return found;
}

/// The last event of a role in a span of time.
const Event* last_of(const CausalSite& site, Role role, double from, double until) {
  const Event* found = nullptr;
  for (const Event& event : site.run.events)
    if (event.role() == role && event.time >= from && event.time <= until) found = &event;
  return found;
}

/// Cuts an ordeal at the events that explain its progress.
class Steps {
 public:
  Steps(const CausalSite& site, const Ordeal& ordeal)
      : site_(site), ordeal_(ordeal), at_(ordeal.from) {}

  std::vector<Step> cut() {
    const double repair = site_.run.fault_end;
    const double gap = site_.run.outage_gap;
    const bool to_the_end = ordeal_.until >= site_.run.duration - gap;
    const Event* down = detection(gap);
    if (down && ordeal_.until < repair) {
      reach("noticing it", down->time);
      reach("until the last requests sent before had ended", ordeal_.until);
    } else if (came_back() || std::max(ordeal_.seen, ordeal_.until + gap) < repair) {
      before_repair(to_the_end);
    } else {
      reach("waiting for the repair", repair);
      after_repair(repair, to_the_end);
    }
    return std::move(steps_);
  }

 private:
  void reach(const std::string& name, double date) {
    date = std::clamp(date, at_, ordeal_.until);
    if (date - at_ > 1e-9) steps_.push_back({name, at_, date});
    at_ = date;
  }

  /// Work that comes faster than it is done waits in queues.
  bool only_slow() const {
    return std::all_of(site_.ailments.begin(), site_.ailments.end(),
                       [](const Ailment& ailment) { return ailment.ail() == Ail::slow; });
  }

  /// The event by which a server was taken out, if the ordeal was over soon after it.
  const Event* detection(double gap) const {
    const Event* down = last_of(site_, Role::detected, site_.run.fault_start,
                                std::max(ordeal_.until, ordeal_.seen) + gap);
    return down && ordeal_.until - down->time <= gap ? down : nullptr;
  }

  bool came_back() const {
    return std::all_of(site_.ailments.begin(), site_.ailments.end(),
                       [](const Ailment& ailment) { return ailment.came_back(); });
  }

  /// By systemd, before the ordeal was over. False: nobody was.
  bool reach_restart() {
    double date = -1;
    std::vector<std::string> names;
    for (const Ailment& ailment : site_.ailments) {
      if (ailment.restarted > ordeal_.until + site_.run.outage_gap || ailment.restarted < date)
        continue;
      if (ailment.restarted > date) names.clear();
      date = ailment.restarted;
      names.push_back(ailment.target);
    }
    if (names.empty()) return false;
    reach(fmt::format("until systemd started {} again", listed(names)), date);
    return true;
  }

  void before_repair(bool to_the_end) {
    const bool restarted = reach_restart();
    const Event* ready =
        last_of(site_, Role::ready, site_.run.fault_start, ordeal_.until + site_.run.outage_gap);
    const char* how = restarted ? " served again" : " was started again";
    if (ready) reach("until " + ready->source + how, ready->time);
    const char* rest =
        to_the_end ? "without a repair until the end of the run" : "until it ended by itself";
    if (came_back())
      rest = to_the_end ? "failing on after that, to the end of the run" : "after that";
    reach(rest, ordeal_.until);
  }

  void after_repair(double repair, bool to_the_end) {
    const double late = ordeal_.until + site_.run.outage_gap;
    if (const Event* ready = last_of(site_, Role::ready, repair, late))
      reach("until " + ready->source + " served again", ready->time);
    const Event* up = last_of(site_, Role::restored, at_, late);
    if (up && !to_the_end) reach("until " + up->source + " took " + up->target + " UP", up->time);
    reach(to_the_end    ? "failing on after the repair, to the end of the run"
          : only_slow() ? "working off what had piled up until the repair"
                        : "after the repair",
          ordeal_.until);
  }

  const CausalSite& site_;
  const Ordeal& ordeal_;
  double at_;
  std::vector<Step> steps_;
};

/// Several strikes one after the other have no one chain of steps.
bool struck_again(const CausalSite& site) {
  return std::any_of(site.ailments.begin(), site.ailments.end(), [&](const Ailment& ailment) {
    return ailment.from - site.run.fault_start > site.run.outage_gap;
  });
}

}  // namespace

void add_dominant(const CausalSite& site, std::vector<Cause>& chain) {
  if (site.ailments.empty() || struck_again(site)) return;
  const Ordeal ordeal = worst(site);
  if (ordeal.length() < 0.1) return;
  const auto steps = Steps(site, ordeal).cut();
  if (steps.empty()) return;
  const Step& longest =
      *std::max_element(steps.begin(), steps.end(),
                        [](const Step& a, const Step& b) { return a.length() < b.length(); });
  std::string rest;
  for (const Step& step : steps)
    if (&step != &longest && step.length() >= 0.5)
      rest += fmt::format("{}{}, {}", rest.empty() ? "; besides: " : "; ", step.name,
                          time_text(step.length()));
  const std::string share =
      longest.length() > 0.99 * ordeal.length()
          ? fmt::format("all of the {}", time_text(ordeal.length()))
          : fmt::format("{} of the {}", time_text(longest.length()), time_text(ordeal.length()));
  chain.push_back({.from = longest.from,
                   .until = longest.until,
                   .text = fmt::format("longest step: {}, {} in which {}{}", longest.name, share,
                                       ordeal.of, rest),
                   .dominant = true});
}

}  // namespace spof::report
