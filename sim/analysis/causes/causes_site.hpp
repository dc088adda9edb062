#pragma once
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/causes/causes.hpp"
#include "base/units.hpp"
#include "measure/chronicle.hpp"
#include "stack/request_class.hpp"

namespace spof::report {

using measure::Ail;
using stack::Purpose;
using Names = std::vector<std::string>;

/// A fault of the first run, from the strike until its target works again.
using Ailment = Episode;

/// Somebody who asks somebody, and from when until when: what a failover has told an application
/// replaces what its scenario says.
struct Link {
  scenario::Edge edge;
  Span time{0, never};
};

/// What requests of a class met: somebody on their way, itself able to work, wanted something of a
/// daemon that ailed.
struct Obstacle {
  std::string from, to;  ///< "app@server1", "mysql@server1"
  const scenario::Edge* edge = nullptr;
  const Ailment* ailment = nullptr;
  double asked_until = 0;  ///< from then on others are asked instead

  /// As whoever is at the near end calls it: HAProxy knows what it cannot reach by its line.
  std::string name() const;
};
using Obstacles = std::vector<Obstacle>;
Names froms(const Obstacles& obstacles);
Names tos(const Obstacles& obstacles);
/// Those of these obstacles that are named, in words: "server1 (behind a rule in the firewall of
/// server1)" where rules alone make them so silent, or refuse.
std::string told(const Names& names, const Obstacles& obstacles, Ail ail);
Obstacles those_of(const Obstacles& obstacles, Ail ail);
/// Whether all are processes that hang: the kernel goes on taking connections for these.
bool take_connections(const Obstacles& obstacles);

/// Who depends on whom, from the topology, and what ailed in the first run, from its events. Of
/// what a scenario does not have nothing is said.
class CausalSite {
 public:
  explicit CausalSite(const Campaign& all) : CausalSite(all, all.results.front()) {}
  CausalSite(const Campaign& all, const Result& one);  ///< another run than the first

  const Campaign& campaign;
  const Result& run;
  std::vector<Ailment> ailments;  ///< in order of time

  /// Primaries whose commits waited for space on their disks in this time.
  Names without_space(const Span& time) const;
  /// Who changed the schema of a database in this time, and locked a table.
  Names locking(const Span& time) const;
  /// How the scenario describes a strike: "became 20 times slower", "was told: restore"; empty: as
  /// any of its kind.
  std::string degree(const Ailment& ailment) const;
  /// When a database had what it was told to copy, from a backup or another one; INFINITY: never.
  double copied_at(const Ailment& command) const;
  /// Whether a process began to serve in this time.
  bool started_anew(const std::string& daemon, const Span& time) const;
  /// Databases in which statements waited behind a change of a table that an open transaction kept
  /// from its table.
  Names closed_tables(const Span& time) const;
  /// That requests of these classes waited for one of both, as the end of a sentence; empty: they
  /// did not.
  std::string waited_inside(const std::vector<std::size_t>& classes, const Span& time) const;
  /// What daemons of a section are configured to, where all say the same: "5s" at
  /// "haproxy/timeout/connect". Empty: nobody says, or they differ.
  std::string value(const std::string& path) const;
  double seconds(const std::string& path) const;  ///< that as a time; 0: none
  /// A text with its braces filled: {timeout connect=haproxy/timeout/connect} becomes "timeout
  /// connect (5s)", without a value its name; {was|were} as in in_number.
  std::string filled(std::string text, std::uint64_t count = 1) const;
  /// The value at a JSON pointer of the scenario as text; empty if there is none.
  std::string setting(const std::string& pointer) const;
  /// Of what a daemon's host is configured to: "delay" of "mysql@server2".
  std::string own(const std::string& daemon, const std::string& path) const;
  /// Of the line of a load balancer for this server: "/check/kind".
  std::string server_setting(const std::string& server, const std::string& pointer) const;
  /// When all that was struck worked again, or at least was repaired; at most the last repair.
  double ended() const;
  /// Which tiers a class needs, as far as its scenario says.
  std::optional<stack::RequestKind> kind(std::size_t request_class) const;
  /// What a class met over wires of a purpose; those to a database are all alike.
  Obstacles met(std::size_t request_class, Purpose over) const;
  /// The same of several classes, and what any class met.
  Obstacles met(const std::vector<std::size_t>& classes, Purpose over) const;
  Obstacles met(Purpose over) const;
  /// The far ends of a purpose that do not ail, as seen from a daemon; empty `from`: from any. Not
  /// who shares an address with one that does.
  Names well(Purpose over, const std::string& from) const;
  /// What ails this daemon to somebody on `from_host` (empty: on no host of its own), or what this
  /// daemon wants from there; nullptr: nothing.
  const Ailment* ails(const std::string& daemon, const std::string& from_host) const;
  /// All daemons that something ails; not who only has an operator's command.
  Names ailing() const;
  /// Those that this ails.
  Names ailing(const Ailment& ailment) const;
  /// Whether requests of a class may come to a daemon, or their clients ask it for a name.
  bool is_on_way(std::size_t request_class, const std::string& daemon) const;
  /// Whether a daemon ails so to somebody on `from_host`.
  bool troubles(const Ailment& ailment, const std::string& daemon,
                const std::string& from_host) const;
  /// What struck a link that is no host's card, or the users' own, or a disk: whom it concerns is
  /// not known.
  bool is_nobodys(const Ailment& ailment) const;

 private:
  Names way_of(stack::RequestKind kind) const;
  Obstacles all_met(stack::RequestKind kind, const Names& way) const;
  std::vector<Link> links_;     ///< each wire, and those that came with a failover
  std::vector<Names> ways_;     ///< by class
  std::vector<Obstacles> met_;  ///< by class
};

/// From an event until the next of this kind of the same source; INFINITY: there is none.
Span until_next(const CausalSite& site, const Event& event, What ends);
/// The same of a closed table, until the change of it had got it, had given up, or was gone.
Span closed_time(const CausalSite& site, const Event& closed);
/// Why statements waited where tables were closed.
std::string closed_words(const Names& databases);

/// Requests of a class, by scheduled arrival.
struct Suffered : Span {
  std::uint64_t requests = 0;
  double slowest = 0;       ///< seconds, of those that were answered
  std::uint64_t again = 0;  ///< sent again by their clients
  void add(const Suffered& other) {
    cover(other);
    requests += other.requests;
    slowest = std::max(slowest, other.slowest);
    again += other.again;
  }
};
/// Covers nothing yet.
inline constexpr Span no_span{INFINITY, -INFINITY};

/// Correct answers that came too late to be normal; `requests` 0: none.
Suffered slow_answers(const CausalSite& site, std::size_t request_class);
/// The same by spells, with a pause between them that would end an outage, if these are not many;
/// few are left out, where another has more.
std::vector<Suffered> slow_spells(const CausalSite& site, std::size_t request_class);
/// The windows in which such requests were due, from the fault on.
std::vector<Suffered> late_windows(const CausalSite& site, std::size_t request_class);
/// Whether no request of a class that was due in a time, as far as windows tell, had an answer
/// before the last repair: what failed up to that time may have ended with the repair. Not in no
/// time at all.
bool nobody_answered(const Result& run, std::size_t request_class, const Span& time);
/// All failures of a class that reach beyond the fault.
Suffered failures_of(const CausalSite& site, std::size_t request_class);

/// Of a command: it gives up what a database has, for a copy of something else.
bool copies_anew(const std::string& degree);

/// An operator's command by which a load balancer sends a server nothing new.
constexpr bool takes_out(const Event& event) {
  return event.what == What::maint || event.what == What::drain;
}

constexpr bool moves_address(const Event& event) {
  return event.what == What::address_taken_over || event.what == What::address_taken_back;
}

/// A load balancer that gave an address up beside another that had it, after it had been the last
/// to announce itself: whoever sends to that address goes on sending there, to nobody. [VR-10]
struct SilentStep {
  const Event* event = nullptr;  ///< BACKUP, or FAULT
  std::string owner;             ///< the host that has the address; empty: one of several
  double until = 0;              ///< somebody has announced himself, or the entry is forgotten
};
std::vector<SilentStep> silent_steps(const CausalSite& site);
/// Whom clients still sent to for that reason in this span, or when requests of these classes
/// failed; empty: nobody.
std::string silent_step_words(const CausalSite& site, const Span& span);
/// Where those who began to connect in this span found no room on the way of these classes; empty:
/// nowhere. A firewall that knows as many connections as it may lets nobody open one, and without
/// SYN cookies a flood leaves no room. [FW-3] [FW-5]
std::string no_room_words(const CausalSite& site, const std::vector<std::size_t>& classes,
                          const Span& span);
/// The same of all that failed in all runs, where most of it met nobody who ailed; empty: it did.
std::string no_room_for_most(const Campaign& campaign);
/// Addresses on the way of a class that moved in a span, or that nobody had from then on:
/// "10.0.0.100 moved to lb2", "nobody had 10.0.0.100 from 41.3 to 84.9 s".
Names moves(const CausalSite& site, std::size_t request_class, const Span& span);
/// What is said of something slow: " lost packets".
std::string slowness(What kind);
/// Why those got no answer over wires of a purpose who met nobody there that was silent; empty:
/// that is not known.
std::string unanswered_words(const CausalSite& site, Purpose over,
                             const std::vector<std::size_t>& classes, const Span& span);
/// Why an address stays where its priority was lowered; empty: it does not, or that is not known.
std::string unmoved_words(const CausalSite& site, const Event& event);
/// The host that has an address at a date; empty: that is not known, or it does not move.
std::string owner_of(const CausalSite& site, const std::string& address, double date);
/// Whether it is of a load balancer that nobody came by then: another host had the address that
/// clients know.
bool is_by_standby(const CausalSite& site, const Event& event);

/// Whether whom an obstacle is about may have the address that clients connect to in a time. An
/// address that does not move it has.
bool may_have_address(const CausalSite& site, const Obstacle& one, const Span& time);
/// Hosts that may have the address that an event is about, but for who tells it.
Names rivals(const CausalSite& site, const Event& event);
/// Clients come by the address that an event is about.
bool is_door(const CausalSite& site, const Event& event);
/// Requests of a class come by it, to a door or to a database.
bool comes_by(const CausalSite& site, const Event& event, std::size_t request_class);

/// Who answered what, when, and why.
void add_failures(const CausalSite& site, std::vector<Cause>& chain);
/// Who waited for whom.
void add_waits(const CausalSite& site, std::vector<Cause>& chain);
/// Faults, repairs, and who serves again.
void add_faults(const CausalSite& site, std::vector<Cause>& chain);
/// What HAProxy's checks saw or, if anybody was `harmed`, why they saw nothing.
void add_checks(const CausalSite& site, bool harmed, std::vector<Cause>& chain);
/// What load balancers did to their servers.
void add_servers(const CausalSite& site, std::vector<Cause>& chain);
/// Whether there are any, and all of these sections.
bool are_all_of(const Names& daemons, const Names& sections);
/// Where what is asked of this server may come to.
Names behind_line(const CausalSite& site, const std::string& server, stack::RequestKind needs);
/// How far the health checks of the load balancers reach that missed a strike, in words; empty:
/// they differ.
std::string reach_of_checks(const CausalSite& site, std::uint32_t strike);
/// What ailed behind a server in this time, where its checks ask nobody who did; empty: they do.
Names blind_spots(const CausalSite& site, const std::string& server, const Span& time);
/// What a manager of the databases saw and did, what semi-synchronous replication and old primaries
/// did.
void add_manager(const CausalSite& site, std::vector<Cause>& chain);
/// Whom monitoring or customers called, when somebody came, and what he did.
void add_people(const CausalSite& site, std::vector<Cause>& chain);
/// When an operator was first told of something, from a date on; nullptr: nobody told him.
const Event* first_told(const Result& run, double since);
/// Replication, stale reads, writes lost or committed in spite of a failure.
void add_data(const CausalSite& site, std::vector<Cause>& chain);
/// The steps of the worst outage, or of the worst wait; the longest is named.
void add_dominant(const CausalSite& site, std::vector<Cause>& chain);

/// "608 write and 705 read requests"; a count of one is singular.
std::string requests_text(const std::vector<std::pair<std::string, std::uint64_t>>& by_class,
                          const char* nouns = "{request|requests}");

}  // namespace spof::report
