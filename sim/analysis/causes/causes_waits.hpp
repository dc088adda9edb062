#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "analysis/causes/causes_site.hpp"

namespace spof::report {

/// Until when an obstacle may have cost time; a refusal by itself costs none. What a rule refuses
/// by ICMP is mostly silence. [FW-1]
double costs_until(const CausalSite& site, const Obstacle& one);

/// A spell of late answers of a class, and what was measured of all.
struct Wait {
  const CausalSite& site;
  std::size_t request_class;
  Suffered span;
  Tally tally;

  double slowest() const { return span.slowest; }
  /// What the class needs, if it is more than a file; nullopt: a file, or that is not known.
  std::optional<stack::RequestKind> beyond_files() const;
  /// What ailed so while these were sent.
  Obstacles met(Purpose over, Ail ail) const;
};

/// "1, 3 and 7 s": when TCP sends again what nobody takes, as far as they waited. [TCP-1]
std::string sent_again_after(const Wait& wait);

// Reasons for late answers: what is to be said of a class, if that is so; else nothing.

/// What is sent to who has an address no more is lost.
std::string moving_words(const Wait& wait);
/// Who knows an address where it is no more tries on.
std::string stepped_words(const Wait& wait);
/// "in app@server1 all threads were held by read requests waiting for mysql@server2"
std::string held_text(const std::string& holder, const std::string& whose, const std::string& whom);
/// All threads of an application were held by those who need a slow database that these do not.
std::string held_words(const Wait& wait);
/// A load balancer without a free connection, or with no free slot at its servers.
std::string full_words(const Wait& wait);
/// A link on the way carried all it could.
std::string busy_words(const Wait& wait);
/// Nobody could begin to connect: see no_room_words.
std::string crowd_words(const Wait& wait);
std::string spent_words(const Wait& wait);
/// Something was full, and most were late when nothing ailed on anybody's way any more, or was
/// asked, and even those were gone that had waited longest for it: then they queued.
std::string queue_words(const Wait& wait);

/// Without a fault the load itself is the cause.
void add_load(const CausalSite& site, std::vector<Cause>& chain);

}  // namespace spof::report
