#include "stack/monitoring/alertmanager.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/append_new.hpp"

namespace spof::stack::monitoring {
namespace {

constexpr Millis clean_up_interval = 30'000;
constexpr Millis resolve_timeout = 300'000;

std::vector<Matcher> matchers_of(const std::vector<std::string>& texts) {
  std::vector<Matcher> all(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) read_matcher(texts[i], all[i]);
  return all;
}

std::set<Labels> labels_of(const std::vector<Alert>& alerts) {
  std::set<Labels> all;
  for (const Alert& one : alerts) all.insert(one.labels);
  return all;
}

bool is_within(const std::set<Labels>& some, const std::set<Labels>& all) {
  return std::ranges::includes(all, some);
}

Labels group_of(const AlertRouteOptions& route, const Labels& labels) {
  if (has(route.group_by, "...")) return labels;
  Labels group;
  for (const std::string& name : route.group_by) group.set(name, labels.get(name));
  return group;
}

}  // namespace

Alertmanager::Alertmanager(const AlertRoutingOptions& options, Millis start)
    : options_(options), start_(start) {
  for (const auto& [name, route] : options_.routes)
    routes_.push_back({name, &route, matchers_of(route.matchers)});
  routes_.push_back({"", &options_, {}});
  for (const InhibitRuleOptions& one : options_.inhibit_rules)
    inhibitions_.push_back(
        {matchers_of(one.source_matchers), matchers_of(one.target_matchers), one.equal});
}

std::vector<std::size_t> Alertmanager::find_routes(const Labels& labels) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i + 1 < routes_.size(); ++i) {
    if (!fit(routes_[i].matchers, labels)) continue;
    found.push_back(i);
    if (!routes_[i].options->continues) break;
  }
  if (found.empty()) found.push_back(routes_.size() - 1);
  return found;
}

std::vector<std::string> Alertmanager::routes_of(const Labels& labels) const {
  std::vector<std::string> found;
  for (const std::size_t route : find_routes(labels)) found.push_back(routes_[route].name);
  return found;
}

void Alertmanager::push(const std::vector<Alert>& alerts, Millis now) {
  clean_up(now);
  for (Alert alert : alerts) {
    if (alert.ends == 0) alert.ends = now + resolve_timeout;
    const auto [there, is_new] = alerts_.try_emplace(alert.labels, alert);
    // Of the same time on fire: since its first message. [MON-5]
    const Alert& old = there->second;
    if (!is_new && alert.starts > old.starts && alert.starts < old.ends) alert.starts = old.starts;
    there->second = alert;
    for (const std::size_t route : find_routes(alert.labels)) insert(route, alert, now);
  }
}

void Alertmanager::insert(std::size_t route, const Alert& alert, Millis now) {
  const AlertRouteOptions& options = *routes_[route].options;
  const Millis wait = to_millis(options.group_wait);
  const auto [there, is_new] = groups_.try_emplace(Key{route, group_of(options, alert.labels)});
  Group& group = there->second;
  if (is_new) group.due = now + wait;
  group.alerts[alert.labels] = alert;
  if (!group.flushed && alert.starts + wait < now) group.due = now;
}

Millis Alertmanager::next_due() const {
  Millis due = never_due;
  for (const auto& [key, group] : groups_)
    if (!group.alerts.empty()) due = std::min(due, group.due);
  return due;
}

/// A group without alerts goes on as before until it is found, each 30 s: an alert that comes
/// earlier waits for its interval.
void Alertmanager::clean_up(Millis now) {
  const Millis looked = now - (now - start_) % clean_up_interval;
  std::erase_if(groups_, [&](const auto& entry) {
    return entry.second.alerts.empty() && entry.second.emptied <= looked;
  });
  for (auto& [key, group] : groups_) {
    const Millis interval = to_millis(options_of(key).group_interval);
    if (group.alerts.empty() && group.due <= now)
      group.due += ((now - group.due) / interval + 1) * interval;
  }
}

bool Alertmanager::is_inhibited(const Labels& labels, Millis now) const {
  return std::ranges::any_of(inhibitions_, [&](const Inhibition& rule) {
    if (!fit(rule.target, labels)) return false;
    // Alerts that fit both sides do not silence each other.
    const bool two_sided = fit(rule.source, labels);
    return std::ranges::any_of(alerts_, [&](const auto& entry) {
      const auto& [other, alert] = entry;
      const auto same = [&, &other = other](const std::string& name) {
        return other.get(name) == labels.get(name);
      };
      return !alert.is_resolved(now) && fit(rule.source, other) &&
             std::ranges::all_of(rule.equal, same) && !(two_sided && fit(rule.target, other));
    });
  });
}

std::vector<Notification> Alertmanager::flush(Millis now) {
  clean_up(now);
  std::vector<Notification> all;
  for (auto& [key, group] : groups_) {
    if (group.due > now || group.alerts.empty()) continue;
    group.due = now + to_millis(options_of(key).group_interval);
    group.flushed = true;
    Notification made = gather(key, group, now);
    const bool is_muted = made.firing.empty() && made.resolved.empty();
    if (is_muted || !is_news(key, made, now)) {
      forget_resolved(group, now, now);
    } else if (made.firing.empty() && !tells_resolved(key)) {
      delivered(made, now);
    } else {
      if (!tells_resolved(key)) made.resolved.clear();
      all.push_back(std::move(made));
    }
  }
  return all;
}

Notification Alertmanager::gather(const Key& key, const Group& group, Millis now) const {
  Notification made{routes_[key.first].name, options_of(key).receiver, key.second, now, {}, {}};
  for (const auto& [labels, alert] : group.alerts)
    if (!is_inhibited(labels, now))
      (alert.is_resolved(now) ? made.resolved : made.firing).push_back(alert);
  return made;
}

/// Alertmanager 0.25, `notify.go: DedupStage.needsUpdate`. [MON-5]
bool Alertmanager::is_news(const Key& key, const Notification& made, Millis now) const {
  const auto found = told_.find(key);
  if (found == told_.end()) return !made.firing.empty();
  const Told& told = found->second;
  if (!is_within(labels_of(made.firing), told.firing)) return true;
  if (made.firing.empty()) return !told.firing.empty();
  if (tells_resolved(key) && !is_within(labels_of(made.resolved), told.resolved)) return true;
  return told.date < now - to_millis(options_of(key).repeat_interval);
}

void Alertmanager::delivered(const Notification& made, Millis now) {
  const auto route = std::ranges::find(routes_, made.route, &Route::name) - routes_.begin();
  const Key key{static_cast<std::size_t>(route), made.group};
  told_[key] = {labels_of(made.firing), labels_of(made.resolved), now};
  const auto group = groups_.find(key);
  if (group != groups_.end()) forget_resolved(group->second, made.date, now);
}

/// Of those that were over at `date`.
void Alertmanager::forget_resolved(Group& group, Millis date, Millis now) {
  std::erase_if(group.alerts, [&](const auto& entry) { return entry.second.is_resolved(date); });
  group.emptied = now;
}

void check_routing(const AlertRoutingOptions& options, const std::string& pointer,
                   Mistakes& mistakes) {
  const auto check = [&](const std::vector<std::string>& matchers, const std::string& where) {
    for (std::size_t i = 0; i < matchers.size(); ++i) {
      Matcher read;
      const std::string wrong = read_matcher(matchers[i], read);
      if (!wrong.empty()) mistakes.add(fmt::format("{}{}/{}", pointer, where, i), wrong);
    }
  };
  // As Alertmanager has it: a label's name, or "..." alone.
  const auto groups = [&](const std::vector<std::string>& names, const std::string& where) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool letters = std::ranges::all_of(names[i], [](char one) {
        return std::isalnum(static_cast<unsigned char>(one)) || one == '_';
      });
      const bool is_name =
          !names[i].empty() && letters && !std::isdigit(static_cast<unsigned char>(names[i][0]));
      if (!is_name && (names[i] != "..." || names.size() > 1))
        mistakes.add(fmt::format("{}{}/{}", pointer, where, i),
                     "must be a label's name, or \"...\" alone");
    }
  };
  groups(options.group_by, "/group_by");
  for (const auto& [name, route] : options.routes)
    groups(route.group_by, child_pointer("/routes", name) + "/group_by");
  for (const auto& [name, route] : options.routes)
    check(route.matchers, child_pointer("/routes", name) + "/matchers");
  for (std::size_t i = 0; i < options.inhibit_rules.size(); ++i) {
    const std::string where = fmt::format("/inhibit_rules/{}", i);
    check(options.inhibit_rules[i].source_matchers, where + "/source_matchers");
    check(options.inhibit_rules[i].target_matchers, where + "/target_matchers");
  }
}

}  // namespace spof::stack::monitoring
