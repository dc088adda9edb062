#include "scenario/strikes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "measure/chronicle.hpp"
#include "scenario/topology.hpp"

namespace spof::scenario {
namespace {

double span_of(const fault::Fault& fault) {
  if (const auto* command = std::get_if<fault::Command>(&fault);
      command && command->command == fault::Order::repair)
    return 0;
  if (const auto* restart = std::get_if<fault::RestartDaemon>(&fault)) return restart->down_for;
  const auto& lasts = fault::schedule_of(fault).lasts;
  return lasts ? double(*lasts) : INFINITY;
}

/// The narrowest window, from a second on, that leaves latency.csv readable and memory bounded.
double window_of(const Scenario& scenario) {
  if (scenario.window) return *scenario.window;
  for (const double width : {1., 2., 5., 10., 15., 30., 60., 120., 300., 600., 1800., 3600.})
    if (scenario.duration / width <= 1200) return width;
  return std::ceil(scenario.duration / 1200);
}

/// Seconds from the repair until what a fault struck serves, as far as the scenario says.
double revival_of(const Scenario& scenario, const fault::Fault& fault) {
  if (!measure::effect_of(fault::what_of(fault)).ends_process) return 0;
  const auto* power_off = std::get_if<fault::PowerOff>(&fault);
  const bool replays = power_off || std::holds_alternative<fault::Crash>(fault);
  const std::string target = fault::target_of(fault);
  double longest = 0;
  scenario.each_section([&](const auto& section) {
    for (const auto& daemon : section.hosts) {
      const std::string& host = daemon.first;
      const auto& options = daemon.second;
      if (target != (power_off ? host : fmt::format("{}@{}", options.kind, host))) continue;
      double starts = options.service.start_time;
      if constexpr (requires { options.import_time; })
        starts += options.boot_time + options.import_time;
      if constexpr (requires { options.redo; })
        starts += options.start_time + (replays ? options.redo / options.recovery_speed : 0);
      longest = std::max(longest, starts);
    }
  });
  return longest + (power_off ? double(power_off->boot_time) : 0);
}

/// The earliest date at which it can be: the steps before it take no time.
double earliest(const Scenario& scenario, const fault::Fault& fault, std::size_t steps = 0) {
  const fault::Schedule& when = fault::schedule_of(fault);
  const fault::Fault* before = item_of(scenario.operations, when.after);
  const bool follows = before && steps < scenario.operations.size();
  return when.delay +
         (follows ? earliest(scenario, *before, steps + 1) : double(when.at.value_or(0)));
}

/// From the first of several strikes to another one.
double shift_of(const fault::Schedule& when, double span, int time) {
  return time == 0 ? 0 : time * (when.every ? double(*when.every) : 2 * span);
}

/// A step that is over as soon as it is taken: what comes of it is for the next one to look at.
bool is_a_word(const fault::Fault& fault) {
  const auto* reload = std::get_if<fault::Reload>(&fault);
  return std::holds_alternative<fault::Command>(fault) ||
         (reload && reload->default_backend.empty());
}

/// Numbers strikes and collects them.
class Draft {
 public:
  Draft(const Scenario& scenario, std::optional<std::uint64_t> seed)
      : scenario_(scenario), seed_(seed) {}

  void add(const fault::Fault& fault, const std::string& stream, const std::string& step) {
    const fault::Schedule& when = fault::schedule_of(fault);
    Random random(seed_.value_or(0), stream);
    const double span = !step.empty() && is_a_word(fault) ? 0 : span_of(fault);
    std::vector<std::shared_ptr<const fault::Fault>> parts;
    for (fault::Fault& part : parts_of(scenario_, fault))
      parts.push_back(std::make_shared<fault::Fault>(std::move(part)));
    const auto each = static_cast<std::uint32_t>(parts.size());
    const std::uint32_t first = number_;
    number_ += static_cast<std::uint32_t>(when.times) * each;
    for (int time = 0; time < when.times; ++time) {
      const double shift = shift_of(when, span, time);
      const double begin =
          earliest(scenario_, fault) + shift + (seed_ ? when.jitter * random.uniform() : 0);
      if (begin >= scenario_.duration) break;
      for (std::uint32_t k = 0; k < each; ++k)
        strikes.push_back({parts[k], &fault, begin,
                           when.until ? when.until->date + shift : begin + span,
                           first + static_cast<std::uint32_t>(time) * each + k, step,
                           !when.after.empty() || when.when});
    }
  }

  /// Failures and repairs of one part, each after a time that has forgotten how long it has been.
  void draw(const std::string& kind, const std::string& target) {
    constexpr double year = 365.25 * 86400;
    const FailureRate rate = rate_of(scenario_, kind, target);
    const double per_second = rate.per_year * scenario_.random_failures->times / year;
    const auto fault = fault_of(kind, target);
    if (per_second <= 0 || !fault) return;
    Random random(seed_.value_or(0), "random/" + kind + " of " + target);
    const auto one = std::make_shared<const fault::Fault>(*fault);
    const auto wait = [&](double mean) { return -mean * std::log(random.uniform()); };
    for (double date = wait(1 / per_second); date < scenario_.duration;
         date += wait(1 / per_second)) {
      const double begin = date;
      date += wait(rate.mean_repair);
      strikes.push_back({one, nullptr, begin, date, number_++});
    }
  }

  std::vector<Strike> strikes;

 private:
  const Scenario& scenario_;
  std::optional<std::uint64_t> seed_;
  std::uint32_t number_ = 0;
};

/// What can fail by chance in this way: daemons and hosts of the stack, and links that have a rate
/// of their own.
std::vector<std::string> targets_of(const Scenario& scenario, const std::string& kind) {
  using fault::TargetKind;
  const auto one = fault_of(kind, "");
  if (!one) return {};
  const TargetKind wanted = std::visit([](const auto& it) { return it.target_kind; }, *one);
  std::vector<std::string> targets = topology_of(scenario).parts();
  if (wanted == TargetKind::link) {
    targets.clear();
    for (const auto& [name, unused] : scenario.reliability.rates)
      if (name.starts_with(kind + " of ") && !name.ends_with(" of link"))
        targets.push_back(name.substr(kind.size() + 4));
  }
  std::erase_if(targets, [&](const std::string& target) {
    const bool daemon = target.find('@') != std::string::npos;
    return wanted == TargetKind::daemon ? !daemon : wanted == TargetKind::host && daemon;
  });
  return targets;
}

}  // namespace

std::vector<Strike> strikes_of(const Scenario& scenario, std::optional<std::uint64_t> seed) {
  Draft draft(scenario, seed);
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    draft.add(scenario.faults[i], fmt::format("fault/{}", i), "");
  for (const auto& [name, step] : scenario.operations) draft.add(step, "operation/" + name, name);
  if (scenario.random_failures && seed)
    for (const std::string& kind : scenario.random_failures->kinds)
      for (const std::string& target : targets_of(scenario, kind)) draft.draw(kind, target);
  std::ranges::stable_sort(draft.strikes, {}, &Strike::begin);
  return std::move(draft.strikes);
}

void check_strikes(const Scenario& scenario, Mistakes& mistakes) {
  constexpr int most = 10'000;
  std::int64_t strikes = 0;
  for (const fault::Fault& fault : scenario.faults) strikes += fault::schedule_of(fault).times;
  for (const auto& [name, one] : scenario.operations) strikes += fault::schedule_of(one).times;
  if (strikes > most)
    mistakes.add("/faults", fmt::format("strike {} times in all; at most {}", strikes, most));
}

void warn_of_unseen_repairs(const Scenario& scenario, Mistakes& mistakes) {
  const auto strikes = strikes_of(scenario, std::nullopt);
  for (const fault::Fault& fault : scenario.faults) {
    const auto last = std::find_if(strikes.rbegin(), strikes.rend(),
                                   [&](const Strike& strike) { return strike.written == &fault; });
    if (last == strikes.rend()) continue;
    const fault::Schedule& when = fault::schedule_of(fault);
    const double last_of_all =
        earliest(scenario, fault) + when.jitter + shift_of(when, span_of(fault), when.times - 1);
    if (when.times > 1 && last_of_all >= scenario.duration)
      mistakes.warn(fmt::format("/faults/{}/times", &fault - scenario.faults.data()),
                    fmt::format("the last of {} strikes may be at {:.1f} s; those after the end of "
                                "the run, {:.1f} s, are left out",
                                when.times, last_of_all, double(scenario.duration)));
    if (std::isinf(last->end)) continue;
    const double repaired = last->end + (when.until ? 0 : double(when.jitter));
    const double serves = repaired + revival_of(scenario, fault);
    if (serves >= scenario.duration)
      mistakes.warn(fmt::format("/faults/{}", &fault - scenario.faults.data()),
                    fmt::format("{} of {} is repaired at {:.1f} s, what it struck works again at "
                                "{:.1f} s: the run ends at {:.1f} s, before that can be seen",
                                fault::kind_of(fault), fault::target_of(fault), repaired, serves,
                                double(scenario.duration)));
  }
}

measure::Plan plan_of(const Scenario& scenario, const std::vector<Strike>& strikes) {
  measure::Plan plan;
  plan.classes = names_of(scenario.classes);
  for (const auto& [name, population] : scenario.clients) {
    plan.populations.push_back(name);
    plan.counted.push_back(!population.attacks());
    const auto& retry = population.retry;
    plan.patience =
        std::max<double>(plan.patience, (retry.attempts + 1) * (population.timeout + 1) +
                                            retry.attempts * retry.max_backoff);
  }
  const Topology topology = topology_of(scenario);
  plan.servers = topology.servers;
  plan.parts = topology.parts();
  plan.duration = scenario.duration;
  plan.window = window_of(scenario);
  plan.outage_gap = scenario.outage_gap;
  plan.strikes = strikes.size();
  plan.is_watched = !scenario.prometheus.hosts.empty() || !scenario.people.hosts.empty();
  return plan;
}

}  // namespace spof::scenario
