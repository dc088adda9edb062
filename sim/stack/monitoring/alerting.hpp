#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "stack/monitoring/rules_file.hpp"

namespace spof::stack::monitoring {

/// As Prometheus sends it to an Alertmanager.
struct Alert {
  Labels labels;  ///< `alertname` among them
  std::vector<std::pair<std::string, std::string>> annotations;
  Millis starts = 0;
  /// When it ended, or until when it is to be believed if nothing more is heard of it.
  Millis ends = 0;
  bool is_resolved(Millis now) const { return ends <= now; }
  const std::string& name() const { return labels.get("alertname"); }
};

enum class AlertState : std::uint8_t { inactive, pending, firing };
constexpr auto names(AlertState) { return std::array{"inactive", "pending", "firing"}; }

/// One element of an alerting rule's expression, as the rule's group remembers it.
struct ActiveAlert {
  AlertState state = AlertState::pending;
  Labels labels;
  std::vector<std::pair<std::string, std::string>> annotations;
  double value = 0;
  Millis active = 0;  ///< the first evaluation that was true
  Millis fired = -1;
  Millis resolved = -1;  ///< firing no more since then
  Millis unseen = -1;    ///< firing, kept by keep_firing_for, since then
  Millis sent = -1;
};

/// A change of state: pending or firing now, or inactive again.
struct Transition {
  const Rule* rule = nullptr;
  Labels labels;
  AlertState from{}, to{};
};

/// What an evaluation led to.
struct Evaluated {
  std::vector<Transition> transitions;
  std::vector<Alert> to_send;      ///< to the Alertmanagers, now
  std::vector<std::string> wrong;  ///< rules that could not be evaluated, and why
};

/// One rule group of a Prometheus server that runs: pending, firing, resolved alerts. Its dates are
/// the caller's. A restart forgets everything: ALERTS_FOR_STATE, by which a real server remembers,
/// is not written.
class GroupRunner {
 public:
  /// A firing alert is sent again so often (`--rules.alert.resend-delay`), a resolved one for so
  /// long.
  static constexpr Millis resend = 60'000, resolved_retention = 900'000;

  /// `interval`: the server's, for groups that have none of their own.
  GroupRunner(const RuleGroup& group, Millis interval)
      : group_(&group),
        interval_(group.interval > 0 ? group.interval : interval),
        active_(group.rules.size()),
        written_(group.rules.size()) {}
  /// From one evaluation to the next.
  Millis interval() const { return interval_; }
  /// Evaluates all rules, one after the other; writes their series, ALERTS among them, into the
  /// store. [MON-4]
  Evaluated evaluate(SeriesStore& store, Millis now);
  const RuleGroup& group() const { return *group_; }
  /// Of the rule of this number, by labels.
  const std::map<Labels, ActiveAlert>& alerts(std::size_t rule) const { return active_[rule]; }

 private:
  using Samples = std::map<Labels, double>;
  std::string record(const Rule& rule, const Answer& answer, Samples& samples);
  std::string alert(std::size_t index, const Answer& answer, Millis now, Samples& samples,
                    Evaluated& made);
  void take_in(const Rule& rule, std::map<Labels, ActiveAlert>& active,
               std::map<Labels, ActiveAlert>& found, Evaluated& made) const;
  void move_on(const Rule& rule, ActiveAlert& one, bool seen, Millis now, Evaluated& made) const;
  void send(ActiveAlert& one, Millis now, Evaluated& made) const;
  void write(std::size_t index, const Samples& samples, SeriesStore& store, Millis now);

  const RuleGroup* group_;
  Millis interval_;
  std::vector<std::map<Labels, ActiveAlert>> active_;  // by rule
  std::vector<Samples> written_;                       // at the evaluation before, by rule
};

}  // namespace spof::stack::monitoring
