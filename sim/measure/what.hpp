#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>

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
  table_closed,    ///< a change of a table waits for open transactions: all others behind it
  table_open,      ///< it has had the table, or has given up
  rolled_back,     ///< who rolls a release out has seen too many errors of it
  not_done,        ///< told at the end: a step of a plan, and what it waits for
  struck_in_vain,  ///< a fault that only a process which runs can have
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

/// What there is to say of each kind of event.
struct EventRow {
  What what;
  const char* word;  ///< in events.csv
  Role role = Role::info;
  /// Its sentence for people, with the event's {figure}, {setting} and {version}; "": event.cpp
  /// makes one, if there is any.
  const char* sentence = "";
};
inline constexpr std::array event_rows{
    EventRow{What::crash, "crash", Role::fault},
    EventRow{What::hang, "hang", Role::fault},
    EventRow{What::slow, "slow", Role::fault},
    EventRow{What::error, "error", Role::fault},
    EventRow{What::power_off, "power_off", Role::fault},
    EventRow{What::link_down, "link_down", Role::fault},
    EventRow{What::partition, "partition", Role::fault},
    EventRow{What::latency, "latency", Role::fault},
    EventRow{What::loss, "loss", Role::fault},
    EventRow{What::bandwidth, "bandwidth", Role::fault},
    EventRow{What::disk_full, "disk_full", Role::fault},
    EventRow{What::restart, "restart", Role::fault},
    EventRow{What::stop, "stop", Role::fault},
    EventRow{What::maintenance, "maintenance", Role::fault},
    EventRow{What::reload, "reload", Role::fault},
    EventRow{What::firewall_rule, "firewall_rule", Role::fault},
    EventRow{What::certificate_expiry, "certificate_expiry", Role::fault},
    EventRow{What::deploy, "deploy", Role::fault},
    EventRow{What::disk_fills, "disk_fills", Role::fault},
    EventRow{What::memory_leak, "memory_leak", Role::fault},
    EventRow{What::reboot, "reboot", Role::fault},
    EventRow{What::weight, "weight", Role::fault},
    EventRow{What::clock, "clock", Role::fault},
    EventRow{What::open_transaction, "open_transaction", Role::fault},
    EventRow{What::command, "command", Role::fault},
    EventRow{What::repaired, "repaired", Role::repair, "the fault is taken away"},
    EventRow{What::down, "DOWN", Role::detected},
    EventRow{What::up, "UP", Role::restored, "{figure} check{s} passed"},
    EventRow{What::serving, "serving", Role::ready, "its process runs again"},
    EventRow{What::accepting, "accepting", Role::ready, "started in {figure:.2f} s"},
    EventRow{What::recovered, "accepting", Role::ready, "crash recovery took {figure:.2f} s"},
    EventRow{What::check_failed, "check_failed"},
    EventRow{What::no_server, "no_server"},
    EventRow{What::maint, "maint", Role::info, "by an operator's command"},
    EventRow{What::drain, "drain", Role::info, "by an operator's command"},
    EventRow{What::ready, "ready", Role::info, "by an operator's command"},
    EventRow{What::disabled, "disabled", Role::detected,
             "max_fails {figure}: passed over for {setting} s, fail_timeout"},
    EventRow{What::enabled, "enabled", Role::restored, "it has answered"},
    EventRow{What::connections_taken, "connections_taken"},
    EventRow{What::reloaded, "reload", Role::info,
             "a new process believes every server UP until its first check"},
    EventRow{What::release, "release", Role::info, "runs version {version} of the code base"},
    EventRow{What::worker_killed, "worker_killed"},
    EventRow{What::transactions_lost, "transactions_lost"},
    EventRow{What::relay_log_purged, "relay_log_purged", Role::info,
             "{figure} transaction{s}, received and not applied: asks for them again"},
    EventRow{What::replication_started, "replication_started"},
    EventRow{What::replication_stopped, "replication_stopped"},
    EventRow{What::replication_broken, "replication_broken"},
    EventRow{What::promoted, "promoted", Role::ready},
    EventRow{What::source_changed, "source_changed"},
    EventRow{What::read_only, "read_only", Role::info, "by command"},
    EventRow{What::read_write, "read_write", Role::info, "by command"},
    EventRow{What::write_to, "write_to", Role::info, "told by {version}"},
    EventRow{What::command_refused, "command_refused", Role::info, "it does not answer"},
    EventRow{
        What::writes_left_behind, "writes_left_behind", Role::info,
        "{figure} acknowledged writes after transaction {setting} are not in the primary's log"},
    EventRow{What::start_limit_hit, "start_limit_hit", Role::info,
             "started too often: it stays stopped"},
    EventRow{What::start_failed, "start_failed", Role::info, "its disk was full: exit 1"},
    EventRow{What::started, "start", Role::info, "{figure} s after its end"},
    EventRow{What::out_of_memory, "killed", Role::info, "out of memory"},
    EventRow{What::vrrp_fault, "FAULT", Role::detected},
    EventRow{What::vrrp_backup, "BACKUP"},
    EventRow{What::address_taken_over, "MASTER", Role::detected},
    EventRow{What::address_taken_back, "MASTER", Role::restored,
             "its priority is higher than the master's"},
    EventRow{What::priority_lowered, "priority", Role::detected, "{figure} now: {version} failed"},
    EventRow{What::priority_raised, "priority", Role::restored,
             "{figure} now: {version} is good again"},
    EventRow{What::record_failed_over, "record", Role::detected,
             "failed its checks: answers with {version}"},
    EventRow{What::record_restored, "record", Role::restored,
             "passes its checks: answers with {version}"},
    EventRow{What::record_set, "record", Role::info, "by command: answers with {version}"},
    EventRow{What::rival_heard, "rival", Role::info,
             "hears another master, of priority {figure}, and announces itself"},
    EventRow{What::primary_silent, "primary_silent"},
    EventRow{What::primary_dead, "primary_dead", Role::detected},
    EventRow{What::person_acts, "acts", Role::info, "{figure:.0f} s after the call"},
    EventRow{What::fenced, "fenced"},
    EventRow{What::not_fenced, "not_fenced", Role::info,
             "{version} was tried in vain: it may still take writes"},
    EventRow{What::failed_over, "failed_over", Role::ready, "the failover is done"},
    EventRow{What::failover_given_up, "failover_given_up", Role::info, "{version}"},
    EventRow{What::second_primary, "second_primary", Role::info,
             "a primary as well, beside {version}"},
    EventRow{What::own_writes, "own_writes", Role::info,
             "a replica that nobody made read-only takes writes"},
    EventRow{What::semi_sync_off, "semi_sync_off", Role::info,
             "no replica has answered in time: it goes on asynchronously"},
    EventRow{What::semi_sync_on, "semi_sync_on", Role::info, "a replica has caught up"},
    EventRow{What::no_space, "no_space", Role::info,
             "its log waits for space on the disk, and looks for it every 60 s"},
    EventRow{What::has_space, "has_space", Role::info, "after {figure:.0f} s without"},
    EventRow{What::rebuilt, "rebuilt", Role::ready, "a copy of its source, made in {figure:.0f} s"},
    EventRow{What::restored, "restored", Role::ready, "from a backup, as of {figure:.0f} s before"},
    EventRow{What::table_full, "table_full", Role::info,
             "its {figure} entries are taken: new connections are dropped"},
    EventRow{What::stopped, "stopped", Role::info,
             "{figure} attempt{s} to connect stopped by: {version}"},
    EventRow{What::deployed, "deployed", Role::ready, "runs version {version} of the code base"},
    EventRow{What::migrating, "migrating", Role::info,
             "the schema of its database is being changed for version {version}"},
    EventRow{What::migrated, "migrated"},
    EventRow{
        What::table_closed, "table_closed", Role::info,
        "a change of a table waits for open transactions, and every later statement behind it"},
    EventRow{What::table_open, "table_open"},
    EventRow{What::rolled_back, "rolled_back", Role::detected},
    EventRow{What::not_done, "not_done", Role::info, "not done: {version}"},
    EventRow{What::struck_in_vain, "struck_in_vain", Role::info, "{version}: it was not running"},
    EventRow{What::alert_pending, "alert_pending", Role::info, "{version}"},
    EventRow{What::alert_firing, "alert_firing"},
    EventRow{What::alert_resolved, "alert_resolved", Role::info,
             "{version}, fired for {figure:.0f} s"},
    EventRow{What::notified, "notified"},
    EventRow{What::not_delivered, "not_delivered", Role::info,
             "{version} did not arrive, and is sent again"},
    EventRow{What::customers_complained, "complained", Role::info, "{figure} request{s} failed"},
    EventRow{What::acknowledged, "acknowledged", Role::info,
             "{figure:.0f} s after being told of {version}"},
    EventRow{What::decided, "decided", Role::info, "{version}"},
    EventRow{What::repaired_by, "repaired_by"},
    EventRow{What::acted_in_vain, "acted_in_vain", Role::info,
             "{version}: nothing was broken there"}};
static_assert(event_rows.size() == static_cast<std::size_t>(What::acted_in_vain) + 1 &&
              std::ranges::adjacent_find(event_rows, std::greater_equal{}, &EventRow::what) ==
                  event_rows.end());

constexpr const EventRow& row_of(What what) { return event_rows[static_cast<std::size_t>(what)]; }
constexpr const char* word_of(What what) { return row_of(what).word; }
constexpr Role role_of(What what) { return row_of(what).role; }

}  // namespace spof::measure
