#include "measure/event.hpp"

#include <fmt/format.h>

#include <cmath>

#include "measure/chronicle.hpp"

namespace spof::measure {
namespace {

std::string sentence(const CheckResult& check) {
  switch (check.failure) {
    case CheckFailure::none:
      break;
    case CheckFailure::no_connection:
      return "L4TOUT, no connection";
    case CheckFailure::no_route:
      return "L4CON, no route to host";
    case CheckFailure::refused:
      return "L4CON, connection refused";
    case CheckFailure::no_handshake:
      return "L6TOUT, no answer to the TLS handshake";
    case CheckFailure::handshake:
      return "L6RSP, SSL handshake failure";
    case CheckFailure::closed:
      return "L7RSP, connection closed without an answer";
    case CheckFailure::reset:
      return "SOCKERR, connection reset by peer";
    case CheckFailure::no_answer:
      return "L7TOUT, no answer";
    case CheckFailure::status:
      return fmt::format("L7STS, status {}", check.figure);
    case CheckFailure::errors:
      return fmt::format("{} error{} in a row in its traffic", check.figure,
                         check.figure == 1 ? "" : "s");
  }
  return "";
}

std::string fault_sentence(const Event& event) {
  if (!event.version.empty()) return "\"" + event.version + "\", a step of the plan";
  if (std::isfinite(event.figure)) return fmt::format("for {:.1f} s", event.figure);
  return event.setting ? "until somebody repairs it" : "for good";
}

/// Who has an address, and where a name leads.
std::string sentence_of_address(const Event& event) {
  switch (event.what) {
    case What::write_to:
      return "told by " + event.version;
    case What::vrrp_fault:
      return event.version + (event.version == "link" ? " of its card is down" : " failed");
    case What::vrrp_backup:
      return event.figure > 0 ? fmt::format("hears a master of priority {}", event.figure)
                              : event.version + " is good again";
    case What::address_taken_over:
      if (!event.version.empty()) return event.version;
      return event.figure > 0 ? fmt::format("no advert for {:.2f} s", event.figure)
             : event.setting  ? "its master gave it up"
                              : "hears no master";
    case What::address_taken_back:
      return "its priority is higher than the master's";
    case What::priority_lowered:
      return fmt::format("{} now: {} failed", event.figure, event.version);
    case What::priority_raised:
      return fmt::format("{} now: {} is good again", event.figure, event.version);
    case What::record_failed_over:
      return "failed its checks: answers with " + event.version;
    case What::record_restored:
      return "passes its checks: answers with " + event.version;
    case What::record_set:
      return "by command: answers with " + event.version;
    case What::rival_heard:
      return fmt::format("hears another master, of priority {}, and announces itself",
                         event.figure);
    default:
      return "";
  }
}

/// Of a manager of databases, and what it or an operator does to them.
std::string sentence_of_failover(const Event& event) {
  switch (event.what) {
    case What::migrating:
      return "the schema of its database is being changed for version " + event.version;
    case What::migrated:
      return (event.figure == 0   ? "the schema of its database is that of version "
              : event.figure == 1 ? "its connection ended: the change of the schema for version "
                                  : "has changed its schema, though its client had left") +
             event.version;
    case What::table_closed:
      return "a change of a table waits for open transactions, and every later statement behind it";
    case What::table_open:
      return fmt::format("after {:.1f} s{}", event.figure,
                         event.setting == 0   ? ""
                         : event.setting == 1 ? ", given up (lock_wait_timeout, error 1205)"
                                              : ", given up: its client had left");
    case What::rolled_back:
      return fmt::format("{:.0f} % of its requests failed with version {}", event.figure * 100,
                         event.version);
    case What::not_done:
      return "not done: " + event.version;
    case What::primary_silent:
      return event.figure > 0 ? fmt::format("does not answer; {} more and it is dead", event.figure)
                              : "does not answer";
    case What::primary_dead:
      return event.figure == 1 ? "a look failed"
                               : fmt::format("{} looks in a row failed", event.figure);
    case What::person_acts:
      return fmt::format("{:.0f} s after the call", event.figure);
    case What::fenced:
      return event.version == "power_off" ? "the power of its host is cut"
             : event.version == "address" ? "its host has given the address up"
                                          : "it takes no writes any more";
    case What::not_fenced:
      return event.version + " was tried in vain: it may still take writes";
    case What::failed_over:
      return "the failover is done";
    case What::failover_given_up:
      return event.version;
    case What::second_primary:
      return fmt::format("a primary as well, beside {}", event.version);
    case What::own_writes:
      return "a replica that nobody made read-only takes writes";
    case What::semi_sync_off:
      return "no replica has answered in time: it goes on asynchronously";
    case What::semi_sync_on:
      return "a replica has caught up";
    case What::no_space:
      return "its log waits for space on the disk, and looks for it every 60 s";
    case What::has_space:
      return fmt::format("after {:.0f} s without", event.figure);
    case What::rebuilt:
      return fmt::format("a copy of its source, made in {:.0f} s", event.figure);
    case What::table_full:
      return fmt::format("its {} entries are taken: new connections are dropped", event.figure);
    case What::stopped:
      return fmt::format("{} attempts to connect stopped by: {}", event.figure, event.version);
    case What::restored:
      return fmt::format("from a backup, as of {:.0f} s before", event.figure);
    default:
      return "";
  }
}

/// Of monitoring, and of whom it calls.
std::string sentence_of_people(const Event& event) {
  switch (event.what) {
    case What::alert_pending:
      return event.version;
    case What::alert_firing:
      return event.figure > 0 ? fmt::format("{}, after {:.0f} s", event.version, event.figure)
                              : event.version;
    case What::alert_resolved:
      return fmt::format("{}, fired for {:.0f} s", event.version, event.figure);
    case What::notified:
      return fmt::format("{}{}, {:.1f} s after it {}", event.version,
                         event.setting ? " is over" : "", event.figure,
                         event.setting ? "was" : "fired");
    case What::not_delivered:
      return event.version + " did not arrive, and is sent again";
    case What::customers_complained:
      return fmt::format("{} requests have failed", event.figure);
    case What::acknowledged:
      return fmt::format("{:.0f} s after being told of {}", event.figure, event.version);
    case What::decided:
      return event.version;
    case What::repaired_by:
      return event.version + (event.setting ? ": in time, before it broke" : ": it was broken");
    default:
      return event.version + ": nothing was broken there";
  }
}

/// Why a source refuses a replica.
std::string broken_words(const Event& event) {
  if (event.figure < 0)
    return fmt::format("error 1062, duplicate key: it took {} writes of its own after {}",
                       -event.figure, event.setting);
  if (event.figure > 0)
    return fmt::format("its log lacks {} transactions that are here: they part after {}",
                       event.figure, event.setting);
  return event.setting > 0
             ? fmt::format(
                   "its log begins after transaction {}: it logged none that it applied "
                   "(log_slave_updates), and this replica lacks some of these",
                   event.setting)
             : "refuses this replica for now";
}

std::string loss_words(const Event& event) {
  if (event.setting == 1)
    return fmt::format("{} rolled back: not in what was left of the binary log (sync_binlog=0)",
                       event.figure);
  return fmt::format("{} commits were not flushed (flush_log_at_trx_commit={}){}", event.figure,
                     event.setting, event.version.empty() ? "" : ", but " + event.version);
}

/// What load balancers think of servers, and Nginx of upstreams.
std::string sentence_of_view(const Event& event) {
  switch (event.what) {
    case What::down:
      return sentence(event.check);
    case What::up:
      return fmt::format("{} checks passed", event.figure);
    case What::check_failed:
      return fmt::format("{}; {} more and it is DOWN", sentence(event.check), event.figure);
    case What::no_server:
      return event.setting ? "no server is UP: every connection is closed"
                           : "no server is UP: every request is answered 503";
    case What::disabled:
      return fmt::format("max_fails {}: passed over for {} s, fail_timeout", event.figure,
                         event.setting);
    case What::enabled:
      return "it has answered";
    case What::connections_taken:
      if (section_of(event.source) == "app")
        return fmt::format("all {:.0f} connections of a pool are lent", event.figure);
      return fmt::format("worker_connections ({:.0f}) are not enough", event.figure);
    case What::reloaded:
      return "a new process believes every server UP until its first check";
    default:
      return "by an operator's command";
  }
}

}  // namespace

std::string sentence(const Event& event) {
  if (!event.told.empty()) return event.told;
  switch (event.what) {
    case What::repaired:
      return "the fault is taken away";
    case What::serving:
      return "its process runs again";
    case What::accepting:
      return fmt::format("started in {:.2f} s", event.figure);
    case What::recovered:
      return fmt::format("crash recovery took {:.2f} s", event.figure);
    case What::read_only:
    case What::read_write:
      return "by command";
    case What::release:
    case What::deployed:
      return "runs version " + event.version + " of the code base";
    case What::worker_killed:
      if (event.setting == 1)
        return "its last worker has served max_requests; until the next one has imported the "
               "application whoever comes waits";
      return "silent for longer than its timeout";
    case What::transactions_lost:
      return loss_words(event);
    case What::relay_log_purged:
      return fmt::format("{} transactions, received and not applied: asks for them again",
                         event.figure);
    case What::replication_started:
      return event.setting ? "by command" : "connected again";
    case What::replication_stopped:
      if (event.setting) return event.setting == 1 ? "its applier, by command" : "by command";
      return event.figure > 0 ? fmt::format("no heartbeat for {} s", event.figure)
                              : "connection lost";
    case What::replication_broken:
      return broken_words(event);
    case What::promoted:
      return fmt::format("a primary from transaction {} on", event.setting + 1);
    case What::source_changed:
      return event.setting ? "it was a primary" : "";
    case What::command_refused:
      return "it does not answer";
    case What::writes_left_behind:
      return fmt::format("{} acknowledged writes after transaction {} are not in the primary's log",
                         event.figure, event.setting);
    case What::start_limit_hit:
      return "started too often: it stays stopped";
    case What::start_failed:
      return "its disk was full: exit 1";
    case What::started:
      return fmt::format("{} s after its end", event.figure);
    case What::out_of_memory:
      return "out of memory";
    default:
      return event.what < What::repaired         ? fault_sentence(event)
             : event.what <= What::reloaded      ? sentence_of_view(event)
             : event.what < What::primary_silent ? sentence_of_address(event)
             : event.what < What::alert_pending  ? sentence_of_failover(event)
                                                 : sentence_of_people(event);
  }
}

std::string in_brackets(const Event& event) {
  const std::string words = sentence(event);
  return words.empty() ? "" : fmt::format(" ({})", words);
}

std::string subject(const Event& event) {
  const bool itself = event.target.empty() || event.target == event.source;
  return itself ? word_of(event.what) : event.target + " " + word_of(event.what);
}

const std::string& concerned(const Event& event) {
  return event.target.empty() ? event.source : event.target;
}

const Event* first_event(const std::vector<Event>& events, Role role, double since) {
  for (const Event& event : events)
    if (event.role() == role && event.time >= since) return &event;
  return nullptr;
}

std::optional<What> what_of(std::string_view word, Role role) {
  for (std::size_t i = 0; i < names(What{}).size(); ++i)
    if (word == names(What{})[i] && role == role_of(static_cast<What>(i)))
      return static_cast<What>(i);
  return std::nullopt;
}

}  // namespace spof::measure
