#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/append_new.hpp"
#include "base/mistakes.hpp"
#include "stack/monitoring/alerting.hpp"
#include "stack/monitoring/routing_options.hpp"

namespace spof::stack::monitoring {

/// What a receiver is told.
struct Notification {
  std::string route;  ///< "" of the section itself
  std::string receiver;
  Labels group;                         ///< the labels of group_by
  Millis date = 0;                      ///< when it was made
  std::vector<Alert> firing, resolved;  ///< by labels
};

/// A notification on its way to a person.
struct Call {
  Notification notification;
  std::function<void(const std::string& who)> arrived;  ///< for whoever has got it
};

/// Alertmanager 0.25 without its network: alerts in, notifications out, dates are the caller's.
/// Silences, time intervals and several Alertmanagers that talk to each other are not modelled.
class Alertmanager {
 public:
  /// `start`: it looks for empty groups every 30 s from then on.
  Alertmanager(const AlertRoutingOptions& options, Millis start);
  Alertmanager(const Alertmanager&) = delete;  // routes_ leads into options_

  /// As its API takes them. An alert of `ends` 0 ends 5 minutes after the last time it was pushed.
  void push(const std::vector<Alert>& alerts, Millis now);
  /// When `flush` has to be called next; never_due: not before a push.
  Millis next_due() const;
  /// All groups that are due. Of a notification that has reached its receiver `delivered`
  /// is to be told: until then it is made again at each group_interval.
  std::vector<Notification> flush(Millis now);
  void delivered(const Notification& notification, Millis now);

  /// Which routes an alert takes, by name ("": the section itself).
  std::vector<std::string> routes_of(const Labels& labels) const;

  /// The notification log: what receivers know, by route and group.
  struct Told {
    std::set<Labels> firing, resolved;
    Millis date = 0;
  };
  using Key = std::pair<std::size_t, Labels>;  // a route and the labels of its group
  using Log = std::map<Key, Told>;
  const Log& log() const { return told_; }
  void know(const Log& log) { told_ = log; }

 private:
  struct Route {
    std::string name;
    const AlertRouteOptions* options;
    std::vector<Matcher> matchers;
  };
  struct Inhibition {
    std::vector<Matcher> source, target;
    std::vector<std::string> equal;
  };
  struct Group {
    Millis due = 0, emptied = 0;
    bool flushed = false;
    std::map<Labels, Alert> alerts;
  };

  const AlertRouteOptions& options_of(const Key& key) const { return *routes_[key.first].options; }
  bool tells_resolved(const Key& key) const {
    return !has(options_.without_resolved, options_of(key).receiver);
  }
  std::vector<std::size_t> find_routes(const Labels& labels) const;
  bool is_inhibited(const Labels& labels, Millis now) const;
  void insert(std::size_t route, const Alert& alert, Millis now);
  void clean_up(Millis now);
  Notification gather(const Key& key, const Group& group, Millis now) const;
  bool is_news(const Key& key, const Notification& made, Millis now) const;
  static void forget_resolved(Group& group, Millis date, Millis now);

  AlertRoutingOptions options_;
  Millis start_;
  std::vector<Route> routes_;  // the section itself comes last
  std::vector<Inhibition> inhibitions_;
  std::map<Labels, Alert> alerts_;
  std::map<Key, Group> groups_;
  Log told_;
};

/// What is wrong with the matchers, by the pointer of the section.
void check_routing(const AlertRoutingOptions& options, const std::string& pointer,
                   Mistakes& mistakes);

}  // namespace spof::stack::monitoring
