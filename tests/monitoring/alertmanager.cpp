// When Alertmanager speaks: as it was measured (four kinds of groups, `P_am_synthetic`), and as its
// configuration says.
#include "stack/monitoring/alertmanager.hpp"

#include "support/text.hpp"

using namespace spof;
using namespace spof::stack::monitoring;

namespace {

/// An Alertmanager that is called when it wants to be, and whose notifications arrive at once.
class Desk {
 public:
  explicit Desk(const stack::AlertRoutingOptions& options) : manager(options, 0) {}
  Alertmanager manager;
  std::string told;  ///< "57.8 operator: A+ B-", a line each
  bool reachable = true;

  void until(double date) {
    while (manager.next_due() <= to_millis(date)) {
      const Millis due = manager.next_due();
      for (const Notification& one : manager.flush(due)) {
        told += fmt::format("{:.1f} {}:", to_seconds(due), one.receiver);
        for (const Alert& alert : one.firing) told += " " + alert.name() + "+";
        for (const Alert& alert : one.resolved) told += " " + alert.name() + "-";
        told += "\n";
        if (reachable) manager.delivered(one, due + 100);
      }
    }
  }
  /// As Prometheus posts it, each minute; `end` < 0: it is still on.
  void post(double date, const Labels& labels, double start, double end = -1) {
    until(date);
    const double believed = end < 0 ? date + 240 : end;
    manager.push({{labels, {}, to_millis(start), to_millis(believed)}}, to_millis(date));
  }
  void keep_posting(const Labels& labels, double from, double to) {
    for (double date = from; date <= to; date += 60) post(date, labels, from);
  }
};

Labels named(const std::string& name, const std::string& severity = "page") {
  return {{"alertname", name}, {"severity", severity}};
}

stack::AlertRoutingOptions options() {
  stack::AlertRoutingOptions made;  // 30 s, 5 min, 4 h
  made.receiver = "slow";
  return made;
}

}  // namespace

TEST_CASE("a second alert of a notified group waits for the group's interval") {
  Desk desk(options());
  desk.post(27.7, named("A"), 27.7);
  desk.post(87.7, named("A"), 27.7);
  desk.post(178.4, named("B"), 178.4);
  desk.post(300, named("A"), 27.7);
  desk.post(340, named("B"), 178.4);
  desk.until(700);
  CHECK(desk.told.starts_with("57.7 slow: A+\n357.7 slow: A+ B+\n"));
}

TEST_CASE("one that comes and goes before the interval ends is only told as resolved") {
  Desk desk(options());
  desk.post(55.6, named("A"), 55.6);
  desk.post(189.3, named("B"), 189.3);
  desk.post(200, named("A"), 55.6);
  for (const double date : {249.4, 309.5, 369.5}) desk.post(date, named("B"), 189.3, 249.3);
  desk.keep_posting(named("A"), 370, 730);
  CHECK(desk.told == "85.6 slow: A+\n385.6 slow: A+ B-\n");
}

TEST_CASE("an alert older than group_wait goes out at once, to a new group") {
  Desk desk(options());
  desk.post(71.0, named("A"), 31.0);
  desk.post(186.9, named("B"), 146.9);
  desk.post(300, named("A"), 31.0);
  desk.until(400);
  CHECK(desk.told == "71.0 slow: A+\n371.0 slow: A+ B+\n");
}

TEST_CASE("one that resolves and fires again before the interval ends is not told") {
  Desk desk(options());
  desk.post(11.9, named("A"), 11.9);
  for (const double date : {87.1, 147.2}) desk.post(date, named("A"), 11.9, 87.09);
  for (double date = 189; date < 760; date += 60) desk.post(date, named("A"), 188.4);
  CHECK(desk.told == "41.9 slow: A+\n");
}

TEST_CASE("it is over when Prometheus says so, or says nothing more") {
  Desk desk(options());
  desk.post(0, named("A"), 0);
  desk.post(60, named("A"), 0, 55);
  desk.post(60, named("B"), 60);  // believed until 300
  desk.until(2000);
  CHECK(desk.told == "30.0 slow: A+\n330.0 slow: A- B-\n");
}

TEST_CASE("what has not changed is told again after repeat_interval") {
  stack::AlertRoutingOptions routing = options();
  routing.repeat_interval = 600;
  Desk desk(routing);
  desk.keep_posting(named("A"), 0, 2400);
  // Two ticks later the last one is 600 s minus its delivery ago: not yet.
  CHECK(desk.told == "30.0 slow: A+\n930.0 slow: A+\n1830.0 slow: A+\n");
}

TEST_CASE("what does not arrive is told again at the next interval") {
  Desk desk(options());
  desk.reachable = false;
  desk.keep_posting(named("A"), 0, 240);
  desk.post(300, named("A"), 0);
  desk.reachable = true;
  desk.keep_posting(named("A"), 301, 900);
  CHECK(desk.told == "30.0 slow: A+\n330.0 slow: A+\n");
}

TEST_CASE("a group that is empty is found within 30 s; then an alert makes a new one") {
  for (const double again : {341.0, 361.0}) {
    Desk desk(options());
    desk.post(0, named("A"), 0);
    desk.post(200, named("A"), 0, 199);
    desk.post(again, named("A"), again);
    desk.post(again + 200, named("A"), again);
    desk.until(640);
    const double told = again == 341 ? 630 : 391;
    CHECK(desk.told == fmt::format("30.0 slow: A+\n330.0 slow: A-\n{:.1f} slow: A+\n", told));
  }
}

TEST_CASE("groups that come to their end, as Alertmanager 0.25 was seen to treat them") {
  // Started at 0; 1 s, 4 s, 8 s; observed: resolved told at 10, firing again at 14, 33.2 and 26.
  stack::AlertRoutingOptions routing = options();
  routing.group_wait = 1;
  routing.group_interval = 4;
  routing.repeat_interval = 8;
  struct Case {
    double again, told;
    bool posts_resolved;
  };
  for (const Case& one : {Case{11.5, 14, false}, {32.2, 33.2, false}, {25.3, 26, true}}) {
    Desk desk(routing);
    desk.post(5, named("A"), 5);
    for (double date = 7; date < (one.posts_resolved ? 22 : 8); date += 2)
      desk.post(date, named("A"), 5, 6.9);
    desk.post(one.again, named("A"), one.again);
    desk.until(one.again + 3);
    CHECK(desk.told == fmt::format("6.0 slow: A+\n10.0 slow: A-\n{:.1f} slow: A+\n", one.told));
  }
}

TEST_CASE("routes: the first that fits, or several; groups by labels") {
  stack::AlertRoutingOptions routing = options();
  routing.group_by = {"alertname"};
  stack::AlertRouteOptions route = routing;
  route.receiver = "log";
  route.continues = true;
  route.group_by = {"..."};
  routing.routes.emplace_back("all", route);
  route = routing;
  route.receiver = "pager";
  route.matchers = {"severity=\"page\"", "alertname!~\"C.*\""};
  route.group_wait = 10;
  routing.routes.emplace_back("pages", route);
  const Alertmanager manager(routing, 0);
  CHECK(manager.routes_of(named("A")) == std::vector<std::string>{"all", "pages"});
  CHECK(manager.routes_of(named("Cat")) == std::vector<std::string>{"all"});
  routing.routes[0].second.continues = false;
  CHECK(Alertmanager(routing, 0).routes_of(named("A")) == std::vector<std::string>{"all"});
  routing.routes.erase(routing.routes.begin());
  CHECK(Alertmanager(routing, 0).routes_of(named("Cat")) == std::vector<std::string>{""});

  Desk desk(routing);
  desk.post(0, named("A"), 0);
  desk.post(0, named("B"), 0);
  desk.post(0, named("Cat"), 0);
  desk.post(1, {{"alertname", "A"}, {"severity", "page"}, {"instance", "other"}}, 1);
  desk.until(100);
  CHECK(desk.told == "10.0 pager: A+ A+\n10.0 pager: B+\n30.0 slow: Cat+\n");
}

TEST_CASE("an alert silences others of its host") {
  stack::AlertRoutingOptions routing = options();
  routing.inhibit_rules.push_back({{"alertname=TargetDown"}, {"alertname=~\".*Down\""}, {"host"}});
  Desk desk(routing);
  for (const char* host : {"a", "b"}) desk.post(0, {{"alertname", "NginxDown"}, {"host", host}}, 0);
  desk.post(0, {{"alertname", "TargetDown"}, {"host", "a"}}, 0);
  desk.until(100);
  CHECK(desk.told == "30.0 slow: NginxDown+ TargetDown+\n");
}

TEST_CASE("who is silenced after it was told is not told again, but of its end") {
  stack::AlertRoutingOptions routing = options();
  routing.inhibit_rules.push_back({{"alertname=TargetDown"}, {"alertname=NginxDown"}, {}});
  routing.routes = {{"host", {}}};
  routing.routes.front().second.matchers = {"alertname=TargetDown"};
  routing.routes.front().second.receiver = "pager";
  Desk desk(routing);
  for (const double at : {0., 240., 480., 720.}) desk.post(at, named("NginxDown"), 0);
  for (const double at : {300., 480.}) desk.post(at, named("TargetDown"), 300, 600);
  desk.post(900, named("NginxDown"), 0, 890);
  desk.until(1300);
  CHECK(desk.told ==
        "30.0 slow: NginxDown+\n330.0 pager: TargetDown+\n630.0 pager: TargetDown-\n"
        "930.0 slow: NginxDown-\n");
}

TEST_CASE("a receiver without send_resolved is not told that it is over") {
  stack::AlertRoutingOptions routing = options();
  routing.without_resolved = {"slow"};
  Desk desk(routing);
  desk.post(0, named("A"), 0);
  desk.post(60, named("A"), 0, 59);
  desk.post(400, named("A"), 400);
  desk.until(640);
  CHECK(desk.told == "30.0 slow: A+\n430.0 slow: A+\n");
}

TEST_CASE("wrong matchers are mistakes, each with its place") {
  stack::AlertRoutingOptions routing = options();
  stack::AlertRouteOptions route = routing;
  route.matchers = {"severity", "a=~\"(\"", "ok=\"x\""};
  routing.routes.emplace_back("x/y", route);
  routing.inhibit_rules.push_back({{"a\"=b"}, {"a=\"b\"c\""}, {}});
  Mistakes mistakes;
  check_routing(routing, "/alertmanager", mistakes);
  std::string all;
  for (const Mistake& one : mistakes) all += one.pointer + ": " + one.what + "\n";
  CHECK(test::has(all, "/alertmanager/routes/x~1y/matchers/0: \"severity\" is no matcher"));
  CHECK(test::has(all, "/matchers/1: not a regular expression"));
  CHECK(test::has(all, "/inhibit_rules/0/source_matchers/0"));
  CHECK(test::has(all, "/inhibit_rules/0/target_matchers/0"));
  CHECK(mistakes.size() == 4);
}
