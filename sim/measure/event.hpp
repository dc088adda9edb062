#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "measure/what.hpp"

namespace spof::measure {

/// How a health check failed, or what counts as a failed one.
enum class CheckFailure : std::uint8_t {
  none,
  no_connection,  ///< L4TOUT
  no_route,       ///< L4CON: the operating system gave up before the check did
  refused,        ///< L4CON
  no_handshake,   ///< L6TOUT: connected, and no TLS
  handshake,      ///< L6RSP: no TLS, or a certificate that is not trusted
  reset,          ///< SOCKERR: connected, and closed before the request was read
  closed,         ///< L7RSP: closed without an answer
  no_answer,      ///< L7TOUT
  status,         ///< L7STS: an answer with an error
  errors,         ///< too many errors in a row in the traffic
};
struct CheckResult {
  CheckFailure failure = CheckFailure::none;
  int figure = 0;  ///< the status; how many errors
};

/// What a rule in a host's packet filter does to packets.
struct FilterRule {
  bool drops = false;        ///< in silence
  bool refuses = false;      ///< with an answer
  bool incoming = true;      ///< to its host, otherwise from it
  bool established = false;  ///< of connections that stand already, too
  std::uint16_t port = 0;    ///< that they are sent to; 0: every packet
};

/// A change of state of a component, and why.
struct Event {
  Seconds time = 0;
  std::string source = {};  ///< who says so: "haproxy@lb1", "fault"
  What what = What::repaired;
  std::string target = {};  ///< whom it concerns: "server1", "mysql@server1"; may be empty
  CheckResult check = {};   ///< of `down`, `check_failed`
  FilterRule rule = {};     ///< of `firewall_rule`
  /// - faults: seconds they are planned to last; infinite: for good
  /// - `up`: checks that passed; `check_failed`: more of them, and it is DOWN
  /// - `disabled`: failures that it takes; `setting`: for so many seconds
  /// - `accepting`, `recovered`: seconds it took; `transactions_lost`,
  ///   `relay_log_purged`, `writes_left_behind`: how many
  /// - `started`: seconds after its end
  /// - `replication_stopped`: seconds without a heartbeat; 0: the connection was lost
  /// - `replication_broken`: transactions that the source lacks; 0: it refuses for now; negative:
  ///   so many writes of the replica's own
  /// - `primary_silent`: more failed looks and it is dead; `primary_dead`: failed looks
  /// - `rebuilt`, `table_open`: seconds it took; `restored`: age of what it has, seconds
  /// - `table_full`: its entries; `stopped`: attempts to connect; `connections_taken`: how many
  /// - `alert_firing`: seconds it was pending; `alert_resolved`: it fired; `notified`: since it
  ///   fires; `acknowledged`: since the operator was told
  /// - `rolled_back`: the share that failed; `migrated`: 1: its client left, 2: done without that
  /// - `address_taken_over`: seconds since the last advert; 0: none was heard
  /// - `priority_lowered`, `priority_raised`, `rival_heard`, `vrrp_backup`: a priority
  double figure = 0;
  /// - `transactions_lost`: flush_log_at_trx_commit
  /// - `address_taken_over`: 1 if the master gave it up
  /// - `replication_started`, `replication_stopped`: by command, 1 of the applier, 2 of all
  /// - `notified`: 1 if it says that the alert is over (`beyond`: who reads it; empty: nobody)
  /// - faults: 1 if somebody is to repair it, at no date; `repaired_by`: 1 if it was not broken yet
  /// - `promoted`: transactions it holds; `replication_broken`, `writes_left_behind`: those that
  ///   both logs hold; `source_changed`: 1 if it was a primary
  /// - `release`, `deployed`: 1 if the release has a bug; `no_server`: 1 in mode tcp
  /// - `migrating`, `migrated`: 1 if it locks a table; `table_open`: 1: it, 2: its client gave up
  int setting = 0;
  /// Of `release`, `deployed`; of Keepalived's: what it tracks, and is bad or good; of a name
  /// server's: its addresses; of a manager's: by what means, why, the primary it knows, "none" of
  /// `failed_over`: it tells nobody; of `stopped`: the rule; of an alert: its name; of an
  /// operator's: the action; of a fault: the step of a plan that it is; of `not_done`: what it
  /// waits for; of `struck_in_vain`: the kind.
  std::string version = {};
  std::uint32_t strike = 0;  ///< of a fault and its repair: which of the scenario's strikes
  /// Of `notified`: the receiver. Of a struck link: hosts whose card it is; of a host without power
  /// or frozen: its daemons; of a partition: the hosts on its one side, and on the other; of a slow
  /// disk, `beyond`: whose it is; of a firewall rule for one peer, `beyond`: that; of a
  /// weight of 0: whose it is.
  std::vector<std::string> parts = {}, beyond = {};
  std::string told = {};  ///< its sentence, where it was read back from a file

  Role role() const { return role_of(what); }
};

/// The sentence for people, as in column `detail` of events.csv: "L4CON, connection refused; 2 more
/// and it is DOWN".
std::string sentence(const Event& event);
/// " (sentence)"; empty without one.
std::string in_brackets(const Event& event);
/// "server1 DOWN"; only "release" where a source speaks about itself.
std::string subject(const Event& event);
/// Whom it concerns, or who says so where it concerns nobody else.
const std::string& concerned(const Event& event);

/// A time, both ends in it.
struct Span {
  double from = 0;
  double until = 0;
  void cover(const Span& other) {
    from = std::min(from, other.from);
    until = std::max(until, other.until);
  }
  bool holds(double date) const { return from <= date && date <= until; }
  bool meets(const Span& other) const { return from <= other.until && other.from <= until; }
};

/// The first in a time of which something is so; nullptr: none.
const Event* first_event(const std::vector<Event>& events, const Span& time, const auto& is) {
  for (const Event& event : events)
    if (time.holds(event.time) && is(event)) return &event;
  return nullptr;
}
/// The nearest to a date, in a time, of which something is so; of several the last; nullptr: none.
const Event* nearest_event(const std::vector<Event>& events, const Span& time, double date,
                           const auto& is) {
  const Event* found = nullptr;
  const auto distance = [&](const Event& event) { return std::fabs(event.time - date); };
  for (const Event& event : events)
    if (time.holds(event.time) && is(event) && (!found || distance(event) <= distance(*found)))
      found = &event;
  return found;
}
/// The last in a time of which something is so; nullptr: none.
const Event* last_event(const std::vector<Event>& events, const Span& time, const auto& is) {
  const Event* found = nullptr;
  for (const Event& event : events)
    if (time.holds(event.time) && is(event)) found = &event;
  return found;
}

/// What a word in events.csv means in this role; nothing: no event has both.
std::optional<What> what_of(std::string_view word, Role role);

}  // namespace spof::measure
