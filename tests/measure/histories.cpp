#include "measure/histories.hpp"

#include "catch.hpp"
#include "measure/ledger.hpp"

using namespace spof::measure;

namespace {

/// A primary and a replica, each named as its number in the histories.
struct Pair {
  Ledger ledger;
  Histories& all = ledger.histories;
  std::size_t primary = all.add_log("primary"), replica = all.add_log("replica");
  std::uint64_t write = 0;

  Pair() { all.lead(primary); }
  /// Acknowledged and durable.
  LogEnd commit(std::size_t log, double at = 0) {
    ledger.asked(++write);
    ledger.sent(write);
    const LogEnd end = all.commit(log, {at, 100, 0});
    ledger.committed(write, end, 0);
    ledger.finished(write, true, 0);
    all.secure(log, end.position);
    return end;
  }
  void copy(std::uint64_t position) {
    all.move(replica, {all.end(primary).history, position});
    all.secure(replica, position);
  }
};

}  // namespace

TEST_CASE("a replica is behind by what it has not applied, and as old as the oldest of it") {
  Pair pair;
  for (int i = 0; i < 5; ++i) pair.commit(pair.primary, i);
  CHECK(pair.all.behind(pair.primary).transactions == 0);
  pair.copy(3);
  CHECK(pair.all.behind(pair.replica).transactions == 2);
  CHECK(pair.all.behind(pair.replica).since == 3);
  pair.copy(5);
  CHECK(pair.all.behind(pair.replica).transactions == 0);
}

TEST_CASE("what every log has is forgotten, what one lacks is kept") {
  Pair pair;
  for (int i = 0; i < 5; ++i) pair.commit(pair.primary);
  CHECK(pair.all.after({0, 0}));
  pair.copy(3);
  CHECK(!pair.all.after({0, 2}));
  CHECK(pair.all.after({0, 3}));
  CHECK(!pair.all.after({0, 5}));
}

TEST_CASE("a log that lost its tail and goes on is another history from there") {
  Pair pair;
  for (int i = 0; i < 5; ++i) pair.commit(pair.primary, i);
  const LogEnd replica{0, 5};
  pair.copy(4);
  pair.all.move(pair.primary, {0, 3});
  CHECK(pair.all.common(pair.all.end(pair.primary), replica) == 3);
  const LogEnd now = pair.commit(pair.primary, 9);
  CHECK(now.history == 1);
  CHECK(now.position == 4);
  CHECK(pair.all.common(now, replica) == 3);
  CHECK(pair.all.common(replica, now) == 3);
  CHECK(pair.all.common(now, {0, 2}) == 2);
  CHECK(pair.all.behind(pair.replica).transactions == 1);
  CHECK(pair.all.behind(pair.replica).since == 9);
  CHECK(pair.all.after({1, 3})->committed_at == 9);
  CHECK(pair.all.after({0, 4})->committed_at == 4);
}

TEST_CASE("lost are acknowledged writes of another history than the last primary's") {
  Pair pair;
  for (int i = 0; i < 5; ++i) pair.commit(pair.primary);
  pair.copy(3);
  CHECK(pair.ledger.writes().lost == 0);
  pair.all.lead(pair.replica);
  CHECK(pair.ledger.writes().lost == 2);
  pair.commit(pair.replica);
  pair.commit(pair.primary);
  CHECK(pair.ledger.writes().lost == 3);
  const auto abandoned = pair.all.abandoned();
  REQUIRE(abandoned.size() == 1);
  CHECK(abandoned[0].writer == "primary");
  CHECK(abandoned[0].after == 3);
  // Whoever was told of a failure has lost nothing.
  pair.ledger.asked(99);
  pair.ledger.sent(99);
  pair.ledger.committed(99, pair.all.commit(pair.primary, {0, 100, 0}), 7);
  pair.ledger.finished(99, false, 9);
  CHECK(pair.ledger.writes().lost == 3);
  CHECK(pair.ledger.writes().phantom.number == 1);
  CHECK(pair.ledger.writes().phantom.from == 9);
  CHECK(pair.ledger.writes().phantom.until == 9);
  // And who was the primary in between is again.
  pair.all.lead(pair.primary);
  CHECK(pair.ledger.writes().lost == 1);
}

TEST_CASE("a successor of a successor has both histories before its own") {
  Pair pair;
  const std::size_t third = pair.all.add_log("third");
  pair.commit(pair.primary, 1);
  pair.copy(1);
  pair.commit(pair.replica, 2);
  pair.all.move(third, pair.all.end(pair.replica));
  const LogEnd end = pair.commit(third, 3);
  CHECK(end.history == 2);
  CHECK(end.position == 3);
  CHECK(pair.all.common(end, pair.all.end(pair.replica)) == 2);
  CHECK(pair.all.common(end, pair.all.end(pair.primary)) == 1);
  CHECK(pair.all.after({2, 1})->committed_at == 2);
  CHECK(LogEnd::unpacked(end.packed()).history == 2);
  CHECK(LogEnd::unpacked(end.packed()).position == 3);
}

TEST_CASE("copies of a write that was sent again are one write, of which one is told") {
  Pair pair;
  const auto commit = [&](std::uint64_t id, double date) {
    pair.ledger.sent(id);
    pair.ledger.committed(id, pair.all.commit(pair.primary, {0, 100, 0}), date);
  };
  pair.ledger.asked(1);  // answered by its second copy; the first comes after that
  pair.ledger.sent_again(1);
  commit(1, 5);
  pair.ledger.finished(1, true, 6);
  commit(1, 7);
  CHECK(pair.ledger.writes().acknowledged == 1);
  CHECK(pair.ledger.writes().phantom.number == 0);
  CHECK(pair.ledger.writes().twice.number == 1);
  CHECK(pair.ledger.writes().twice.from == 7);
  pair.ledger.asked(2);  // its client was told of a failure, and three copies come then
  pair.ledger.sent_again(2);
  pair.ledger.finished(2, false, 8);
  for (const double date : {9., 10., 11.}) commit(2, date);
  CHECK(pair.ledger.writes().phantom.number == 1);
  CHECK(pair.ledger.writes().twice.number == 2);
  CHECK(pair.ledger.in_doubt() == 0);
}
