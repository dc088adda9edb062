#include "analysis/matrix/policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/faults.hpp"
#include "analysis/kinds.hpp"
#include "analysis/matrix/matrix.hpp"
#include "base/append_new.hpp"
#include "base/statistics.hpp"
#include "base/words.hpp"

namespace spof::report {
namespace {

using scenario::Disruption;
using scenario::Objective;

/// One policy against one matrix.
class Court {
 public:
  Court(const scenario::Scenario& scenario, const Matrix& matrix, const YearlyInput& input)
      : scenario_(scenario), matrix_(matrix), input_(input) {}

  std::vector<PolicyFinding> all() {
    for (const Objective& one : scenario_.policy) {
      const std::vector<std::string> classes = classes_of(one);
      for (const std::string& name : classes) {
        if (one.availability) availability(one, name);
        if (one.rto)
          for (const Disruption disruption : disruptions_of(one)) rto(*one.rto, name, disruption);
      }
      if (one.rpo)
        for (const Disruption disruption : disruptions_of(one)) rpo(*one.rpo, classes, disruption);
    }
    return std::move(judged_);
  }

 private:
  std::vector<std::string> classes_of(const Objective& one) const {
    std::vector<std::string> names = one.classes;
    if (names.empty())
      for (const auto& [name, unused] : scenario_.classes) names.push_back(name);
    return names;
  }
  /// Those that it names; of all, those that the matrix has a failure of.
  std::vector<Disruption> disruptions_of(const Objective& one) const {
    if (!one.disruptions.empty()) return one.disruptions;
    std::vector<Disruption> all;
    for (std::size_t i = 0; i < names(Disruption{}).size(); ++i)
      for (const MatrixCase& failure : matrix_.cases)
        if (of(failure.finding) == static_cast<Disruption>(i))
          append_new(all, static_cast<Disruption>(i));
    return all;
  }
  Disruption of(const Finding& finding) const {
    return disruption_of(scenario_, finding.target, finding.kind);
  }

  void availability(const Objective& one, const std::string& name) {
    YearlyInput part = input_;
    PolicyFinding made{Asked::availability, name, "any", *one.availability, 1, "", "", false};
    std::vector<std::string> words;
    for (const Disruption disruption : one.disruptions) append_new(words, word(disruption));
    if (!words.empty()) made.disruption = listed(words);
    for (std::size_t i = 0; i < part.modes.size(); ++i)
      if (words.empty() || has(one.disruptions, of(matrix_.cases[i].finding)))
        made.tried = made.tried || part.modes[i].per_year > 0;
      else
        part.modes[i].per_year = 0;
    for (const ClassYear& year : yearly(part).classes)
      if (year.name == name) made.found = 1 - year.down.expected;
    judged_.push_back(std::move(made));
  }

  void rto(double objective, const std::string& name, Disruption disruption) {
    PolicyFinding made{Asked::rto, name, word(disruption), objective, 0, "", "", false};
    for (std::size_t i = 0; i < matrix_.cases.size(); ++i) {
      const Finding& finding = matrix_.cases[i].finding;
      const auto one = std::ranges::find(finding.classes, name, &ClassFinding::name);
      if (of(finding) != disruption || one == finding.classes.end()) continue;
      const double longest =
          one->outage.empty() ? 0 : *std::max_element(one->outage.begin(), one->outage.end());
      // Who fails to the end is the class that is without for longest.
      const bool by_hand =
          one->fate() >= Fate::degraded || (fails_on(finding) && mean(one->outage) > 0 &&
                                            mean(one->outage) >= interruption(finding));
      take(made, finding, by_hand ? input_.modes[i].mean_repair_s : longest,
           by_hand ? "until somebody repairs it" : "");
    }
    judged_.push_back(std::move(made));
  }

  void rpo(double objective, const std::vector<std::string>& classes, Disruption disruption) {
    std::vector<std::string> writers;
    double per_second = 0;
    for (const ClassFinding& one : matrix_.control.classes) {
      const stack::RequestClass* const known = scenario::item_of(scenario_.classes, one.name);
      if (!known || known->kind != stack::RequestKind::write) continue;
      per_second += mean(one.requests) / matrix_.control.lasted;
      if (has(classes, one.name)) writers.push_back(one.name);
    }
    PolicyFinding made{Asked::rpo, listed(writers), word(disruption), objective, 0, "", "", false};
    for (const MatrixCase& failure : matrix_.cases) {
      const double lost = failure.finding.lost_writes;
      if (of(failure.finding) != disruption) continue;
      take(made, failure.finding, lost > 0 ? lost / per_second : 0,
           lost > 0 ? count_text(lost) + " writes" : "");
    }
    judged_.push_back(std::move(made));
  }

  static void take(PolicyFinding& made, const Finding& finding, double found, std::string why) {
    const bool worse = !made.tried || found > made.found;
    made.tried = true;
    if (!worse) return;
    made.found = found;
    if (found <= 0) return;  // no failure is the worst
    made.failure = fault_words(finding.kind, finding.target);
    made.why = std::move(why);
  }

  const scenario::Scenario& scenario_;
  const Matrix& matrix_;
  const YearlyInput& input_;
  std::vector<PolicyFinding> judged_;
};

/// How far it is missed, the same for shares and times.
double missed_by(const PolicyFinding& one) {
  return one.asked == Asked::availability ? (1 - one.found) / std::max(1 - one.objective, 1e-9)
                                          : one.found / std::max(one.objective, 1e-3);
}

}  // namespace

Disruption disruption_of(const scenario::Scenario& scenario, const std::string& target,
                         const std::string& kind) {
  if (scenario::item_of(scenario.shared, target)) return Disruption::site;
  if (const KnownKind* known = known_kind(kind); known && known->disruption)
    return *known->disruption;
  return target.find('@') != std::string::npos ? Disruption::process : Disruption::host;
}

std::vector<PolicyFinding> judged_by(const scenario::Scenario& scenario, const Matrix& matrix,
                                     const YearlyInput& input) {
  return Court(scenario, matrix, input).all();
}

std::string objective_text(const PolicyFinding& one, double value) {
  constexpr double minutes = 120;  // from so many seconds on
  if (one.asked != Asked::availability)
    return value < minutes ? time_text(value) : count_text(value / 60) + " min";
  return fmt::format("{:.7g} %", 100 * value);
}

std::string policy_verdict(const std::vector<PolicyFinding>& policy) {
  if (policy.empty()) return "";
  std::vector<const PolicyFinding*> missed;
  std::size_t unknown = 0;
  for (const PolicyFinding& one : policy) {
    if (one.missed()) missed.push_back(&one);
    unknown += one.tried ? 0 : 1;
  }
  const std::string not_tried =
      unknown == 0 ? "" : fmt::format(" Of {} nothing was run.", counted(unknown, "objective"));
  const std::size_t judged = policy.size() - unknown;
  if (missed.empty())
    return (judged == 0 ? "No objective could be judged."
            : judged == 1
                ? "The one objective that could be judged is met."
                : fmt::format("All {} objectives that could be judged are met.", judged)) +
           not_tried;
  const PolicyFinding& worst = **std::ranges::max_element(
      missed, {}, [](const PolicyFinding* one) { return missed_by(*one); });
  return fmt::format("{} of {} missed, most of all the {} of {} ({}): {} asked, {} found{}.{}",
                     missed.size(), counted(policy.size(), "objective"), word(worst.asked),
                     worst.request_class, worst.disruption, objective_text(worst, worst.objective),
                     objective_text(worst, worst.found),
                     worst.failure.empty() ? "" : ", " + worst.failure, not_tried);
}

}  // namespace spof::report
