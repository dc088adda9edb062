#include "measure/takeovers.hpp"

#include "catch.hpp"

using namespace spof;
using namespace spof::measure;

namespace {

Event strike(What what, const std::string& target, double at, std::vector<std::string> parts = {}) {
  return {.time = at,
          .source = "fault",
          .what = what,
          .target = target,
          .figure = 100,
          .parts = std::move(parts)};
}
Event mended(Event of, double at) {
  of.time = at;
  of.what = What::repaired;
  return of;
}
/// lb2 has heard no advert for `silent` seconds; 0: it was given the address.
Event taken(double at, double silent) {
  return {.time = at,
          .source = "keepalived@lb2",
          .what = What::address_taken_over,
          .target = "10.0.0.100",
          .figure = silent,
          .setting = silent == 0};
}
int needless(const std::vector<Event>& events) { return takeovers_of(events).needless; }

}  // namespace

TEST_CASE("a takeover is needed while the load balancer that had the address is out of order") {
  CHECK(needless({strike(What::crash, "haproxy@lb1", 10), taken(12, 0)}) == 0);
  CHECK(needless({strike(What::power_off, "lb1", 10, {"haproxy@lb1"}), taken(13, 3.6)}) == 0);
  Event fault{.time = 10, .source = "keepalived@lb1", .what = What::vrrp_fault};
  const Event cut = strike(What::link_down, "lb1-nic", 10, {"lb1"});
  CHECK(needless({cut, fault, taken(13, 3.6)}) == 0);
  // Who has dropped it for its link has not got it back when that is up again.
  CHECK(needless({cut, fault, mended(cut, 12), taken(13, 3.6)}) == 1);
  fault.target = "10.0.0.100", fault.version = "link";
  CHECK(needless({cut, fault, mended(cut, 12), taken(13, 3.6)}) == 0);
}

TEST_CASE("nobody needs one after a blip, because of a server, or because Keepalived itself died") {
  const Event freeze = strike(What::hang, "lb1", 10, {"haproxy@lb1", "keepalived@lb1"});
  CHECK(needless({freeze, taken(13, 3.6), mended(freeze, 13.2)}) == 1);
  CHECK(needless({freeze, taken(13, 3.6), mended(freeze, 17)}) == 0);
  CHECK(needless({strike(What::crash, "nginx@server1", 10), taken(14, 0)}) == 1);
  CHECK(needless({strike(What::crash, "keepalived@lb1", 10), taken(13, 3.6)}) == 1);
  CHECK(needless({strike(What::crash, "haproxy@lb2", 10), taken(13, 3.6)}) == 1);
  CHECK(takeovers_of({taken(13, 3.6), taken(20, 0)}).all == 2);
  Event first = taken(13, 0);  // no master was heard, and none gave it up: nobody had it
  first.setting = 0;
  CHECK(takeovers_of({first}).all == 0);
}
