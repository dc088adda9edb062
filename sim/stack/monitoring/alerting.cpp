#include "stack/monitoring/alerting.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace spof::stack::monitoring {

Evaluated GroupRunner::evaluate(SeriesStore& store, Millis now) {
  Evaluated made;
  for (std::size_t i = 0; i < group_->rules.size(); ++i) {
    const Rule& rule = group_->rules[i];
    Answer answer = rule.query.evaluate(store, now);
    Samples samples;
    if (answer.wrong.empty())
      answer.wrong =
          rule.alert.empty() ? record(rule, answer, samples) : alert(i, answer, now, samples, made);
    if (answer.wrong.empty()) {
      write(i, samples, store, now);
    } else {
      const std::string& name = rule.alert.empty() ? rule.record : rule.alert;
      made.wrong.push_back(fmt::format("{}: {}", name, answer.wrong));
    }
  }
  return made;
}

std::string GroupRunner::record(const Rule& rule, const Answer& answer, Samples& samples) {
  for (const Element& one : answer.elements) {
    Labels labels = one.labels;
    labels.set(metric_name, rule.record);
    for (const auto& [name, value] : rule.labels) labels.set(name, value);
    if (!samples.emplace(labels, one.value).second)
      return "two results have the same labels: " + to_text(labels);
  }
  return {};
}

std::string GroupRunner::alert(std::size_t index, const Answer& answer, Millis now,
                               Samples& samples, Evaluated& made) {
  const Rule& rule = group_->rules[index];
  std::map<Labels, ActiveAlert> found;
  for (const Element& one : answer.elements) {
    ActiveAlert fresh;
    fresh.value = one.value;
    fresh.active = now;
    fresh.labels = one.labels;
    fresh.labels.remove(metric_name);
    for (const auto& [name, value] : rule.labels)
      fresh.labels.set(name, expand(value, one.labels, one.value));
    fresh.labels.set("alertname", rule.alert);
    for (const auto& [name, value] : rule.annotations)
      fresh.annotations.emplace_back(name, expand(value, one.labels, one.value));
    if (!found.emplace(fresh.labels, fresh).second)
      return "two results have the same labels: " + to_text(fresh.labels);
  }
  std::map<Labels, ActiveAlert>& active = active_[index];
  take_in(rule, active, found, made);
  for (auto& [labels, one] : active) {
    move_on(rule, one, found.contains(labels), now, made);
    send(one, now, made);
    if (one.state == AlertState::inactive) continue;
    Labels series = labels;
    series.set(metric_name, "ALERTS");
    series.set("alertstate", names(one.state)[static_cast<std::size_t>(one.state)]);
    samples.emplace(series, 1);
  }
  // One that was pending only is forgotten at once.
  std::erase_if(active, [&](const auto& entry) {
    const ActiveAlert& one = entry.second;
    return one.state == AlertState::inactive &&
           (one.fired < 0 || now - one.resolved > resolved_retention);
  });
  return {};
}

/// What is new begins to be pending; of the rest the value is.
void GroupRunner::take_in(const Rule& rule, std::map<Labels, ActiveAlert>& active,
                          std::map<Labels, ActiveAlert>& found, Evaluated& made) const {
  for (auto& [labels, fresh] : found) {
    ActiveAlert& one = active[labels];
    if (one.labels.empty() || one.state == AlertState::inactive) {
      one = fresh;
      made.transitions.push_back({&rule, labels, AlertState::inactive, AlertState::pending});
    } else {
      one.value = fresh.value;
      one.annotations = fresh.annotations;
    }
  }
}

/// `seen`: the expression holds. [MON-4]
void GroupRunner::move_on(const Rule& rule, ActiveAlert& one, bool seen, Millis now,
                          Evaluated& made) const {
  const auto become = [&](AlertState state) {
    made.transitions.push_back({&rule, one.labels, one.state, state});
    one.state = state;
  };
  if (seen) {
    one.unseen = -1;
  } else if (one.state != AlertState::inactive) {
    if (one.state == AlertState::firing && one.unseen < 0) one.unseen = now;
    if (one.state == AlertState::firing && now - one.unseen < rule.keep_for) return;
    become(AlertState::inactive);
    one.resolved = now;
  }
  if (one.state != AlertState::pending || now - one.active < rule.hold) return;
  become(AlertState::firing);
  one.fired = now;
}

/// A firing alert is to be believed for four times the longer of interval and resend delay, so that
/// two lost messages do no harm.
void GroupRunner::send(ActiveAlert& one, Millis now, Evaluated& made) const {
  if (one.fired < 0) return;
  const bool has_news = one.resolved > one.sent;
  if (!has_news && one.sent >= 0 && now - one.sent <= resend) return;
  one.sent = now;
  const Millis believed = now + 4 * std::max(interval_, resend);
  made.to_send.push_back({one.labels, one.annotations, one.fired,
                          one.state == AlertState::inactive ? one.resolved : believed});
}

/// Series that the rule had written before and does not write now end here.
void GroupRunner::write(std::size_t index, const Samples& samples, SeriesStore& store, Millis now) {
  for (const auto& [labels, value] : samples) store.append(labels, now, value);
  for (const auto& [labels, value] : written_[index])
    if (!samples.contains(labels)) store.append(labels, now, stale_mark());
  written_[index] = samples;
}

}  // namespace spof::stack::monitoring
