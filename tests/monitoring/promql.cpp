// PromQL by hand: numbers that can be worked out on paper, and what is refused, and where.
#include "stack/monitoring/promql.hpp"

#include "support/text.hpp"

using namespace spof;
using namespace spof::stack::monitoring;

namespace {

Labels series(const std::string& name, const std::string& instance = "a") {
  return {{"__name__", name}, {"instance", instance}};
}

std::string evaluate(const SeriesStore& store, const std::string& expression, double now) {
  std::string wrong;
  std::size_t at = 0;
  const Query query = Query::parse(expression, wrong, at);
  if (!wrong.empty()) return fmt::format("{}: {}", at, wrong);
  const Answer answer = query.evaluate(store, to_millis(now));
  std::string out = answer.wrong;
  for (const Element& one : answer.elements)
    out += fmt::format("{}{} {}", out.empty() ? "" : "; ", to_text(one.labels), one.value);
  return out;
}

std::string refused(const std::string& expression) { return evaluate({}, expression, 0); }

}  // namespace

TEST_CASE("a sample counts for five minutes, or until a stale mark") {
  SeriesStore store;
  store.append(series("up"), 10'000, 1);
  CHECK(evaluate(store, "up", 9.999) == "");
  CHECK(evaluate(store, "up", 10) == "up{instance=\"a\"} 1");
  CHECK(evaluate(store, "up", 310) == "up{instance=\"a\"} 1");
  CHECK(evaluate(store, "up", 310.001) == "");
  store.mark_stale(store.series(series("up")), 20'000);
  CHECK(evaluate(store, "up", 19.999) == "up{instance=\"a\"} 1");
  CHECK(evaluate(store, "up", 20) == "");
  store.append(series("up"), 30'000, 0);
  CHECK(evaluate(store, "count_over_time(up[1m])", 30) == "{instance=\"a\"} 2");
}

TEST_CASE("the store forgets what no rule can see, and hands every sample on") {
  SeriesStore store;
  int seen = 0;
  store.on_sample = [&](const Labels&, Point) { ++seen; };
  store.keep(600'000);
  Series& one = store.series(series("up"));
  for (int i = 0; i < 10'000; ++i) store.append(one, i * 15'000, 1);
  store.append(one, 0, 7);
  CHECK(seen == 10'000);
  CHECK(one.points.size() == 41);
}

TEST_CASE("a rate is stretched to the ends of its range, not further than to where it was 0") {
  SeriesStore store;
  for (int i = 0; i <= 4; ++i) store.append(series("n"), 60'000 + 15'000 * i, 100 + 30 * i);
  // Samples at 60, 75, ... 120; the range ends are 10 s from the outer ones: all of 80 s.
  CHECK(evaluate(store, "increase(n[80s])", 130) == "{instance=\"a\"} 160");
  CHECK(evaluate(store, "rate(n[80s])", 130) == "{instance=\"a\"} 2");
  // 70 s before the first sample: too far, half an interval is added.
  CHECK(evaluate(store, "increase(n[140s])", 130) == "{instance=\"a\"} 155");
  store.append(series("n"), 135'000, 10);  // it began again
  CHECK(evaluate(store, "increase(n[15s])", 135) == "{instance=\"a\"} 10");
  CHECK(evaluate(store, "delta(n[15s])", 135) == "{instance=\"a\"} -210");
  for (int i = 0; i <= 4; ++i) store.append(series("young"), 60'000 + 15'000 * i, 15 + 30 * i);
  // It was 0 half an interval earlier.
  CHECK(evaluate(store, "increase(young[70s])", 120) == "{instance=\"a\"} 135");
  CHECK(evaluate(store, "rate(young[10s])", 120) == "");
}

TEST_CASE("two series that match one are said") {
  SeriesStore store;
  for (const char* instance : {"a", "b"})
    for (const char* name : {"m", "n"}) store.append(series(name, instance), 0, 1);
  CHECK(evaluate(store, "m / on() n", 0) == "several series on the right side match {}");
  CHECK(evaluate(store, "m / on() n{instance=\"a\"}", 0) ==
        "several series on the left side match {}");
  CHECK(evaluate(store, "rate({__name__=~\"m|n\"}[1m])", 0) == "");
  CHECK(evaluate(store, "-{__name__=~\"m|n\"}", 0) ==
        "two results have the same labels: {instance=\"a\"}");
}

TEST_CASE("what lies outside is refused, with its place") {
  CHECK(refused("quantile(0.9, up)").starts_with("0: the function \"quantile\" is not modelled;"));
  CHECK(refused("1 + histogram(up)").starts_with("4: the function \"histogram\""));
  CHECK(refused("rates(up[1m])") ==
        "0: the function \"rates\" is not modelled; did you mean \"rate\"?");
  CHECK(refused("up[5m:1m]") == "5: subqueries are not modelled");
  CHECK(refused("(up)[5m]") == "4: subqueries are not modelled");
  CHECK(refused("up @ 5") == "3: @ is not modelled");
  CHECK(refused("a * on(x) group_left b") == "10: group_left is not modelled: one series to one");
  CHECK(refused("rate(up)") == "5: rate takes a range here, not a vector");
  CHECK(refused("abs(up[5m])") == "4: abs takes a vector here, not a range");
  CHECK(refused("up[5m]") == "0: a range is no result; give it to a function, such as rate");
  CHECK(refused("up[5 m]") == "3: expected a duration, such as 5m or 1h30m");
  CHECK(refused("1 > 2") == "2: two numbers are compared with bool, as in 1 > bool 2");
  CHECK(refused("up and 1") == "3: and takes vectors, no number");
  CHECK(refused("up + bool 1") == "3: bool belongs to comparisons");
  CHECK(refused("1 == bool on(a) up") == "2: on and ignoring are for two vectors");
  CHECK(refused("{}") == "0: a selector needs a condition that is not true of an empty value");
  CHECK(refused("up{a=~\"(\"}").starts_with("3: not a regular expression"));
  CHECK(refused("up{a=~\"(?=x)\"}").starts_with("3: RE2 neither looks ahead nor back"));
  CHECK(refused("up{a=\"b}") == "5: the quote is not closed");
  CHECK(refused("up{a=b}") == "5: expected a value in quotes");
  CHECK(refused("up{a}") == "4: expected one of =, !=, =~, !~");
  CHECK(refused("up{") == "3: expected a label");
  CHECK(refused("sum up") == "4: cannot follow: \"up\"");
  CHECK(refused("sum(1)") == "4: sum takes a vector");
  CHECK(refused("up ==") == "5: expected an expression");
  CHECK(refused("up == )") == "6: expected an expression, not \")\"");
  CHECK(refused("5m") == "0: not a number: \"5m\"");
  CHECK(refused("\"text\"") == "0: no function that is modelled takes text");
  CHECK(refused("") == "0: expected an expression");
  CHECK(refused(std::string(5000, '(')).starts_with("100: too many"));
  CHECK(refused(std::string(5000, '-')).starts_with("100: too many"));
}

TEST_CASE("durations as Prometheus writes them") {
  CHECK(parse_duration("1h30m") == 5'400'000);
  CHECK(parse_duration("1d2h3m4s5ms") == 93'784'005);
  CHECK(parse_duration("0") == 0);
  for (const char* wrong : {"", "5", "m", "1m1h", "1m1m", "-5m", "1.5h", "5 m", "99999y", "1h "})
    CHECK(parse_duration(wrong) == -1);
}

TEST_CASE("an expression tells what it reads, and how far back") {
  std::string wrong;
  std::size_t at = 0;
  const Query query =
      Query::parse("rate(a[10m] offset 1m) > 1 and b{x=\"y\"} offset 1h", wrong, at);
  REQUIRE(query.selectors().size() == 2);
  CHECK(query.selectors()[0].name() == "a");
  CHECK(query.selectors()[1].name() == "b");
  CHECK(query.reach() == 3'900'000);
  CHECK(Query::parse("rate(a[10m] offset 1m)", wrong, at).reach() == 660'000);
  CHECK(Query::parse("a offset -1m", wrong, at).reach() == 240'000);  // ahead: nothing is there
  CHECK(wrong.empty());
}
