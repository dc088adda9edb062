#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"

namespace spof::measure {

/// What an event means to the story of a failure.
enum class Role : std::uint8_t {
  info,      ///< worth a line, no more
  fault,     ///< something broke
  repair,    ///< the fault was taken away (the component may still need time)
  detected,  ///< some daemon's own checks noticed, and it acted
  restored,  ///< some daemon's own checks noticed the return, and it acted
  ready,     ///< a component serves again
};
constexpr auto names(Role) {
  return std::array{"info", "fault", "repair", "detected", "restored", "ready"};
}

/// What happened. Whoever asks about events asks for this; sentences are for people.
enum class What : std::uint8_t {
  // Faults, in the order of fault/catalogue.hpp and under the same words.
  crash,
  hang,
  slow,
  error,
  power_off,
  link_down,
  partition,
  latency,
  loss,
  bandwidth,
  disk_full,
  restart,
  stop,
  maintenance,
  reload,
  firewall_rule,
  certificate_expiry,
  deploy,
  disk_fills,
  memory_leak,
  reboot,
  weight,
  clock,
  open_transaction,
  command,
  repaired,
  down,       ///< HAProxy sends nothing to a server any more
  up,         ///< and does again
  serving,    ///< a process runs again
  accepting,  ///< a database takes connections after an orderly stop
  recovered,  ///< the same after a crash, its redo log replayed
  check_failed,
  no_server,  ///< none is UP
  maint,      ///< commands of an operator to HAProxy
  drain,
  ready,
  disabled,           ///< Nginx passes an upstream over, for its failures
  enabled,            ///< and it has answered again
  connections_taken,  ///< an Nginx worker, or a pool of an application, has none left
  reloaded,
  release,  ///< the version of the code base that an application runs
  worker_killed,
  transactions_lost,
  relay_log_purged,  ///< what was received and not applied is thrown away
  replication_started,
  replication_stopped,
  replication_broken,
  promoted,  ///< a replica is a primary now
  source_changed,
  read_only,
  read_write,
  write_to,  ///< an application has another primary
  command_refused,
  writes_left_behind,  ///< seen at the end: acknowledged, in no log but that of the target
  start_limit_hit,
  start_failed,   ///< a process that was started ends at once
  started,        ///< a service manager starts a process that had ended
  out_of_memory,  ///< the kernel kills a process
  // Keepalived.
  vrrp_fault,          ///< something that it tracks is bad: it may not have its addresses
  vrrp_backup,         ///< it may have them, and another one has
  address_taken_over,  ///< the master was silent, or gave up, or is worse now
  address_taken_back,  ///< by who may have it again, from who had it meanwhile
  priority_lowered,
  priority_raised,
  record_failed_over,  ///< a name server answers with other addresses: its checks failed
  record_restored,     ///< they pass again
  record_set,          ///< by command
  rival_heard,         ///< a master hears another one of lower priority, and announces itself
  // A manager of the databases, and what else is done to them.
  primary_silent,  ///< a look at it has failed
  primary_dead,
  person_acts,  ///< somebody who was called has come
  fenced,       ///< so that it can do no harm
  not_fenced,
  failed_over,  ///< the applications have been told of the new primary
  failover_given_up,
  second_primary,  ///< another database takes writes
  own_writes,      ///< a replica begins to take writes: nobody has made it read-only
  semi_sync_off,   ///< no replica has answered: commits wait for none any more
  semi_sync_on,
  no_space,    ///< a database finds its disk full: all that writes to its log waits
  has_space,   ///< it has looked again, and goes on
  rebuilt,     ///< from a copy of its source
  restored,    ///< from a backup
  table_full,  ///< a firewall's table of connections: nobody opens one there
  stopped,     ///< told at the end: how many attempts a firewall's rule has stopped
  deployed,    ///< an application runs another release than before
  migrating,   ///< the schema of a database is changed for a release
  migrated,
  table_closed,  ///< a change of a table waits for open transactions: all others behind it
  table_open,    ///< it has had the table, or has given up
  rolled_back,   ///< who rolls a release out has seen too many errors of it
  not_done,      ///< told at the end: a step of a plan, and what it waits for
  // Monitoring and people.
  alert_pending,  ///< a rule holds, and not yet for as long as it must
  alert_firing,
  alert_resolved,
  notified,              ///< an alert has reached who is to know
  not_delivered,         ///< a first try to tell of it was in vain
  customers_complained,  ///< nobody else had told the operator
  acknowledged,          ///< an operator is there
  decided,               ///< what he will do
  repaired_by,           ///< he did it, and something was broken there
  acted_in_vain,         ///< he did it, and nothing was
};
/// The word in events.csv.
inline constexpr std::array words_of_events{"crash",
                                            "hang",
                                            "slow",
                                            "error",
                                            "power_off",
                                            "link_down",
                                            "partition",
                                            "latency",
                                            "loss",
                                            "bandwidth",
                                            "disk_full",
                                            "restart",
                                            "stop",
                                            "maintenance",
                                            "reload",
                                            "firewall_rule",
                                            "certificate_expiry",
                                            "deploy",
                                            "disk_fills",
                                            "memory_leak",
                                            "reboot",
                                            "weight",
                                            "clock",
                                            "open_transaction",
                                            "command",
                                            "repaired",
                                            "DOWN",
                                            "UP",
                                            "serving",
                                            "accepting",
                                            "accepting",
                                            "check_failed",
                                            "no_server",
                                            "maint",
                                            "drain",
                                            "ready",
                                            "disabled",
                                            "enabled",
                                            "connections_taken",
                                            "reload",
                                            "release",
                                            "worker_killed",
                                            "transactions_lost",
                                            "relay_log_purged",
                                            "replication_started",
                                            "replication_stopped",
                                            "replication_broken",
                                            "promoted",
                                            "source_changed",
                                            "read_only",
                                            "read_write",
                                            "write_to",
                                            "command_refused",
                                            "writes_left_behind",
                                            "start_limit_hit",
                                            "start_failed",
                                            "start",
                                            "killed",
                                            "FAULT",
                                            "BACKUP",
                                            "MASTER",
                                            "MASTER",
                                            "priority",
                                            "priority",
                                            "record",
                                            "record",
                                            "record",
                                            "rival",
                                            "primary_silent",
                                            "primary_dead",
                                            "acts",
                                            "fenced",
                                            "not_fenced",
                                            "failed_over",
                                            "failover_given_up",
                                            "second_primary",
                                            "own_writes",
                                            "semi_sync_off",
                                            "semi_sync_on",
                                            "no_space",
                                            "has_space",
                                            "rebuilt",
                                            "restored",
                                            "table_full",
                                            "stopped",
                                            "deployed",
                                            "migrating",
                                            "migrated",
                                            "table_closed",
                                            "table_open",
                                            "rolled_back",
                                            "not_done",
                                            "alert_pending",
                                            "alert_firing",
                                            "alert_resolved",
                                            "notified",
                                            "not_delivered",
                                            "complained",
                                            "acknowledged",
                                            "decided",
                                            "repaired_by",
                                            "acted_in_vain"};
constexpr const auto& names(What) { return words_of_events; }
constexpr const char* word_of(What what) { return names(what)[static_cast<std::size_t>(what)]; }

constexpr Role role_of(What what) {
  if (what < What::repaired) return Role::fault;
  if (what == What::repaired) return Role::repair;
  switch (what) {
    case What::down:
    case What::disabled:
    case What::vrrp_fault:
    case What::address_taken_over:
    case What::priority_lowered:
    case What::record_failed_over:
    case What::primary_dead:
    case What::rolled_back:
      return Role::detected;
    case What::up:
    case What::enabled:
    case What::address_taken_back:
    case What::priority_raised:
    case What::record_restored:
      return Role::restored;
    case What::promoted:
    case What::failed_over:
    case What::rebuilt:
    case What::restored:
    case What::deployed:
      return Role::ready;
    default:
      break;
  }
  return what <= What::recovered ? Role::ready : Role::info;
}

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
  /// waits for.
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

/// The first of this role at or after a date; nullptr: none. Events in order of time.
const Event* first_event(const std::vector<Event>& events, Role role, double since);
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
