#pragma once
#include <vector>

#include "measure/event.hpp"

namespace spof::measure {

/// How often an address went from one load balancer to another because something was noticed, and
/// how often nobody needed that: no load balancer other than the new one, nor its host or card, was
/// out of order then, or it was back sooner after the takeover than the takeover had waited. What
/// goes back to who had it before is not counted.
struct Takeovers {
  int all = 0, needless = 0;
};
Takeovers takeovers_of(const std::vector<Event>& events);

/// Whether an address went to somebody else; not, if nobody had had it: who takes it then is the
/// first, and not in the place of another.
bool is_takeover(const Event& event);

}  // namespace spof::measure
