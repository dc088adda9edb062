#pragma once
#include <string>
#include <vector>

#include "base/options.hpp"
#include "base/units.hpp"

namespace spof::stack {

/// Where alerts go and how they are put together: a `route` of Alertmanager.
struct AlertRouteOptions {
  std::string receiver = "operator";
  std::vector<std::string> matchers;
  std::vector<std::string> group_by;
  Seconds group_wait = 30, group_interval = 300, repeat_interval = 14400;
  bool continues = false;

  template <class Visitor>
  void common_fields(Visitor& visit) {
    visit("receiver", receiver, {.help = "who is told"});
    visit("group_by", group_by,
          {.help = "alerts that are equal in these labels are one notification; [\"...\"]: each is "
                   "one",
           .otherwise = "all of the route are one"});
    visit("group_wait", group_wait,
          {.help = "from the first alert of a new group to its notification; none if the alert is "
                   "older already",
           .source = "MON-5",
           .min = 0});
    visit("group_interval", group_interval,
          {.help = "from there to the next ones, which tell what is new and what is over",
           .source = "MON-5",
           .min = 0.001});
    visit("repeat_interval", repeat_interval,
          {.help = "nothing new: told again after so long, at the group_interval's next end",
           .source = "MON-5",
           .min = 0.001});
  }
  template <class Visitor>
  void fields(Visitor& visit) {
    common_fields(visit);
    visit("matchers", matchers,
          {.help = "for alerts whose labels fit all of them, as severity=\"page\" or "
                   "alertname=~\"Mysql.*\""});
    visit("continue", continues, {.help = "routes behind it are asked too"});
  }
};

/// Alerts that silence others: an `inhibit_rule`.
struct InhibitRuleOptions {
  std::vector<std::string> source_matchers, target_matchers, equal;
  template <class Visitor>
  void fields(Visitor& visit) {
    visit("source_matchers", source_matchers, {.help = "while an alert fires that fits these"});
    visit("target_matchers", target_matchers, {.help = "those that fit these are not told"});
    visit("equal", equal, {.help = "if both are equal in these labels"});
  }
};

/// Alertmanager's configuration. The section itself is the route of every alert that fits none of
/// `routes`, and what those start from. Routes within routes are not modelled: with matchers of
/// both, and `continue`, they can be written one after the other.
struct AlertRoutingOptions : AlertRouteOptions {
  Named<AlertRouteOptions> routes;
  std::vector<InhibitRuleOptions> inhibit_rules;
  /// Receivers that are not told when it is over, as an e-mail's is not by default.
  std::vector<std::string> without_resolved;

  template <class Visitor>
  void fields(Visitor& visit) {
    common_fields(visit);
    AlertRouteOptions& itself = *this;
    visit("routes", Derived{routes, itself},
          {.help = "by name, in this order: the first that fits gets the alert"});
    visit("inhibit_rules", inhibit_rules, {.help = "alerts that silence others"});
    visit("without_resolved", without_resolved,
          {.help = "receivers that are not told that an alert is over (send_resolved: false)"});
  }
};

}  // namespace spof::stack
